"""What every table shares: naming of constraints, and the tenant that begins every key."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ENVIRONMENTS = ("live", "test")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol for a class attribute
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Tenant:
    """Mixed into every table but `workspaces`: rows of one workspace and environment cannot name another's."""

    workspace_id: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)
    environment: Mapped[str] = mapped_column(primary_key=True, sort_order=-1)


def one_of(column: str, values: tuple[str, ...], name: str | None = None) -> CheckConstraint:
    """A closed set of words, held by the database."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def within_tenant(column: str, table: str, *, cascade: bool = True, name: str | None = None) -> ForeignKeyConstraint:
    """A foreign key that carries workspace and environment, so that a row cannot point across them.

    `name` is needed by the second key from one table to the same other one.
    """
    return ForeignKeyConstraint(
        ["workspace_id", "environment", column],
        [f"{table}.workspace_id", f"{table}.environment", f"{table}.id"],
        name=name,
        ondelete="CASCADE" if cascade else None,
        # Without a cascade it is checked at the end, so that a workspace can be deleted in whatever order its rows go.
        deferrable=None if cascade else True,
        initially=None if cascade else "DEFERRED",
    )


def of_workspace() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], ondelete="CASCADE")
