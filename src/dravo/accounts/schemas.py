"""Accounts as callers see them: never a token."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from dravo.kit.paging import Page, PageQuery, QueryText
from dravo.kit.schemas import Instant
from dravo.models import Account
from dravo.platforms.registry import PLATFORMS

Health = Literal["active", "expiring", "needs_reconnect", "paused"]

EXPIRING_WITHIN = timedelta(days=7)
"""A token that is not renewed by itself and ends this soon is worth a person's attention."""


def known_platform(value: str) -> str:
    if value not in PLATFORMS:
        raise PydanticCustomError("unknown_platform", "must be one of {names}", {"names": ", ".join(PLATFORMS)})
    return value


PlatformName = Annotated[str, AfterValidator(known_platform), Field(json_schema_extra={"enum": list(PLATFORMS)})]


class AccountsQuery(PageQuery):
    """Filters of the list of accounts."""

    of: ClassVar[str] = "acc"

    platform: PlatformName | None = Field(None, description="Only accounts of this network.")
    q: QueryText | None = Field(None, description="Only accounts whose handle or name holds this text.")


class Budget(BaseModel):
    """What a network allows in a window, and what is left of it."""

    name: str
    limit: int
    remaining: int
    resets_at: Instant | None = Field(description="When more of it is left; null while nothing is used.")


class AccountView(BaseModel):
    """One profile on one network."""

    id: str
    platform: str
    handle: str
    display_name: str
    platform_account_id: str
    health: Health = Field(
        description="`expiring`: its token ends within a week. `needs_reconnect`: due deliveries fail until it is connected "
        "again. `paused`: due deliveries wait until `paused_until`."
    )
    connection_type: str
    token_expires_at: Instant | None
    paused_until: Instant | None
    budgets: list[Budget]
    created_at: Instant


class AccountsPage(Page[AccountView]):
    """A part of the list of accounts; `total` counts all that the filters let through."""

    total: int


def view(account: Account, at: datetime, budgets: list[Budget]) -> AccountView:
    """`at` is the database's time, by which pauses and tokens end."""
    return AccountView(
        id=account.id,
        platform=account.platform,
        handle=account.handle,
        display_name=account.display_name,
        platform_account_id=account.platform_account_id,
        health=health(account, at),
        connection_type=account.connection_type,
        token_expires_at=account.token_expires_at,
        paused_until=account.paused_until if account.paused_until is not None and account.paused_until > at else None,
        budgets=budgets,
        created_at=account.created_at,
    )


def health(account: Account, at: datetime) -> Health:
    """The worst thing that is true of the account now."""
    if account.reconnect_reason is not None:
        return "needs_reconnect"
    if account.paused_until is not None and account.paused_until > at:
        return "paused"
    if account.token_expires_at is not None and account.token_expires_at <= at + EXPIRING_WITHIN:
        return "expiring"
    return "active"
