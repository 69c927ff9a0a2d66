"""Getting the bytes of a container: its medium and a reel's cover, pulled from their URLs and judged."""

from dataclasses import dataclass
from typing import Literal

from dravo_simulator import processing
from dravo_simulator.blobs import Blob, Received, TooLarge
from dravo_simulator.crawler import Crawler
from dravo_simulator.fetch import FetchFailed, FetchTimedOut
from dravo_simulator.instagram import limits
from dravo_simulator.instagram.errors import NOT_FETCHED
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import JSON
from dravo_simulator.world import World

ROOM = 4
"""A picture is read to this multiple of its limit, so that it is refused for its size and not as unreadable."""


@dataclass(frozen=True)
class Found:
    """A file on disk that nobody has kept yet."""

    received: Received
    facts: Facts | None

    def keep(self, world: World) -> Blob:
        return world.store.blobs.keep(self.received, self.facts.content_type if self.facts else "", self.facts)


@dataclass(frozen=True)
class Pulled:
    """What came of it; with a ``fault`` (a number of `errors.SENTENCES`) nothing is on disk."""

    medium: Found | None = None
    cover: Found | None = None
    fault: int | None = None

    def is_refused_at_once(self, medium: str) -> bool:
        """Whether a call that waits would be refused for it. What a video is comes out only when it is processed."""
        return self.fault in NOT_FETCHED or (self.fault is not None and medium == "image")


class Failed(Exception):
    def __init__(self, fault: int) -> None:
        super().__init__(fault)
        self.fault = fault


async def pull(crawler: Crawler, world: World, data: JSON) -> Pulled:
    """Everything that a container (by its data) names by URL."""
    most = world.settings.instagram_image_bytes * ROOM
    if data["medium"] == "video":
        most = limits.MOST_VIDEO_BYTES[data["kind"]]
    try:
        medium = await _read(crawler, data["url"], data["medium"], most)
    except Failed as failed:
        return Pulled(fault=failed.fault)
    return await judge(crawler, world, data, medium)


async def judge(crawler: Crawler, world: World, data: JSON, medium: Found) -> Pulled:
    """A medium that is here, with the cover that belongs to it."""
    cover: Found | None = None
    cover_url = data["options"].get("cover_url")
    fault = _fault_of(world, data, medium)
    if fault is None and cover_url is not None:
        try:
            cover = await _read(crawler, cover_url, "image", limits.COVER_BYTES)
            fault = limits.fault_of_cover(cover.facts)
        except Failed as failed:
            fault = failed.fault
    if fault is None:
        return Pulled(medium, cover)
    for found in (medium, cover):
        if found is not None:
            found.received.discard()
    return Pulled(fault=fault)


def kept(world: World, data: JSON, pulled: Pulled) -> JSON:
    """What changes in a container's data. Inside the caller's transaction."""
    course = data["processing"]
    if pulled.fault is not None:
        if pulled.fault in NOT_FETCHED:
            course = course | {"until": world.now(), "polls": 0}
        return {"is_waiting": False, "processing": processing.failed(course, str(pulled.fault))}
    assert pulled.medium is not None, "without a fault there is a medium"
    cover = None if pulled.cover is None else pulled.cover.keep(world).sha256
    return {"is_waiting": False, "sha256": pulled.medium.keep(world).sha256, "cover": cover}


async def _read(crawler: Crawler, url: str, kind: Literal["image", "video"], at_most: int) -> Found:
    try:
        crawled = await crawler.get(url, kind, at_most=at_most)
    except FetchTimedOut as failure:
        raise Failed(2207003) from failure
    except FetchFailed as failure:
        raise Failed(2207052) from failure
    except TooLarge as failure:
        raise Failed(2207004 if kind == "image" else 2207026) from failure
    return Found(crawled.received, await probe(crawled.received.path))


def _fault_of(world: World, data: JSON, medium: Found) -> int | None:
    if data["medium"] == "image":
        return limits.fault_of_image(medium.facts, medium.received.size, data["kind"], world.settings)
    return limits.fault_of_video(medium.facts, data["kind"], data["options"], world.settings)
