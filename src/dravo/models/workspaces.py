"""Tenants and the keys that act for them."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


class ApiKey(Tenant, Base):
    """A `dra_` key: only its SHA-256 is stored, `prefix` is what a person recognises it by."""

    __tablename__ = "api_keys"
    __table_args__ = (of_workspace(), one_of("environment", ENVIRONMENTS))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
