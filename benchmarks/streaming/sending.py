"""One video to one account: the file straight into the storage, the post through the door's own verbs, the worker's work."""

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.streaming import film
from benchmarks.streaming.house import House
from dravo.auth.schemas import Caller
from dravo.kit.ids import new_id
from dravo.lifecycle.states import FINAL
from dravo.media import queries as media
from dravo.media.inspection import inspect
from dravo.media.schemas import public_url_of
from dravo.models import Delivery, MediaAsset, Step, TimelineEntry
from dravo.posts import service as posts

PART_NAMES = {"x": "%-append-%", "linkedin": "video-part-%"}
"""How the steps are called that carry bytes (SQL patterns)."""
LOOK_SECONDS = 0.1


class NotPublished(Exception):
    """The delivery ended otherwise; the text is its error."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A video in the storage, and where its bytes lie."""

    url: str
    file: Path
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What the timeline tells: how many parts carried the bytes, and the seconds from the first one's start to the last one's end."""

    parts: int
    seconds: float


async def stored(house: House, content: bytes, size_bytes: int) -> Stored:
    """Put a video of that size under a storage key, and write down what the product's own probe says of it."""
    asset_id = new_id("media")
    key = f"test/{house.workspace_id}/{asset_id}"
    file = house.storage / key
    await asyncio.to_thread(film.write, file, content, size_bytes)
    with file.open("rb") as opened:
        facts = await inspect(opened)
        opened.seek(0)  # the probe shares the position and has moved it
        digest = await asyncio.to_thread(hashlib.file_digest, opened, "sha256")
    async with house.resources.db.transaction() as session:
        created_at = await media.time(session)
        asset = MediaAsset(
            workspace_id=house.workspace_id,
            environment="test",
            id=asset_id,
            storage_key=key,
            kind="video",
            content_type=facts.content_type,
            size_bytes=size_bytes,
            sha256=digest.hexdigest(),
            width=facts.width,
            height=facts.height,
            duration_ms=facts.duration_ms,
            details=facts.details,
            created_at=created_at,
            expires_at=created_at + timedelta(days=1),
        )
        session.add(asset)
    return Stored(public_url_of(house.resources.settings.public_url, asset), file, size_bytes)


async def post(house: House, network: str, video: Stored) -> str:
    """Store a post with the video as the API would, and ring; the id of its delivery. Raises Problem."""
    body = {
        "account_ids": [house.accounts[network]],
        "text": f"A video of {video.size_bytes} bytes",
        "media_urls": [video.url],
    }
    caller = Caller(house.workspace_id, "test", frozenset())
    async with house.resources.db.transaction() as session:
        created = await posts.create(session, caller, json.dumps(body).encode(), house.resources.settings)
    house.resources.queue.ring(created.rings)
    return created.rings[0].key.id


async def until_published(house: House, delivery_id: str) -> None:
    """Wait for the end of a delivery. Raises NotPublished."""
    while True:
        async with house.resources.db.transaction() as session:
            row = await session.execute(
                select(Delivery.status, Delivery.error_code, Delivery.error_message).where(Delivery.id == delivery_id)
            )
            status, code, message = row.one()
        if status == "published":
            return
        if status in FINAL:
            raise NotPublished(f"the delivery ended {status}: {code}, {message}")
        await asyncio.sleep(LOOK_SECONDS)


async def parts_sent(house: House, network: str, delivery_id: str) -> int:
    """How many parts have arrived up to now."""
    async with house.resources.db.transaction() as session:
        steps = select(func.count()).where(Step.delivery_id == delivery_id, Step.name.like(PART_NAMES[network]))
        return int(await session.scalar(steps) or 0)


async def told(house: House, network: str, delivery_id: str) -> Sent:
    """What came of a delivery that is published. Raises NotPublished when a part had to be sent again."""
    entries = TimelineEntry.delivery_id == delivery_id, TimelineEntry.name.like(PART_NAMES[network])
    async with house.resources.db.transaction() as session:
        row = await session.execute(
            select(
                func.count(),
                func.count(TimelineEntry.name.distinct()),
                func.min(TimelineEntry.started_at),
                func.max(TimelineEntry.finished_at),
            ).where(*entries)
        )
        calls, parts, first, last = row.one()
    if calls != parts:
        raise NotPublished(f"{parts} parts took {calls} calls; the machine is too busy to measure on")
    return Sent(parts, (last - first).total_seconds())
