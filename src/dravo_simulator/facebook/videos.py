"""POST /{page}/videos: a whole video by URL, as a file or by a handle, or the phases of a transfer in ranges."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.facebook import limits, transfers, uploads
from dravo_simulator.facebook.door import moment, own, page_of, read
from dravo_simulator.facebook.photos import picture_of
from dravo_simulator.facebook.pulling import pulled
from dravo_simulator.facebook.resumable import taken
from dravo_simulator.fetch import FetchFailed
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import JSON, Stored

SOURCES = ("file_url", "source", "fbuploader_video_file_chunk")
SAID = ("description", "title", "published", "scheduled_publish_time", "thumb", "fields")
MOST_DAYS_AHEAD = 30


async def create(request: Request) -> Response:
    call = await read(request)
    page = page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    call.need_task("CREATE_CONTENT")
    if call.text("upload_phase") is None:
        return await _whole(request, call, page)
    if any(name in call.parameters or name in call.files for name in SOURCES):
        raise call.invalid("file_url cannot be combined with upload_phase")
    if call.text("upload_phase") == "finish":
        async with request.app.state.finalizing:  # the second of two at once sees what the first has made
            return await _finish(request, call)
    return await transfers.act(call, page)


async def thumbnail(request: Request) -> Response:
    """POST /{video}/thumbnails: a cover, seen by whoever sees the video from then on."""
    call = await read(request)
    call.allow("source", "is_preferred")
    object_id = str(request.path_params["object_id"])
    video = own(call, "video", object_id)
    if video is None:
        raise graph.no_such_object(call.world, object_id, request.method)
    call.need("pages_manage_posts")
    call.need_task("CREATE_CONTENT")
    cover, facts = await picture_of(request, call, file="source")
    with call.world.store.transaction():
        sha256 = call.world.store.blobs.keep(cover, facts.content_type, facts).sha256
        if call.flag("is_preferred", default=False) or video.data["thumbnail"] is None:
            call.world.change("facebook", video, thumbnail=sha256)
    return graph.answer({"success": True})


async def _whole(request: Request, call: graph.Call, page: str) -> Response:
    call.allow(*SOURCES, *SAID)
    said = _said(call) | await _cover(request, call)
    received = await _received(request, call)
    facts = await _checked(call, received)
    with call.world.store.transaction():
        video = uploads.begin(call.world, page, "videos")
        video = uploads.keep(call.world, video, received, facts, url=call.text("file_url"))
    _hand_in(request, call, video, facts, said)
    return graph.answer({"id": video.id})


async def _finish(request: Request, call: graph.Call) -> Response:
    """The last phase: what has arrived is joined and becomes the video."""
    call.allow("upload_phase", "upload_session_id", *SAID)
    video = transfers.session(call)
    said = _said(call)
    if video.data["received"] < video.data["size"]:
        raise graph.refusal(call.world, 6001, "The video was not uploaded completely", data=transfers.span(call, video))
    said |= await _cover(request, call)
    whole, _ = await uploads.join(call.world, video)
    facts = await _checked(call, whole)
    with call.world.store.transaction():
        kept = uploads.keep(call.world, video, whole, facts)
    uploads.discard_parts(call.world, video)
    _hand_in(request, call, kept, facts, said)
    return graph.answer({"success": True})


def _said(call: graph.Call) -> JSON:
    published, scheduled_at = call.flag("published", default=True), moment(call, at_most_days=MOST_DAYS_AHEAD)
    if published and scheduled_at is not None:
        raise call.invalid("A published video cannot be scheduled")
    description = call.text("description") or ""
    if len(description) > call.world.settings.facebook_text_length:
        raise call.invalid("The description is too long")
    state = "PUBLISHED" if published else "DRAFT" if scheduled_at is None else "SCHEDULED"
    return {"state": state, "description": description, "title": call.text("title"), "scheduled_at": scheduled_at}


async def _cover(request: Request, call: graph.Call) -> JSON:
    if "thumb" not in call.files:
        return {}
    cover, facts = await picture_of(request, call, file="thumb")
    with call.world.store.transaction():
        return {"thumbnail": call.world.store.blobs.keep(cover, facts.content_type, facts).sha256}


async def _received(request: Request, call: graph.Call) -> Received:
    """The bytes, from the one place that is named."""
    named = [name for name in SOURCES if name in call.parameters or name in call.files]
    if len(named) != 1:
        raise call.invalid(f"Exactly one of {', '.join(SOURCES)} is required")
    if named == ["fbuploader_video_file_chunk"]:
        return await taken(call, call.text(named[0]) or "")
    url = call.text("file_url")
    received = call.take("source") if url is None else None
    if received is not None:
        return received
    try:
        return await pulled(request, url or "", "video", at_most=limits.MOST_BYTES)
    except (FetchFailed, TooLarge) as failure:
        raise graph.refusal(call.world, 389, "Unable to fetch video file from URL") from failure


async def _checked(call: graph.Call, received: Received) -> Facts:
    """What the bytes are; what is no video is discarded and refused."""
    facts = await probe(received.path)
    fault = limits.fault_of_video(received, facts)
    if facts is None or fault is not None:
        received.discard()
        code, sentence = fault or (6000, "There was a problem uploading your video file")
        raise graph.refusal(call.world, code, sentence)
    return facts


def _hand_in(request: Request, call: graph.Call, video: Stored, facts: Facts, said: JSON) -> None:
    """An upright video that is not sent as a reel waits for somebody to share it by hand (postiz-app#1740)."""
    if facts.height > facts.width and call.world.settings.facebook_vertical_videos == "draft":
        said = said | {"state": "DRAFT"}
    uploads.hand_in(request, call.world, video, **said)
