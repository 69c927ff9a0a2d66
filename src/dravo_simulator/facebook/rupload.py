"""rupload.facebook.com: the bytes of a reel, or the URL they can be read at, in headers of their own."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.facebook import limits, uploads
from dravo_simulator.facebook.door import own
from dravo_simulator.facebook.publishing import settle
from dravo_simulator.facebook.pulling import pulled
from dravo_simulator.fetch import FetchFailed
from dravo_simulator.probe import probe
from dravo_simulator.store import Stored
from dravo_simulator.wire import Refusal, world_of


async def upload(request: Request) -> Response:
    """Parameters go into headers here; a body is bytes and never JSON."""
    call = _call(request)
    video = _open(call, request)
    hosted = request.headers.get("file_url")
    received = await (_hosted(request, call, video, hosted) if hosted else _sent(request, video))
    with call.world.store.transaction():
        video = _add(call, video, received)
    size = video.data["received"] if hosted else _size(request)
    if video.data["received"] < size:
        with call.world.store.transaction():
            call.world.change("facebook", video, size=size)
        raise failed("PartialRequestError", "Partial request (did not match length of file)", retriable=True)
    whole, facts = await uploads.join(call.world, video)
    with call.world.store.transaction():
        uploads.keep(call.world, video, whole, facts, url=hosted)
    uploads.discard_parts(call.world, video)
    return JSONResponse({"success": True})


async def progress(request: Request) -> Response:
    """Where an upload that broke off goes on."""
    call = _call(request)
    return JSONResponse({"video_id": request.path_params["video_id"], "offset": _open(call, request).data["received"]})


def failed(kind: str, message: str, *, retriable: bool, status: int = 400) -> Refusal:
    """This host has an envelope of its own (Reels publishing guide, Errors)."""
    return Refusal(JSONResponse({"debug_info": {"retriable": retriable, "type": kind, "message": message}}, status))


def _call(request: Request) -> graph.Call:
    """The token goes into ``Authorization: OAuth`` here and nowhere else."""
    graph.check_version(request)
    world = world_of(request)
    settle(world)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "OAuth" or not token:
        raise failed("NotAuthorizedError", "Authentication failed: no OAuth token", retriable=False, status=401)
    return graph.Call(world, graph.account_of(request, token, ["facebook"]), {}, {})


def _open(call: graph.Call, request: Request) -> Stored:
    """The reel that waits for its bytes."""
    video = own(call, "video", request.path_params["video_id"])
    if video is None or video.data["edge"] != "video_reels" or uploads.has_expired(call.world, video):
        raise failed("NotFoundError", "There is no such upload", retriable=False, status=404)
    if video.data["sha256"] is not None:
        raise failed("OffsetInvalidError", "The upload is complete", retriable=False)
    return video


def _add(call: graph.Call, before: Stored, received: Received) -> Stored:
    """Appends what has arrived, unless another call was quicker: both began at the same offset."""
    video = own(call, "video", before.id)
    if video is None or video.data["received"] != before.data["received"] or video.data["sha256"] is not None:
        received.discard()
        raise failed("OffsetInvalidError", "Other bytes have arrived meanwhile", retriable=True)
    return uploads.add(call.world, video, received)


async def _sent(request: Request, video: Stored) -> Received:
    """The bytes from where the last ones ended, all that are left or fewer."""
    offset, size = _number(request, "offset"), _size(request)
    if offset != video.data["received"]:
        message = json.dumps({"offset": video.data["received"]})
        raise failed("OffsetInvalidError", message, retriable=True)
    try:
        return await world_of(request).store.blobs.receive(request.stream(), at_most=size - offset)
    except TooLarge as large:
        raise failed("PartialRequestError", "More bytes than file_size says", retriable=False) from large


async def _hosted(request: Request, call: graph.Call, video: Stored, url: str) -> Received:
    wanted = call.world.settings.facebook_hosted_upload
    if wanted == "with_offset" or "offset" in request.headers:
        _number(request, "offset")
    if wanted == "alone" and "offset" in request.headers:
        raise failed("ParameterValidationError", "Header Offset cannot stand beside file_url", retriable=False)
    try:
        received = await pulled(request, url, "video", at_most=limits.MOST_BYTES)
    except (FetchFailed, TooLarge) as failure:
        with call.world.store.transaction():
            call.world.change("facebook", video, failure=f"The file cannot be read: {failure}")
        raise failed("ProcessingFailedError", f"The file cannot be read: {failure}", retriable=True) from failure
    if await probe(received.path) is None:
        received.discard()
        raise failed("ProcessingFailedError", "The file is not a video", retriable=False)
    return received


def _size(request: Request) -> int:
    return _number(request, "file_size")


def _number(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isdecimal() and len(text) <= 15):
        shown = name.title().replace("_", "-")
        raise failed("ParameterValidationError", f"Header {shown} not convertible to a number", retriable=False)
    return int(text)
