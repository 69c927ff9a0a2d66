"""Reading accounts; every query begins with workspace and environment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key
from dravo.kit.paging import containing
from dravo.models import Account


def _of(workspace_id: str, environment: str) -> tuple[ColumnElement[bool], ...]:
    return (Account.workspace_id == workspace_id, Account.environment == environment)


async def one(session: AsyncSession, account: Key) -> tuple[Account, datetime] | None:
    """The account and the database's time, or None when this workspace and environment have none of that id."""
    found = (
        await session.execute(
            select(Account, now()).where(*_of(account.workspace_id, account.environment), Account.id == account.id)
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


async def by_id(session: AsyncSession, workspace_id: str, environment: str, ids: Sequence[str]) -> dict[str, Account]:
    """Those of the ids that are accounts here."""
    found = await session.scalars(select(Account).where(*_of(workspace_id, environment), Account.id.in_(ids)))
    return {account.id: account for account in found}


async def page(
    session: AsyncSession,
    workspace_id: str,
    environment: str,
    *,
    platform: str | None,
    q: str | None,
    before_id: str | None,
    limit: int,
) -> tuple[list[Account], int, datetime]:
    """Up to `limit` accounts below `before_id`, newest first; how many there are in all; the database's time."""
    wanted: list[Any] = [*_of(workspace_id, environment)]
    if platform is not None:
        wanted.append(Account.platform == platform)
    if q is not None:
        pattern = containing(q)
        wanted.append(or_(Account.handle.ilike(pattern, "\\"), Account.display_name.ilike(pattern, "\\")))
    total, at = (await session.execute(select(func.count(), now()).select_from(Account).where(*wanted))).one()
    if before_id is not None:
        wanted.append(Account.id < before_id)
    found = await session.scalars(select(Account).where(*wanted).order_by(Account.id.desc()).limit(limit))
    return list(found), total, at
