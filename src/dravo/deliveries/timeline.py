"""What happened to a delivery, for people: reading it, and keeping it short."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.ids import Key
from dravo.models import Delivery, TimelineEntry

KEPT_ENTRIES = 20
"""Of each name in a timeline, the first and the last so many entries stay."""


async def trim(session: AsyncSession, key: Key) -> None:
    """Of each name keep the first and the last entries: a poll of hours fills no table."""
    numbered = (
        select(
            TimelineEntry.id,
            func.row_number()
            .over(partition_by=TimelineEntry.name, order_by=TimelineEntry.started_at)
            .label("from_start"),
            func.row_number()
            .over(partition_by=TimelineEntry.name, order_by=TimelineEntry.started_at.desc())
            .label("from_end"),
        )
        .where(*_timeline(key))
        .subquery()
    )
    middle = select(numbered.c.id).where(numbered.c.from_start > KEPT_ENTRIES, numbered.c.from_end > KEPT_ENTRIES)
    await session.execute(delete(TimelineEntry).where(*_timeline(key), TimelineEntry.id.in_(middle)))


def _timeline(key: Key) -> tuple[Any, ...]:
    return (
        TimelineEntry.workspace_id == key.workspace_id,
        TimelineEntry.environment == key.environment,
        TimelineEntry.delivery_id == key.id,
    )


async def of_post(session: AsyncSession, post: Key) -> list[tuple[Delivery, TimelineEntry | None]]:
    """Every entry of every delivery of a post, deliveries in their order, entries in theirs."""
    rows = await session.execute(
        select(Delivery, TimelineEntry)
        .join(
            TimelineEntry,
            (TimelineEntry.workspace_id == Delivery.workspace_id)
            & (TimelineEntry.environment == Delivery.environment)
            & (TimelineEntry.delivery_id == Delivery.id),
            isouter=True,
        )
        .where(
            Delivery.workspace_id == post.workspace_id,
            Delivery.environment == post.environment,
            Delivery.post_id == post.id,
        )
        .order_by(Delivery.position, TimelineEntry.finished_at, TimelineEntry.id)
    )
    return [(delivery, entry) for delivery, entry in rows]
