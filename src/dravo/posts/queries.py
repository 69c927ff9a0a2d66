"""Reading posts; every query begins with workspace and environment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Interval, cast, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key
from dravo.kit.paging import containing
from dravo.models import Delivery, Post
from dravo.posts.schemas import PostsQuery


@dataclass(frozen=True, slots=True)
class Times:
    """The database's time, and the bounds of `scheduled_at` that follow from it."""

    now: datetime
    earliest: datetime
    latest: datetime


async def times(session: AsyncSession) -> Times:
    at = now()
    row = await session.execute(select(at, at + _interval("60 seconds"), at + _interval("2 years")))
    return Times(*row.one())


def _interval(text: str) -> Any:
    return cast(literal(text), Interval)


async def page(session: AsyncSession, workspace_id: str, environment: str, wanted: PostsQuery) -> list[Post]:
    """Up to `limit + 1` posts below the cursor, newest first."""
    query = select(Post).where(Post.workspace_id == workspace_id, Post.environment == environment)
    if wanted.cursor is not None:
        query = query.where(Post.id < wanted.cursor)
    if wanted.status is not None:
        query = query.where(Post.status == wanted.status)
    if wanted.q is not None:
        query = query.where(Post.text.ilike(containing(wanted.q), "\\"))
    for column, start, end in (
        (Post.created_at, wanted.created_from, wanted.created_to),
        (Post.scheduled_at, wanted.scheduled_from, wanted.scheduled_to),
    ):
        if start is not None:
            query = query.where(column >= start)
        if end is not None:
            query = query.where(column < end)
    if wanted.platform is not None or wanted.account_id is not None:
        query = query.where(_has_delivery(wanted.platform, wanted.account_id))
    return list(await session.scalars(query.order_by(Post.id.desc()).limit(wanted.limit + 1)))


def _has_delivery(platform: str | None, account_id: str | None) -> Any:
    found = exists().where(
        Delivery.workspace_id == Post.workspace_id,
        Delivery.environment == Post.environment,
        Delivery.post_id == Post.id,
    )
    if platform is not None:
        found = found.where(Delivery.platform == platform)
    if account_id is not None:
        found = found.where(Delivery.account_id == account_id)
    return found


async def number_of_deliveries(session: AsyncSession, post: Key) -> int:
    counted = await session.scalar(
        select(func.count()).where(
            Delivery.workspace_id == post.workspace_id,
            Delivery.environment == post.environment,
            Delivery.post_id == post.id,
        )
    )
    return int(counted or 0)


async def scheduled_at(session: AsyncSession, post: Key) -> datetime | None:
    found: datetime | None = await session.scalar(
        select(Post.scheduled_at).where(
            Post.workspace_id == post.workspace_id, Post.environment == post.environment, Post.id == post.id
        )
    )
    return found
