"""SQL of the media room."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import DateTime, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.models.media import MediaAsset, Rendition
from dravo.models.posts import PostAttachment, PostMedium


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
    """Let these assets, and what has been made of them, expire at `until` at the earliest."""
    if not ids:
        return
    made = select(Rendition.asset_id).where(
        Rendition.workspace_id == workspace_id, Rendition.environment == environment, Rendition.source_id.in_(ids)
    )
    # The sources first, in a statement of their own: it waits for whoever binds a new rendition to one of them
    # (`bind_rendition`), and the second statement sees that rendition.
    for which in (MediaAsset.id.in_(ids), MediaAsset.id.in_(made)):
        await session.execute(
            update(MediaAsset)
            .where(MediaAsset.workspace_id == workspace_id, MediaAsset.environment == environment, which)
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


async def asset_of_attachment(
    session: AsyncSession, workspace_id: str, environment: str, post_id: str, name: str
) -> MediaAsset | None:
    """The asset that a post's attachment stands for, expired or not; None while it has not been fetched."""
    return await session.scalar(
        select(MediaAsset)
        .join(
            PostAttachment,
            (PostAttachment.workspace_id == MediaAsset.workspace_id)
            & (PostAttachment.environment == MediaAsset.environment)
            & (PostAttachment.asset_id == MediaAsset.id),
        )
        .where(
            PostAttachment.workspace_id == workspace_id,
            PostAttachment.environment == environment,
            PostAttachment.post_id == post_id,
            PostAttachment.name == name,
        )
    )


async def bind_attachment(session: AsyncSession, asset: MediaAsset, post_id: str, name: str) -> None:
    """Let a post's attachment stand for `asset`, unless it already stands for another."""
    await session.execute(
        insert(PostAttachment)
        .values(
            workspace_id=asset.workspace_id,
            environment=asset.environment,
            post_id=post_id,
            name=name,
            asset_id=asset.id,
        )
        .on_conflict_do_nothing()
    )


async def rendition_of(session: AsyncSession, source: MediaAsset, form: str) -> MediaAsset | None:
    """What has been made of `source` for a form, expired or not."""
    return await session.scalar(
        select(MediaAsset)
        .join(
            Rendition,
            (Rendition.workspace_id == MediaAsset.workspace_id)
            & (Rendition.environment == MediaAsset.environment)
            & (Rendition.asset_id == MediaAsset.id),
        )
        .where(
            Rendition.workspace_id == source.workspace_id,
            Rendition.environment == source.environment,
            Rendition.source_id == source.id,
            Rendition.form == form,
        )
    )


async def bind_rendition(session: AsyncSession, source: MediaAsset, form: str, made: MediaAsset) -> None:
    """Let `made` be what `source` is for a form, unless there is one already; it expires with its source."""
    tenant = {"workspace_id": source.workspace_id, "environment": source.environment}
    expires_at = await session.scalar(
        select(MediaAsset.expires_at).filter_by(**tenant, id=source.id).with_for_update(read=True)
    )
    await session.execute(
        insert(Rendition).values(**tenant, source_id=source.id, form=form, asset_id=made.id).on_conflict_do_nothing()
    )
    await session.execute(update(MediaAsset).filter_by(**tenant, id=made.id).values(expires_at=expires_at))
