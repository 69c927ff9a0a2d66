"""A video in ranges: ``upload_phase`` start, transfer and cancel (Page videos reference; finish is in `videos`)."""

from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.facebook import limits, uploads
from dravo_simulator.facebook.door import own
from dravo_simulator.store import JSON, Stored

WRONG_OFFSET = 1363037
"""The subcode that Meta's own client library answers by sending the range that is named (video_uploader.py, v26.0.3)."""


async def act(call: graph.Call, page: str) -> Response:
    match call.text("upload_phase"):
        case "start":
            return _start(call, page)
        case "transfer":
            return _transfer(call)
        case "cancel":
            return _cancel(call)
        case _:
            raise call.invalid("Param upload_phase must be one of {start, transfer, finish, cancel}")


def session(call: graph.Call) -> Stored:
    """The video of ``upload_session_id``, while it waits for bytes."""
    session_id = call.text("upload_session_id") or ""
    video = own(call, "video", session_id.removeprefix("5"))
    is_one = video is not None and session_id.startswith("5") and video.data["edge"] == "videos"
    if video is None or not is_one or video.data["size"] is None or uploads.has_expired(call.world, video):
        raise call.invalid("Invalid upload session")
    if video.data["sha256"] is not None:
        raise call.invalid("The upload session is finished")
    return video


def span(call: graph.Call, video: Stored) -> JSON:
    """The range that is wanted next; empty when all of it is there."""
    first = video.data["received"]
    last = min(first + call.world.settings.facebook_range_bytes, video.data["size"])
    return {"start_offset": str(first), "end_offset": str(last)}


def _start(call: graph.Call, page: str) -> Response:
    call.allow("upload_phase", "file_size")
    size = call.number("file_size")
    if not size or size > limits.MOST_BYTES:
        raise call.invalid("Param file_size must be the size of a video in bytes")
    with call.world.store.transaction():
        video = uploads.begin(call.world, page, "videos", int(size))
    return graph.answer({"upload_session_id": f"5{video.id}", "video_id": video.id} | span(call, video))


def _transfer(call: graph.Call) -> Response:
    """Takes the range that begins where the last one ended, and no byte beyond the size that was announced."""
    call.allow("upload_phase", "upload_session_id", "start_offset", "video_file_chunk")
    video = session(call)
    chunk = call.take("video_file_chunk")
    if chunk is None:
        raise call.invalid("The parameter video_file_chunk is required")
    wanted = span(call, video)
    fits = chunk.size <= int(wanted["end_offset"]) - int(wanted["start_offset"])
    if call.number("start_offset") != int(wanted["start_offset"]) or not fits or not chunk.size:
        chunk.discard()
        message = "There was a problem uploading your video file. Please try again"
        raise graph.refusal(call.world, 6001, message, subcode=WRONG_OFFSET, data=wanted)
    with call.world.store.transaction():
        video = uploads.add(call.world, video, chunk)
    return graph.answer(span(call, video))


def _cancel(call: graph.Call) -> Response:
    call.allow("upload_phase", "upload_session_id")
    video = session(call)
    uploads.discard_parts(call.world, video)
    with call.world.store.transaction():
        call.world.change("facebook", video, deleted=True, parts=[])
    return graph.answer({"success": True})
