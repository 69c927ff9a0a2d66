"""POST /{page}/video_reels: start, then bytes at rupload.facebook.com, then finish (Reels publishing guide of 2026-07-30)."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.facebook import limits, uploads
from dravo_simulator.facebook.door import moment, own, page_of, read
from dravo_simulator.facebook.publishing import settle
from dravo_simulator.probe import Facts
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import origin

STATES = {"PUBLISHED", "DRAFT", "SCHEDULED"}
MOST_DAYS_AHEAD = 29
DAY_SECONDS = 86400


async def create(request: Request) -> Response:
    call = await read(request)
    page = page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    call.need_task("CREATE_CONTENT")
    phase = call.text("upload_phase")
    if phase == "start":
        return _start(request, call, page)
    if phase == "finish":
        return await _finish(request, call)
    raise call.invalid("Param upload_phase must be one of {START, FINISH}")


def _start(request: Request, call: graph.Call, page: str) -> Response:
    call.allow("upload_phase")
    with call.world.store.transaction():
        video = uploads.begin(call.world, page, "video_reels")
    version = request.path_params["version"]
    url = f"{origin(request)}/rupload.facebook.com/video-upload/{version}/{video.id}"
    return graph.answer({"video_id": video.id, "upload_url": url})


async def _finish(request: Request, call: graph.Call) -> Response:
    call.allow(
        "upload_phase", "video_id", "video_state", "description", "title", "scheduled_publish_time", "place", "fields"
    )
    world, video = call.world, own(call, "video", call.text("video_id") or "")
    if video is None or video.data["edge"] != "video_reels" or uploads.has_expired(world, video):
        raise graph.no_such_object(world, call.text("video_id") or "", "post")
    said = _said(call)
    if video.data["sha256"] is None:
        message = "The video has to be uploaded before it can be published"
        raise graph.refusal(world, 6000, message, title="Video Upload Is Missing")
    if video.data["state"] not in {None, "DRAFT"}:
        return _again(request, call, video, said)
    fault = limits.fault_of_reel(_facts(call, video))
    if fault is not None and world.settings.facebook_reel_checks == "at_finish":
        raise graph.refusal(world, 100, fault[1], subcode=fault[0])
    _count(call, said)
    failure = None if fault is None else f"{fault[0]}: {fault[1]}"
    return _answered(call, uploads.hand_in(request, world, video, failure, **said))


def _said(call: graph.Call) -> JSON:
    """What shall become of the reel."""
    state = call.text("video_state") or ""
    if state not in STATES:
        raise call.invalid("Param video_state must be one of {PUBLISHED, DRAFT, SCHEDULED}")
    scheduled_at = moment(call, at_most_days=MOST_DAYS_AHEAD)
    if (state == "SCHEDULED") != (scheduled_at is not None):
        raise call.invalid("scheduled_publish_time belongs to a reel that is SCHEDULED")
    description = call.text("description") or ""
    if len(description) > call.world.settings.facebook_text_length:
        raise call.invalid("The description is too long")
    return {"state": state, "description": description, "title": call.text("title"), "scheduled_at": scheduled_at}


def _facts(call: graph.Call, video: Stored) -> Facts:
    """Of what is no video at all, facts that no reel has."""
    facts = uploads.blob_of(call.world, video).facts
    return Facts(**facts) if facts.get("kind") == "video" else Facts("video", "application/octet-stream", 9, 16)


def _count(call: graph.Call, said: JSON) -> None:
    most = call.world.settings.facebook_reels_per_day
    is_live = said["state"] != "DRAFT"
    if is_live and not call.world.count_sliding(f"facebook reels {call.account.id}", most, DAY_SECONDS):
        raise graph.refusal(call.world, 613, f"Only {most} reels may be published in 24 hours")


def _again(request: Request, call: graph.Call, video: Stored, said: JSON) -> Response:
    """A reel that was handed in before. What Facebook makes of it is not documented."""
    wanted = call.world.settings.facebook_second_finish
    if wanted == "refuse":
        raise call.invalid("The video was already published")
    if wanted == "duplicate":
        _count(call, said)
        world, data = call.world, video.data
        with world.store.transaction():
            copy = uploads.begin(world, video.account, "video_reels")
            copy = world.change("facebook", copy, **data | {"post_id": None, "live_at": None})
        uploads.hand_in(request, world, copy, data["processing"]["reason"], **said)
    settle(call.world)
    return _answered(call, video)


def _answered(call: graph.Call, video: Stored) -> Response:
    """The answer acknowledges the order and nothing more; that it names the post is read in one public client."""
    named = call.world.settings.facebook_post_id_in_finish
    return graph.answer({"success": True} | ({"post_id": video.data["post_id"]} if named else {}))
