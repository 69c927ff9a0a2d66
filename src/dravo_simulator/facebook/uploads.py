"""A video as an object: begun, filled with bytes, handed in, processed, published.

Its data: ``size`` and ``received`` in bytes, ``parts`` of what has arrived so far, ``sha256`` once all of it is there,
``failure`` when it could not be had, ``state`` what shall become of it, ``processing`` once it was handed in.
"""

from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.blobs import Blob, Received
from dravo_simulator.facebook.publishing import Edge, new_post_id, settle
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World

OPEN_SECONDS = 86400
"""How long an upload may stay unfinished; not documented."""


def begin(world: World, page: str, edge: Edge, size: int | None = None) -> Stored:
    """A video without bytes. Inside the caller's transaction."""
    data: JSON = {
        "edge": edge,
        "size": size,
        "received": 0,
        "parts": [],
        "sha256": None,
        "url": None,
        "failure": None,
        "state": None,
        "description": "",
        "title": None,
        "thumbnail": None,
        "scheduled_at": None,
        "processing": None,
        "post_id": None,
        "live_at": None,
    }
    return world.create("facebook", "video", str(120_000_000_000_000 + world.store.number()), page, data)


def has_expired(world: World, video: Stored) -> bool:
    return video.data["state"] is None and video.at + OPEN_SECONDS <= world.now()


def add(world: World, video: Stored, received: Received) -> Stored:
    """Appends bytes that have arrived. Inside the caller's transaction."""
    parts = [*video.data["parts"], received.path.name]
    return world.change("facebook", video, parts=parts, received=video.data["received"] + received.size, failure=None)


async def join(world: World, video: Stored) -> tuple[Received, Facts | None]:
    """All that has arrived as one file, and what it is."""
    whole = await world.store.blobs.join([world.store.blobs.part(name) for name in video.data["parts"]])
    return whole, await probe(whole.path)


def discard_parts(world: World, video: Stored) -> None:
    for name in video.data["parts"]:
        world.store.blobs.discard(name)


def keep(world: World, video: Stored, received: Received, facts: Facts | None, *, url: str | None = None) -> Stored:
    """Makes the bytes the video's. Inside the caller's transaction."""
    content_type = facts.content_type if facts else "application/octet-stream"
    sha256 = world.store.blobs.keep(received, content_type, facts).sha256
    size = received.size
    return world.change("facebook", video, sha256=sha256, url=url, size=size, received=size, parts=[])


def hand_in(request: Request, world: World, video: Stored, failure: str | None = None, **said: object) -> Stored:
    """Begins to process it; with ``failure`` it will turn out to be bad. ``said`` is state, description and so on."""
    course = processing.begin(request, world, world.settings.processing_seconds)
    if failure is not None:
        course = processing.failed(course, failure)
    post_id = video.data["post_id"] or new_post_id(world, video.account)
    with world.store.transaction():
        video = world.change("facebook", video, processing=course, post_id=post_id, **said)
        world.store.watch("facebook", video.id)
    settle(world)
    return video


def blob_of(world: World, video: Stored) -> Blob:
    blob = world.store.blob(video.data["sha256"])
    assert blob is not None
    return blob
