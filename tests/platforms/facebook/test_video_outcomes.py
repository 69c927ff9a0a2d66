"""What becomes of a video once Facebook has been told to publish it, and what a lost order to publish comes to."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.errors import PlatformError, Rejected
from dravo.platforms.facebook.publishing import HELD_BACK
from platforms.facebook.material import (
    EDGE,
    GRAPH,
    NOT_YET,
    OUT,
    VIDEOS,
    film,
    job,
    node,
    ok,
    publish,
    publish_to_the_end,
    reel,
    refused,
    said,
    takes_a_video,
)
from platforms.memory_run import KeepingRun, MemoryRun, Paused

NODE = f"{GRAPH}/500"


def orders_of(route: respx.Route) -> int:
    """How often a video was ordered to be published."""
    return sum(b"upload_phase=finish" in call.request.content for call in route.calls)


@pytest.mark.parametrize(
    "seen",
    [
        node(publishing=OUT),
        node(publishing={"status": "completed"}),
        node("processing", publishing={"publish_status": "published"}),
        node(published=True),
        node(published=True, publishing=NOT_YET),
        node(),
    ],
)
async def test_a_video_that_people_see_is_published(network: respx.MockRouter, seen: httpx.Response) -> None:
    takes_a_video(network)
    network.get(NODE).mock(return_value=seen)
    run = MemoryRun()
    published = await publish(job([film()]), run)
    assert published.platform_post_url == "https://www.facebook.com/500"
    assert (run.refuted, run.warnings) == ([], [])


@pytest.mark.parametrize(
    "seen",
    [
        node("processing"),
        node("upload_complete", published=False),
        node("ready", publishing=NOT_YET),
        node("ready", published=False),
        node("ready", published=False, publishing=NOT_YET),
        node("ready", published=False, publishing={"status": "in_progress"}),
        node("ready", publishing={"status": "complete", "publish_status": "scheduled"}),
        node("ready", published=False, publishing={"status": "in_progress", "publish_status": "draft"}),
        node("ready", processing={"status": "in_progress"}, publishing={"publish_status": "draft"}),
        node("processing", publishing={"status": "not_started", "publish_status": "draft"}),
        refused(100, 33),
        refused(100),
        refused(200, 2069031),
        said(id="500"),
        said(id="500", status=None),
    ],
)
async def test_anything_else_is_waited_for(network: respx.MockRouter, seen: httpx.Response) -> None:
    takes_a_video(network)
    network.get(NODE).mock(return_value=seen)
    run = KeepingRun()
    for _ in range(HELD_BACK + 2):
        with pytest.raises(Paused):
            await publish(job([film()]), run)
        run = run.next_run()
    assert run.refuted == []


FAILURES: list[tuple[httpx.Response, str, str]] = [
    (node("error"), "media_processing_failed", "MP4"),
    (node("expired"), "media_processing_failed", "(expired)"),
    (node("upload_failed"), "media_processing_failed", "MP4"),
    (
        node("processing", processing={"status": "error", "errors": [{"code": 5, "message": "No frames."}]}),
        "media_processing_failed",
        "Meta says: No frames.",
    ),
    (
        node("error", processing={"status": "error", "error": {"code": 1363128, "message": "Too long."}}),
        "duration_not_supported",
        "3 to 90 seconds",
    ),
    (
        node("error", processing={"status": "error", "errors": [{"error_subcode": 1363040, "code": 100}]}),
        "aspect_ratio_not_supported",
        "9:16",
    ),
    (
        node("ready", publishing={"status": "error", "error": {"message": "Blocked."}}),
        "publish_failed",
        "Meta says: Blocked.",
    ),
    (node("ready", publishing={"publish_status": "error"}), "publish_failed", "look at the Page"),
]


@pytest.mark.parametrize("medium", [film(), reel()], ids=["video", "reel"])
@pytest.mark.parametrize(("seen", "code", "words"), FAILURES)
async def test_a_video_that_fails_later_was_not_published(
    network: respx.MockRouter, medium: Any, seen: httpx.Response, code: str, words: str
) -> None:
    takes_a_video(network)
    network.post(f"{EDGE}/video_reels").mock(
        side_effect=[said(video_id="500", upload_url="https://rupload.facebook.com/5"), said(success=True)]
    )
    network.post("https://rupload.facebook.com/5").mock(return_value=said(success=True))
    network.get(NODE).mock(side_effect=[node("upload_complete")] * (medium.height > 1000) + [seen])
    run = MemoryRun()
    with pytest.raises(Rejected) as raised:
        await publish(job([medium]), run)
    assert raised.value.code == code
    assert words in raised.value.message
    assert run.refuted == ["publish"]


@pytest.mark.parametrize(
    "draft",
    [
        {"publishing": {"publish_status": "draft"}},
        {"published": False, "publishing": {"status": "not_started", "publish_status": "draft"}},
        {"publishing": {"status": "complete", "publish_status": "draft"}},
    ],
)
async def test_a_video_that_stays_a_draft_was_not_published(
    network: respx.MockRouter, draft: Mapping[str, Any]
) -> None:
    takes_a_video(network)
    asked = network.get(NODE).mock(return_value=node("ready", **draft))
    run = KeepingRun()
    with pytest.raises(Rejected) as raised:
        await publish_to_the_end(job([film()]), run)
    assert raised.value.code == "left_as_draft"
    assert "the video 500 as a draft" in raised.value.message
    assert run.refuted == ["publish"]
    assert asked.call_count == HELD_BACK


@pytest.mark.parametrize(
    ("medium", "as_reel", "way_out"),
    [
        (film(), None, "Suite. As a reel it cannot be posted as it is, since its shape is 1280x720 and not 9:16."),
        (reel(length_ms=95_000), True, "since its length is 95 s and not 3 to 90 s."),
        (reel(), False, "Suite, or post it as a reel with as_reel."),
        (reel(), True, "Suite."),
    ],
)
async def test_a_draft_may_be_posted_as_a_reel_only_where_it_can_be_one(
    network: respx.MockRouter, medium: Any, as_reel: bool | None, way_out: str
) -> None:
    takes_a_video(network)
    start = said(video_id="500", upload_url="https://rupload.facebook.com/5")
    network.post(f"{EDGE}/video_reels").mock(side_effect=[start, *[said(success=True)] * HELD_BACK])
    network.post("https://rupload.facebook.com/5").mock(return_value=said(success=True))
    draft = node("ready", uploading={"status": "complete"}, publishing={"publish_status": "draft"})
    network.get(NODE).mock(return_value=draft)
    with pytest.raises(Rejected) as raised:
        await publish_to_the_end(job([medium], as_reel=as_reel), KeepingRun())
    assert raised.value.code == "left_as_draft"
    assert raised.value.message.endswith(way_out)


async def test_a_video_that_is_seen_after_a_moment_as_a_draft_is_published(network: respx.MockRouter) -> None:
    takes_a_video(network)
    moments = [node("ready", published=False, publishing={"publish_status": "draft"})] * (HELD_BACK - 1)
    network.get(NODE).mock(side_effect=[*moments, node(published=True)])
    run = KeepingRun()
    published, _ = await publish_to_the_end(job([film()]), run)
    assert (published.platform_post_id, run.refuted) == ("500", [])


# -- after a lost answer -----------------------------------------------------------------------------------------------


async def lost(network: respx.MockRouter, *seen: httpx.Response) -> MemoryRun:
    """The order to publish is lost, and the video is seen so, one answer after the other."""
    start = said(upload_session_id="7", video_id="500", start_offset=0, end_offset=600)
    whole = said(start_offset=600, end_offset=600)
    videos = network.post(VIDEOS).mock(side_effect=[start, whole, refused(2, status=500)])
    network.get(NODE).mock(side_effect=list(seen))
    run = MemoryRun()
    try:
        await publish(job([film()]), run)
    finally:
        assert orders_of(videos) == 1
    return run


async def test_an_order_that_arrived_is_told_by_the_video_itself(network: respx.MockRouter) -> None:
    await lost(network, node("processing", publishing={"status": "in_progress"}), node(publishing=OUT))


async def test_an_order_that_arrived_and_failed_is_a_refusal(network: respx.MockRouter) -> None:
    with pytest.raises(Rejected):
        await lost(network, node("error"), node("error"))


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (node("upload_complete", publishing=NOT_YET), "outcome_unknown"),
        (node("ready", publishing={"publish_status": "draft"}), "outcome_unknown"),
        (said(id="500"), "outcome_unknown"),
        (node("processing", publishing=NOT_YET), "video_processing"),
        (refused(100, 33), "object_unreadable"),
    ],
)
async def test_an_order_that_is_not_seen_is_looked_for_again_or_left_to_people(
    network: respx.MockRouter, seen: httpx.Response, code: str
) -> None:
    with pytest.raises(PlatformError) as raised:
        await lost(network, seen)
    assert raised.value.code == code


# -- its comment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("post_id", "on"), [("77_9", "77_9"), ("9", "500"), (None, "500")])
async def test_a_comment_goes_under_the_post_where_it_is_named_whole(
    network: respx.MockRouter, post_id: str | None, on: str
) -> None:
    takes_a_video(network)
    network.get(NODE).mock(return_value=node(publishing=OUT, post_id=post_id))
    comments = network.post(f"{GRAPH}/{on}/comments").mock(return_value=ok("c"))
    run = MemoryRun()
    await publish(job([film()], first_comment="First"), run)
    assert comments.called
    assert run.names[-2:] == ["published", "first_comment"]
