"""SQL of the media room."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import DateTime, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.models.media import MediaAsset
from dravo.models.posts import PostMedium


async def time(session: AsyncSession) -> datetime:
    """The database's clock."""
    moment: datetime = (await session.execute(select(type_coerce(now(), DateTime(timezone=True))))).scalar_one()
    return moment


async def live_assets(
    session: AsyncSession, workspace_id: str, environment: str, ids: Collection[str]
) -> dict[str, MediaAsset]:
    """Those of `ids` that this workspace and environment hold and that have not expired, by id."""
    if not ids:
        return {}
    found = await session.scalars(
        select(MediaAsset).where(
            MediaAsset.workspace_id == workspace_id,
            MediaAsset.environment == environment,
            MediaAsset.id.in_(ids),
            MediaAsset.expires_at > now(),
        )
    )
    return {asset.id: asset for asset in found}


async def keep_until(
    session: AsyncSession, workspace_id: str, environment: str, ids: Collection[str], until: datetime
) -> None:
    """Let these assets expire at `until` at the earliest."""
    if ids:
        await session.execute(
            update(MediaAsset)
            .where(
                MediaAsset.workspace_id == workspace_id, MediaAsset.environment == environment, MediaAsset.id.in_(ids)
            )
            .values(expires_at=func.greatest(MediaAsset.expires_at, until))
        )


async def public_asset(session: AsyncSession, asset_id: str) -> MediaAsset | None:
    """An asset by id alone, for whoever knows its address; None once it has expired."""
    return await session.scalar(select(MediaAsset).where(MediaAsset.id == asset_id, MediaAsset.expires_at > now()))


async def asset_of_medium(
    session: AsyncSession, workspace_id: str, environment: str, post_id: str, position: int
) -> MediaAsset | None:
    """The asset that an entry of `media_urls` stands for, expired or not; None while it has not been fetched."""
    return await session.scalar(
        select(MediaAsset)
        .join(
            PostMedium,
            (PostMedium.workspace_id == MediaAsset.workspace_id)
            & (PostMedium.environment == MediaAsset.environment)
            & (PostMedium.asset_id == MediaAsset.id),
        )
        .where(
            PostMedium.workspace_id == workspace_id,
            PostMedium.environment == environment,
            PostMedium.post_id == post_id,
            PostMedium.position == position,
        )
    )


async def bind_medium(session: AsyncSession, asset: MediaAsset, post_id: str, position: int) -> None:
    """Let an entry of `media_urls` stand for `asset`, unless it already stands for another."""
    await session.execute(
        update(PostMedium)
        .where(
            PostMedium.workspace_id == asset.workspace_id,
            PostMedium.environment == asset.environment,
            PostMedium.post_id == post_id,
            PostMedium.position == position,
            PostMedium.asset_id.is_(None),
        )
        .values(asset_id=asset.id)
    )
