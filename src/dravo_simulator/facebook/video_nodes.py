"""A video as it is read: how far it is, in the phases and spellings that are documented or seen."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, graph_lists, processing
from dravo_simulator.facebook import uploads
from dravo_simulator.facebook.door import page_of, read
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World


async def list_of(request: Request) -> Response:
    """The Page's videos, newest first: those that were uploaded, also while nobody sees them."""
    call = await read(request)
    page = page_of(call, request)
    call.need("pages_read_engagement")
    call.allow("fields", "limit", "after", "type", "since", "until")
    uploaded = call.text("type") in {None, "uploaded"}
    only = str(request.scope["path"]).rpartition("/")[2]
    videos = [
        video
        for video in call.world.store.newest("facebook", "video", page, since=call.number("since") or 0)
        if uploaded
        and video.data["state"] is not None
        and not video.data.get("deleted")
        and (only == "videos" or video.data["edge"] == only)
    ]
    listed, paging = graph_lists.listed(request, videos, [video.id for video in videos])
    fields = call.fields(["id", "description", "updated_time"])
    return graph.answer({"data": [graph.select(call, view_video(call, video), fields) for video in listed]} | paging)


def view_video(call: graph.Call, video: Stored) -> JSON:
    """As its Page reads it. To read ``status`` counts as asking, which ends processing that waits to be asked."""
    world, data = call.world, video.data
    if data["processing"] is not None:
        with world.store.transaction():
            world.change("facebook", video, processing=processing.asked(data["processing"]))
    length = uploads.blob_of(world, video).facts.get("duration_ms") if data["sha256"] else None
    created = graph.facebook_time(video.at)
    return {
        "id": video.id,
        "title": data["title"],
        "description": data["description"] or None,
        "created_time": created,
        "updated_time": created if data["live_at"] is None else graph.facebook_time(data["live_at"]),
        "length": None if length is None else length / 1000,
        "status": status_of(world, video),
        "published": data["live_at"] is not None,
        "scheduled_publish_time": _written(data["scheduled_at"]),
        "permalink_url": _permalink(world, video),
        "post_id": data["post_id"] if data["live_at"] is not None else None,
        "from": {"id": call.account.id, "name": call.account.display_name},
    }


def status_of(world: World, video: Stored) -> JSON:
    """The ``status`` of a video node (Reels publishing guide of 2026-07-30; replies in fbsamples#47)."""
    course = None if video.data["processing"] is None else processing.look(world, video.data["processing"])
    status: JSON = {
        "video_status": _overall(world, video, course),
        "uploading_phase": _uploading(world, video),
        "processing_phase": _processing(world, course),
        "publishing_phase": _publishing(world, video, course),
    }
    if course is not None:
        status["processing_progress"] = course.progress
        is_stuck = video.data["processing"]["stuck"]
        status["copyright_check_status"] = {"status": "error" if is_stuck else _phase(world, course)}
    return status


def _overall(world: World, video: Stored, course: processing.Course | None) -> str:
    if uploads.has_expired(world, video):
        return "expired"
    if video.data["failure"] is not None:
        return "upload_failed"
    if course is None:
        return "upload_complete" if video.data["sha256"] else "uploading"
    return {"running": "processing", "done": "ready", "failed": "error"}[course.state]


def _uploading(world: World, video: Stored) -> JSON:
    data, settings = video.data, world.settings
    phase: JSON = {"status": "in_progress" if data["received"] else "not_started"}
    if data["sha256"]:
        phase["status"] = settings.facebook_phase_done
    phase[settings.facebook_bytes_name] = data["received"]
    if data["size"] is not None:
        phase["source_file_size"] = data["size"]
    return phase | _failed(world, data["failure"]) if data["failure"] is not None else phase


def _processing(world: World, course: processing.Course | None) -> JSON:
    if course is None:
        return {"status": "not_started"}
    if course.state == "failed":
        return _failed(world, course.reason or "")
    return {"status": _phase(world, course)}


def _publishing(world: World, video: Stored, course: processing.Course | None) -> JSON:
    data, done = video.data, world.settings.facebook_phase_done
    if data["live_at"] is not None:
        return {"status": done, "publish_status": "published", "publish_time": _written(data["live_at"])}
    if course is None:
        return {"status": "not_started"}
    if course.state == "failed":
        return {"status": "not_started", "publish_status": "error"}
    if data["state"] == "DRAFT":
        return {"status": "not_started", "publish_status": "draft"}
    if data["state"] == "SCHEDULED":
        when = _written(data["scheduled_at"])
        return {"status": "not_started", "publish_status": "scheduled", "publish_time": when}
    return {"status": "in_progress" if course.state == "done" else "not_started"}


def _phase(world: World, course: processing.Course) -> str:
    return {"running": "in_progress", "done": world.settings.facebook_phase_done, "failed": "error"}[course.state]


def _failed(world: World, reason: str) -> JSON:
    """A phase that went wrong. A reason may name its code first: ``1363127: too small``."""
    code, colon, sentence = reason.partition(": ")
    error: JSON = {"message": sentence if colon and code.isdecimal() else reason}
    if colon and code.isdecimal():
        error["code"] = int(code)
    name = world.settings.facebook_errors_name
    return {"status": "error", name: [error] if name == "errors" else error}


def _permalink(world: World, video: Stored) -> str:
    path = f"/reel/{video.id}/" if video.data["edge"] == "video_reels" else f"/{video.account}/videos/{video.id}/"
    return path if world.settings.facebook_permalinks == "relative" else f"https://www.facebook.com{path}"


def _written(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
