"""Accounts on the networks, with their sealed credentials."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of

CONNECTION_TYPES = ("oauth", "manual", "simulated")


class Account(Tenant, Base):
    """One profile on one network. `credentials` is AES-GCM over JSON; `reconnect_reason` set means needs_reconnect.

    `token_version` counts the credentials that it has had, from `token_since` on these; whoever renews them holds the
    account until `refreshing_until`. `app_id` is the app at the network (its client id, no secret) that the consent was given to.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        of_workspace(),
        one_of("environment", ENVIRONMENTS),
        one_of("connection_type", CONNECTION_TYPES),
        UniqueConstraint("workspace_id", "environment", "platform", "platform_account_id", name="uq_accounts_profile"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    platform_account_id: Mapped[str]
    handle: Mapped[str]
    display_name: Mapped[str]
    connection_type: Mapped[str]
    traits: Mapped[dict[str, Any]]
    app_id: Mapped[str | None]
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    token_expires_at: Mapped[datetime | None]
    token_version: Mapped[int]
    token_since: Mapped[datetime]
    refreshing_until: Mapped[datetime | None]
    reconnect_reason: Mapped[str | None]
    paused_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
