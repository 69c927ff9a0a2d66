"""A post's status out of its deliveries', and the event that tells the world."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key
from dravo.lifecycle import view
from dravo.lifecycle.states import FINAL
from dravo.models import Delivery, Post
from dravo.webhooks import events

EVENT_OF: dict[str, events.EventType] = {
    "queued": "post.queued",
    "published": "post.published",
    "partial": "post.published",
    "failed": "post.failed",
    "unconfirmed": "post.unconfirmed",
    "canceled": "post.canceled",
}


def roll_up(statuses: Collection[str]) -> str:
    """One word for a post. Canceled deliveries say nothing about it unless all are."""
    if "processing" in statuses or ("queued" in statuses and FINAL.intersection(statuses)):
        return "processing"
    for waiting in ("queued", "scheduled"):
        if waiting in statuses:
            return waiting
    counted = [status for status in statuses if status != "canceled"]
    if not counted:
        return "canceled"
    if "unconfirmed" in counted:
        return "unconfirmed"
    published = counted.count("published")
    if published == len(counted):
        return "published"
    return "partial" if published else "failed"


async def refresh(session: AsyncSession, post: Key) -> str:
    """Bring a locked post's status up to its deliveries, and write the event when it says something new."""
    here = (Post.workspace_id == post.workspace_id, Post.environment == post.environment, Post.id == post.id)
    statuses = (
        await session.scalars(
            select(Delivery.status).where(
                Delivery.workspace_id == post.workspace_id,
                Delivery.environment == post.environment,
                Delivery.post_id == post.id,
            )
        )
    ).all()
    status = roll_up(statuses)
    before = await session.scalar(select(Post.status).where(*here))
    if status == before:
        return status
    values: dict[str, Any] = {"status": status}
    if status in {"published", "partial"}:
        values["published_at"] = now()
    await session.execute(update(Post).where(*here).values(values))
    # A delivery that waits for its network goes back to queued; the post was announced as queued only once.
    if status in EVENT_OF and not (status == "queued" and before == "processing"):
        session.expire_all()
        seen = await view.one(session, post)
        assert seen is not None
        events.record(session, post, EVENT_OF[status], seen.model_dump(mode="json"))
    return status
