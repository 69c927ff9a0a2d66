"""The address that a video's bytes are sent to: chunks one after the other, and bare statuses (Media transfer guide)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import processing
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok.limits import VIDEOS
from dravo_simulator.tiktok.publishes import is_whole
from dravo_simulator.wire import Refusal, content_type, world_of
from dravo_simulator.world import World

LIVES_SECONDS = 3600
CREATED, PARTIAL, BAD, EXPIRED, UNKNOWN, OUT_OF_ORDER = 201, 206, 400, 403, 404, 416
RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")


@dataclass(frozen=True)
class Chunk:
    first: int
    size: int


async def put(request: Request) -> Response:
    """One chunk. Nothing is asked but the token in the URL, and nothing counts unless every byte of the chunk came."""
    world = world_of(request)
    try:
        publish = _open(request)
        chunk = _chunk(request, publish)
        is_there = _check_turn(world, publish, chunk)
    except Refusal:
        await _drain(request)
        raise
    if is_there:
        await _drain(request)
        return _answer(world, publish, CREATED if is_whole(publish) else PARTIAL)
    received = await _receive(request, chunk)
    with world.store.transaction():
        publish = _add(request, publish.id, chunk, received)
    if not is_whole(publish):
        return _answer(world, publish, PARTIAL)
    request.app.state.arrivals.begin(publish.id)
    return _answer(world, publish, CREATED)


def _open(request: Request) -> Stored:
    """The publish that the URL was given for."""
    world = world_of(request)
    upload = world.store.get("tiktok", "upload", request.query_params.get("upload_id", ""))
    publish = None if upload is None else world.store.get("tiktok", "publish", upload.data["publish"])
    if publish is None or publish.data["upload"]["token"] != request.query_params.get("upload_token"):
        raise Refusal(Response(status_code=UNKNOWN))
    if world.now() >= publish.at + LIVES_SECONDS:
        raise Refusal(Response(status_code=EXPIRED))
    if is_whole(publish) and world.settings.tiktok_finished_put != OUT_OF_ORDER:
        raise Refusal(Response(status_code=world.settings.tiktok_finished_put))
    return publish


def _chunk(request: Request, publish: Stored) -> Chunk:
    """What the headers announce; they must agree with each other and with what init was told."""
    bad = Refusal(Response(status_code=BAD))
    given = RANGE.fullmatch(request.headers.get("content-range", ""))
    length = request.headers.get("content-length", "")
    if given is None or not length.isdecimal() or content_type(request) not in VIDEOS:
        raise bad
    first, last, total = (int(number) for number in given.groups())
    if last < first or last >= total or total != publish.data["upload"]["size"] or int(length) != last - first + 1:
        raise bad
    return Chunk(first, last - first + 1)


def _check_turn(world: World, publish: Stored, chunk: Chunk) -> bool:
    """Whether the chunk is there already and is taken a second time. Raises when it is not its turn or has a wrong size."""
    sizes = [part["size"] for part in publish.data["parts"]]
    if chunk.first != publish.data["bytes"]:
        is_known = any(chunk == Chunk(sum(sizes[:number]), size) for number, size in enumerate(sizes))
        if is_known and world.settings.tiktok_second_put == PARTIAL:
            return True
        raise Refusal(_answer(world, publish, OUT_OF_ORDER))
    upload = publish.data["upload"]
    is_last = len(sizes) == upload["count"] - 1
    if chunk.size != (upload["size"] - publish.data["bytes"] if is_last else upload["chunk_size"]):
        raise Refusal(Response(status_code=BAD))
    return False


async def _receive(request: Request, chunk: Chunk) -> Received:
    try:
        received = await world_of(request).store.blobs.receive(request.stream(), at_most=chunk.size)
    except TooLarge as large:
        raise Refusal(Response(status_code=BAD)) from large
    if received.size != chunk.size:
        received.discard()
        raise Refusal(Response(status_code=BAD))
    return received


def _add(request: Request, publish_id: str, chunk: Chunk, received: Received) -> Stored:
    """Reads the publish anew: the same chunk may have come on another connection meanwhile."""
    world = world_of(request)
    publish = world.store.get("tiktok", "publish", publish_id)
    if publish is None or publish.data["bytes"] != chunk.first:
        received.discard()
        raise Refusal(Response(status_code=UNKNOWN) if publish is None else _answer(world, publish, OUT_OF_ORDER))
    part = {"part": received.path.name, "size": received.size, "at": world.now()}
    parts = [*publish.data["parts"], part]
    publish = world.change("tiktok", publish, parts=parts, bytes=chunk.first + chunk.size)
    if is_whole(publish):
        publish = world.change("tiktok", publish, processing=_course(request, publish))
        world.store.watch("tiktok", publish.id)
    return publish


def _course(request: Request, publish: Stored) -> JSON:
    """Processing begins: as was ordered about the last chunk, and about the init before it."""
    world, ordered = world_of(request), publish.data["processing"]
    course = processing.begin(request, world, world.settings.processing_seconds)
    return course | {
        "until": course["until"] + ordered["until"] - ordered["from"],
        "polls": course["polls"] + ordered["polls"],
        "stuck": course["stuck"] or ordered["stuck"],
        "reason": ordered["reason"] or course["reason"],
    }


def _answer(world: World, publish: Stored, status: int) -> Response:
    return Response(status_code=status, headers=_progress(world, publish))


def _progress(world: World, publish: Stored) -> Mapping[str, str]:
    """How far the upload is, in the header of the answer."""
    uploaded, total = publish.data["bytes"], publish.data["upload"]["size"]
    style = world.settings.tiktok_uploaded
    end = uploaded if style == "count" else uploaded - 1
    return {} if style == "none" or end < 0 else {"Content-Range": f"bytes 0-{end}/{total}"}


async def _drain(request: Request) -> None:
    """A caller who is still sending would not hear the answer."""
    async for _ in request.stream():
        pass
