"""Videos: parts that LinkedIn cuts, each to a URL of its own, then one call that joins them (Videos API page, read 2026-09)."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import processing
from dravo_simulator.blobs import Received
from dravo_simulator.linkedin import errors, media
from dravo_simulator.linkedin.door import action, may_speak_for, read
from dravo_simulator.linkedin.schemas import FinalizeVideo, InitializeVideo
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World

PART_BYTES = 4_194_304
UPLOAD_URL_SECONDS = 30 * 86400
FEWEST_BYTES, MOST_BYTES = 75_000, 500 * 1024 * 1024
"""Of a video in a feed; the field of the first call takes 5 GB all the same."""
SHORTEST_MS, LONGEST_MS = 3_000, 30 * 60_000


async def act(request: Request, account: Account) -> Response:
    """The two actions of the resource."""
    named = action(request)
    if named == "initializeUpload":
        return await _initialize(request, account)
    if named == "finalizeUpload":
        return await _finalize(request, account)
    raise errors.illegal("Unknown action on resource videos")


async def show(request: Request, account: Account) -> Response:
    """Whether the video is ready: unlike pictures, any token of its owner may ask."""
    return JSONResponse(media.view(world_of(request), media.asked_for(request, account, "video")))


def part_sizes(total: int) -> list[int]:
    return [min(PART_BYTES, total - first) for first in range(0, total, PART_BYTES)]


async def _initialize(request: Request, account: Account) -> Response:
    order = (await read(request, InitializeVideo)).initializeUploadRequest
    with world_of(request).store.transaction():
        more = {"size": order.fileSizeBytes, "thumbnail": None}
        video = media.begin(request, account, "video", order.owner, lives_seconds=UPLOAD_URL_SECONDS, **more)
    instructions = [
        {
            "uploadUrl": media.upload_url(request, video, f"uploaded-video/{number}"),
            "firstByte": number * PART_BYTES,
            "lastByte": number * PART_BYTES + size - 1,
        }
        for number, size in enumerate(part_sizes(order.fileSizeBytes))
    ]
    value: JSON = {
        "uploadUrlsExpireAt": int(video.data["expires_at"] * 1000),
        "video": video.id,
        "uploadInstructions": instructions,
        "uploadToken": "",
    }
    if order.uploadThumbnail:
        value["thumbnailUploadUrl"] = media.upload_url(request, video, "uploaded-thumbnail/0")
    if order.uploadCaptions:
        value["captionsUploadUrl"] = media.upload_url(request, video, "uploaded-captions/0")
    return JSONResponse({"value": value})


async def _finalize(request: Request, account: Account) -> Response:
    """Joins the parts in the order of the ETags. Whatever is wrong with them is told by the status only, later."""
    order = (await read(request, FinalizeVideo)).finalizeUploadRequest
    world = world_of(request)
    video = world.store.get("linkedin", "video", order.video)
    if video is None or not may_speak_for(account, video.data["owner"]):
        raise errors.not_found(order.video)
    if order.uploadToken:
        raise errors.invalid_field("uploadToken", "is not the one that was given")
    if video.data["processing"] is not None:
        return Response(status_code=200)
    parts = _named(world, video, order.uploadedPartIds)
    failure = _misfit(video, parts)
    received, facts = None, None
    if failure is None:
        received = await world.store.blobs.join([world.store.blobs.part(part.data["file"]) for part in parts])
        facts = await probe(received.path)
        failure = _unfit(received, facts)
    course = processing.begin(request, world, world.settings.processing_seconds)
    if failure is not None:
        course = processing.failed(course, failure)
    with world.store.transaction():
        sha256 = None
        if received is not None and facts is not None:
            sha256 = world.store.blobs.keep(received, facts.content_type, facts).sha256
        world.change("linkedin", video, sha256=sha256, processing=course)
    _discard(world, video, None if facts else received)
    return Response(status_code=200)


def _named(world: World, video: Stored, etags: Sequence[str]) -> list[Stored]:
    """The parts by their ETags, in the caller's order; an ETag that a later upload replaced, or never was, is none."""
    known = {part.data["etag"]: part for part in world.store.newest("linkedin", "video_part", video.id)}
    return [known[etag] for etag in etags if etag in known]


def _misfit(video: Stored, parts: Sequence[Stored]) -> str | None:
    expected = part_sizes(video.data["size"])
    if [part.data["number"] for part in parts] != list(range(len(expected))):
        return "PARTS_MISSING_OR_OUT_OF_ORDER"
    if [part.data["size"] for part in parts] != expected:
        return "PART_SIZE_MISMATCH"
    return None


def _unfit(received: Received, facts: Facts | None) -> str | None:
    """Why LinkedIn cannot show the video. The names of the reasons are ours: no page lists them."""
    if facts is None or facts.content_type != "video/mp4":
        return "UNSUPPORTED_FORMAT"
    if not FEWEST_BYTES <= received.size <= MOST_BYTES:
        return "FILE_SIZE_OUT_OF_RANGE"
    if not SHORTEST_MS <= (facts.duration_ms or 0) <= LONGEST_MS:
        return "DURATION_OUT_OF_RANGE"
    return None


def _discard(world: World, video: Stored, received: Received | None) -> None:
    for part in world.store.newest("linkedin", "video_part", video.id):
        world.store.blobs.discard(part.data["file"])
    if received is not None:
        received.discard()
