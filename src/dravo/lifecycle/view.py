"""A post as the world sees it: in answers and in events alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.ids import Key
from dravo.kit.schemas import Instant
from dravo.models import Delivery, Post


class WarningView(BaseModel):
    """Something that did not go as asked, though the post stands."""

    code: str
    message: str


class ResultView(BaseModel):
    """What became of a post on one account."""

    account_id: str
    platform: str
    status: str
    platform_post_id: str | None
    platform_post_url: str | None
    warnings: list[WarningView]
    error_code: str | None
    error_class: str | None
    error_message: str | None
    raw_response: dict[str, Any]
    attempts: int
    next_attempt_at: Instant | None
    published_at: Instant | None


class PostView(BaseModel):
    """A post with its results, in the order in which the accounts were named."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    status: str
    environment: str
    text: str
    media_urls: list[str]
    platform_options: dict[str, Any]
    account_ids: list[str]
    scheduled_at: Instant | None
    created_at: Instant
    published_at: Instant | None
    results: list[ResultView]


async def one(session: AsyncSession, post: Key) -> PostView | None:
    """One post, or None when this workspace and environment have no such post."""
    found = await session.scalar(
        select(Post).where(
            Post.workspace_id == post.workspace_id, Post.environment == post.environment, Post.id == post.id
        )
    )
    return None if found is None else (await many(session, [found]))[0]


async def many(session: AsyncSession, posts: Sequence[Post]) -> list[PostView]:
    """Posts of one workspace and environment with their results, in the given order."""
    if not posts:
        return []
    # One statement, one moment: what changes of a post could else be older than its results and contradict them.
    rows = await session.execute(
        select(Delivery, Post.status, Post.published_at)
        .join(
            Post,
            (Delivery.workspace_id == Post.workspace_id)
            & (Delivery.environment == Post.environment)
            & (Delivery.post_id == Post.id),
        )
        .where(
            Post.workspace_id == posts[0].workspace_id,
            Post.environment == posts[0].environment,
            Post.id.in_([post.id for post in posts]),
        )
        .order_by(Delivery.position)
        .execution_options(populate_existing=True)
    )
    results: dict[str, list[ResultView]] = {post.id: [] for post in posts}
    states = {post.id: (post.status, post.published_at) for post in posts}
    for delivery, status, published_at in rows:
        results[delivery.post_id].append(_result(delivery))
        states[delivery.post_id] = status, published_at
    return [_view(post, *states[post.id], results[post.id]) for post in posts]


def _view(post: Post, status: str, published_at: datetime | None, results: list[ResultView]) -> PostView:
    return PostView(
        id=post.id,
        status=status,
        environment=post.environment,
        text=post.text,
        media_urls=post.media_urls,
        platform_options=post.platform_options,
        account_ids=post.account_ids,
        scheduled_at=post.scheduled_at,
        created_at=post.created_at,
        published_at=published_at,
        results=results,
    )


def _result(delivery: Delivery) -> ResultView:
    return ResultView(
        account_id=delivery.account_id,
        platform=delivery.platform,
        status=delivery.status,
        platform_post_id=delivery.platform_post_id,
        platform_post_url=delivery.platform_post_url,
        warnings=[WarningView.model_validate(warning) for warning in delivery.warnings],
        error_code=delivery.error_code,
        error_class=delivery.error_class,
        error_message=delivery.error_message,
        raw_response=delivery.raw_response,
        attempts=delivery.attempts,
        next_attempt_at=_next_attempt(delivery),
        published_at=delivery.published_at,
    )


def _next_attempt(delivery: Delivery) -> datetime | None:
    """When it will be tried again, or looked for; a fresh delivery is under way at once and has no such time."""
    if delivery.status == "unconfirmed":
        return delivery.next_look_at
    return delivery.due_at if delivery.status == "queued" and delivery.waiting_for is not None else None
