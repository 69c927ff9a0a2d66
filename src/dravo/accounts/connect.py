"""Connecting a profile: the same profile again updates the account there is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.accounts.credentials import seal_credentials
from dravo.kit.crypto import Cipher
from dravo.kit.db import now
from dravo.kit.ids import new_id
from dravo.models import Account

ConnectionType = Literal["oauth", "manual", "simulated"]


class Tenant(NamedTuple):
    """Whose account it becomes."""

    workspace_id: str
    environment: str


async def connect(
    session: AsyncSession,
    cipher: Cipher,
    tenant: Tenant,
    *,
    platform: str,
    platform_account_id: str,
    handle: str,
    display_name: str,
    connection_type: ConnectionType,
    traits: Mapping[str, Any],
    credentials: Mapping[str, Any],
    token_expires_at: datetime | None,
) -> str:
    """The id of the account. A profile that is connected already gets the new credentials and is healthy again."""
    values = {
        "handle": handle,
        "display_name": display_name,
        "connection_type": connection_type,
        "traits": dict(traits),
        "app_id": credentials.get("client_id"),
        "token_expires_at": token_expires_at,
        "token_since": now(),
        "refreshing_until": None,
        "reconnect_reason": None,
    }
    profile = {**tenant._asdict(), "platform": platform, "platform_account_id": platform_account_id}
    new = new_id("acc")
    # Two steps, since what is sealed is bound to the id: first the row, which tells whose id it is, then the secret.
    # Nobody sees the row in between: it is one transaction.
    statement = insert(Account).values(**profile, **values, id=new, credentials=b"", token_version=1, created_at=now())
    upsert = statement.on_conflict_do_update(
        constraint="uq_accounts_profile", set_=values | {"token_version": Account.token_version + 1}
    ).returning(Account)
    account: Account = (await session.scalars(upsert, execution_options={"populate_existing": True})).one()
    account.credentials = seal_credentials(cipher, account.id, credentials)
    await session.flush()
    return account.id
