"""rupload.facebook.com/ig-api-upload: the bytes of a video, sent in parts or named by URL (Content publishing page)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.crawler import Crawler
from dravo_simulator.fetch import FetchFailed
from dravo_simulator.instagram import limits, pulling
from dravo_simulator.instagram.pulling import Found
from dravo_simulator.instagram.statuses import is_waiting, status_of
from dravo_simulator.probe import probe
from dravo_simulator.store import Stored
from dravo_simulator.wire import Refusal, world_of

OCTETS = 15
"""Digits of the longest number read from a header."""


async def upload(request: Request) -> Response:
    """Headers say what comes: ``file_url``, or ``offset`` and ``file_size`` with the bytes from there on."""
    graph.check_version(request)
    account = graph.account_of(request, graph.token_of(request, {}), ("instagram",))
    world, container_id = world_of(request), str(request.path_params["object_id"])
    container = world.store.get("instagram", "container", container_id)
    if container is None or container.account != account.id or not container.data.get("is_resumable"):
        raise _refused("ParameterValidationError", "The upload session does not exist")
    if not is_waiting(container) or status_of(world, container) == "EXPIRED":
        raise _refused("ParameterValidationError", "The upload session is over")
    url = request.headers.get("file_url")
    received = await (_pulled(request, url) if url else _arrived(request, container))
    pulled = await pulling.judge(
        request.app.state.crawler, world, container.data, Found(received, await probe(received.path))
    )
    course = container.data["processing"]
    takes = course["until"] - course["from"]
    course = course | {"from": world.now(), "until": world.now() + takes}
    with world.store.transaction():
        changes = {"processing": course} | pulling.kept(world, container.data | {"processing": course}, pulled)
        world.change("instagram", container, **changes, url=url, upload=None)
    return JSONResponse({"success": True, "message": "Upload successful."})


async def _pulled(request: Request, url: str) -> Received:
    try:
        crawler: Crawler = request.app.state.crawler
        return (await crawler.get(url, "video", at_most=limits.MOST_VIDEO_BYTES["REELS"])).received
    except (FetchFailed, TooLarge) as failure:
        raise _refused(
            "ProcessingFailedError", "The file of file_url could not be read", is_retriable=True
        ) from failure


async def _arrived(request: Request, container: Stored) -> Received:
    """The whole file, once its last part is here; before that a refusal says that more must come."""
    blobs = world_of(request).store.blobs
    offset, size = _number(request, "offset"), _number(request, "file_size")
    before = container.data.get("upload") or {"part": None, "size": 0}
    if offset != before["size"]:
        raise _refused("OffsetInvalidError", f"The offset is {offset}, and {before['size']} bytes are here")
    try:
        received = await blobs.receive(request.stream(), at_most=min(size, limits.MOST_VIDEO_BYTES["REELS"]) - offset)
    except TooLarge as large:
        raise _refused("ParameterValidationError", "More bytes came than file_size says") from large
    if before["part"] is not None:
        parts = [blobs.part(before["part"]), received.path]
        received = await blobs.join(parts)
        for part in parts:
            part.unlink()
    if received.size == size:
        return received
    with world_of(request).store.transaction():
        kept = {"part": received.path.name, "size": received.size}
        world_of(request).change("instagram", container, upload=kept)
    raise _refused("PartialRequestError", f"{received.size} of {size} bytes are here", is_retriable=True)


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isdecimal() or len(text) > OCTETS:
        raise _refused("ParameterValidationError", f"Header {name.title()} is not a number")
    return int(text)


def _refused(kind: str, message: str, *, is_retriable: bool = False) -> Refusal:
    return Refusal(JSONResponse({"debug_info": {"retriable": is_retriable, "type": kind, "message": message}}, 400))
