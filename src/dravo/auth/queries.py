"""Reading keys and workspaces."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.models import ApiKey, Workspace


async def usable_key(session: AsyncSession, environment: str, key_hash: bytes) -> ApiKey | None:
    """The key of that hash, unless it is revoked or expired by the database's clock."""
    found: ApiKey | None = await session.scalar(
        select(ApiKey).where(
            ApiKey.key_hash == key_hash,
            ApiKey.environment == environment,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now()),
        )
    )
    return found


async def workspaces(session: AsyncSession) -> list[Workspace]:
    """All workspaces, oldest first; for operators at the command line, never for callers."""
    return list(await session.scalars(select(Workspace).order_by(Workspace.id)))
