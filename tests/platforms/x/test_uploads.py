import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Profile, PublishJob
from dravo.platforms.errors import RateLimited, Rejected, Transient
from dravo.platforms.media import Medium
from dravo.platforms.x import PLATFORM, media_client, uploads
from dravo.platforms.x.options import XOptions
from platforms.memory_run import KeepingRun, MemoryRun, Paused
from platforms.x.media import gif, medium, video

POSTS = "https://api.x.com/2/tweets"
UPLOADS = "https://api.x.com/2/media/upload"
PART = media_client.PART_BYTES
INVALID_MEDIA = {
    "errors": [{"parameters": {"media.media_ids": ["71"]}, "message": "Your media IDs are invalid."}],
    "title": "Invalid Request",
    "type": "https://api.twitter.com/2/problems/invalid-request",
}
STEPS_OF_A_VIDEO = ["upload-0-initialize", "upload-0-append-0000", "upload-0-finalize"]


class XMedia:
    """X's side of an upload, answering as it is told."""

    def __init__(self, router: respx.MockRouter) -> None:
        ids = iter(str(i) for i in range(71, 99))
        self.one_shot = router.post(UPLOADS).mock(side_effect=lambda _: self.known(next(ids)))
        self.initialize = router.post(f"{UPLOADS}/initialize").mock(side_effect=lambda _: self.known(next(ids)))
        self.append = router.post(url__regex=rf"{UPLOADS}/\d+/append").mock(
            return_value=httpx.Response(200, json={"data": {"expires_at": 1895000000}})
        )
        self.finalize = router.post(url__regex=rf"{UPLOADS}/\d+/finalize").mock(return_value=self.known("71"))
        self.status = router.get(UPLOADS).mock(
            return_value=httpx.Response(400, json={"detail": "BadRequest: Not found"})
        )
        self.posts = router.post(POSTS).mock(return_value=httpx.Response(201, json={"data": {"id": "189"}}))

    @staticmethod
    def known(media_id: str, **processing: Any) -> httpx.Response:
        more = {"processing_info": processing} if processing else {}
        return httpx.Response(200, json={"data": {"id": media_id, "media_key": f"7_{media_id}", **more}})

    @property
    def named(self) -> list[Any]:
        """The media that each call to publish names."""
        return [json.loads(call.request.content)["media"]["media_ids"] for call in self.posts.calls]


@pytest.fixture
def x() -> Iterator[XMedia]:
    with respx.mock(assert_all_called=False) as router:
        yield XMedia(router)


async def publish(*media: Medium, run: MemoryRun | None = None) -> MemoryRun:
    run = run or MemoryRun()
    job = PublishJob("Hello", media, XOptions(), Profile("42", "dravo"))
    assert (await PLATFORM.adapter.publish(job, run)).platform_post_id == "189"
    return run


async def test_gif_goes_in_parts_and_needs_no_processing(x: XMedia) -> None:
    run = await publish(gif(b"g" * (PART + 3)))
    assert run.names == [
        "upload-0-initialize",
        "upload-0-append-0000",
        "upload-0-append-0001",
        "upload-0-finalize",
        "publish",
    ]
    assert x.named == [["71"]]
    assert not x.status.called


async def test_gif_of_one_frame_goes_like_a_picture(x: XMedia) -> None:
    run = await publish(gif(frames=1), medium(index=1))
    assert run.names == ["upload-0", "upload-1", "publish"]
    assert x.named == [["71", "72"]]


async def test_video_is_waited_for(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="pending", check_after_secs=1))
    x.status.mock(
        side_effect=[x.known("71", state="in_progress", progress_percent=50), x.known("71", state="succeeded")]
    )
    run = await publish(video())
    assert run.names == [*STEPS_OF_A_VIDEO, "upload-0-processed", "publish"]
    assert x.status.call_count == 2
    assert x.named == [["71"]]


async def test_video_that_is_ready_at_once_is_not_asked_for(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="succeeded"))
    await publish(video())
    assert not x.status.called


@pytest.mark.parametrize("state", ["failed", "in_progress", "pending", "succeeded"])
@pytest.mark.parametrize("at_once", [True, False])
async def test_error_is_a_failure_whatever_the_state(x: XMedia, state: str, *, at_once: bool) -> None:
    error = {"code": 3, "name": "UnsupportedMedia", "message": "Duration exceeds max duration"}
    failed = x.known("71", state=state, progress_percent=99, error=error)
    x.finalize.mock(return_value=failed if at_once else x.known("71", state="pending"))
    x.status.mock(return_value=failed)
    with pytest.raises(Rejected) as caught:
        await publish(medium(), video(index=1))
    assert (caught.value.code, caught.value.pointer) == ("media_processing_failed", "/media_urls/1")
    assert "3, UnsupportedMedia, Duration exceeds max duration" in caught.value.message
    assert caught.value.raw["error"] == error
    assert x.status.called is not at_once
    assert not x.posts.called


async def test_failure_without_a_reason_is_a_failure(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="failed"))
    with pytest.raises(Rejected) as caught:
        await publish(video())
    assert caught.value.code == "media_processing_failed"


async def test_state_without_processing_is_readiness(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="pending"))
    x.status.mock(return_value=x.known("71"))
    await publish(video())
    assert x.named == [["71"]]


async def test_question_that_x_refuses_is_left_to_the_post(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="pending"))
    await publish(video())
    assert (x.status.call_count, x.named) == (1, [["71"]])


@pytest.mark.parametrize(
    ("asked_for", "pauses"),
    [
        (None, [1, 2, 5, 10, 30, 30]),
        (0, [1, 2, 5, 10, 30, 30]),
        (-5, [1, 2, 5, 10, 30, 30]),
        (7, [7, 7, 7, 10, 30, 30]),
        (60, [60, 60, 60, 60, 60, 60]),
        (4000, [60, 60, 60, 60, 60, 60]),
    ],
)
async def test_x_is_asked_no_sooner_than_it_wishes(x: XMedia, asked_for: float | None, pauses: list[int]) -> None:
    x.finalize.mock(return_value=x.known("71", state="pending", check_after_secs=asked_for))
    x.status.mock(return_value=x.known("71", state="in_progress"))
    run = KeepingRun()
    for pause in pauses:
        with pytest.raises(Paused) as paused:
            await publish(video(), run=run)
        assert paused.value.after == timedelta(seconds=pause)
        run = run.next_run()


async def test_run_goes_on_behind_the_parts_that_were_taken(x: XMedia) -> None:
    x.append.mock(side_effect=[httpx.Response(200), httpx.Response(503)])
    sent = video(b"v" * (3 * PART))
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(sent, run=run)
    x.append.mock(side_effect=None, return_value=httpx.Response(200))
    resumed = run.next_run()
    await publish(sent, run=resumed)
    assert resumed.names == ["upload-0-append-0001", "upload-0-append-0002", "upload-0-finalize", "publish"]
    assert x.initialize.call_count == 1
    assert set(resumed.spans.values()) == {timedelta(hours=23)}


async def test_processed_video_is_not_asked_for_again(x: XMedia) -> None:
    x.finalize.mock(return_value=x.known("71", state="pending"))
    x.status.mock(return_value=x.known("71", state="succeeded"))
    x.posts.mock(side_effect=[httpx.Response(429), httpx.Response(201, json={"data": {"id": "189"}})])
    run = KeepingRun()
    with pytest.raises(RateLimited):
        await publish(video(), run=run)
    resumed = run.next_run()
    await publish(video(), run=resumed)
    assert resumed.names == ["publish"]
    assert x.status.call_count == 1


async def test_second_finalize_that_x_refuses_is_settled_by_asking(x: XMedia) -> None:
    x.finalize.mock(side_effect=[httpx.Response(504), httpx.Response(400, json={"title": "Invalid Request"})])
    x.status.mock(side_effect=[x.known("71", state="in_progress"), x.known("71", state="succeeded")])
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(video(), run=run)
    resumed = run.next_run()
    await publish(video(), run=resumed)
    assert resumed.names == ["upload-0-finalize", "upload-0-found", "publish"]


async def test_finalize_that_x_refuses_for_good_ends_with_its_words(x: XMedia) -> None:
    x.finalize.mock(return_value=httpx.Response(400, json={"errors": [{"message": "Segments do not add up"}]}))
    with pytest.raises(Rejected) as caught:
        await publish(video())
    assert (caught.value.code, caught.value.pointer) == ("media_refused", "/media_urls/0")
    assert "Segments do not add up" in caught.value.message
    assert caught.value.raw["status"] == 400


@pytest.mark.parametrize("status", [413, 431])
async def test_part_that_is_too_large_ends_the_delivery(x: XMedia, status: int) -> None:
    x.append.mock(return_value=httpx.Response(status))
    with pytest.raises(Rejected):
        await publish(video())
    assert not x.posts.called


async def test_media_that_x_has_lost_are_brought_once_more(x: XMedia) -> None:
    x.posts.mock(
        side_effect=[httpx.Response(400, json=INVALID_MEDIA), httpx.Response(201, json={"data": {"id": "189"}})]
    )
    run = await publish(medium(), medium(index=1))
    assert run.names == ["upload-0", "upload-1", "publish", "upload-0-again", "upload-1-again", "publish"]
    assert x.named == [["71", "72"], ["73", "74"]]


async def test_media_that_x_cannot_use_are_brought_no_third_time(x: XMedia) -> None:
    x.finalize.mock(side_effect=[x.known("71"), x.known("72")])
    x.posts.mock(return_value=httpx.Response(400, json=INVALID_MEDIA))
    with pytest.raises(Rejected) as caught:
        await publish(video())
    assert (caught.value.code, caught.value.pointer) == ("media_refused", "/media_urls/0")
    assert "open GOP" in caught.value.message
    assert x.named == [["71"], ["72"]]


async def test_refusal_for_one_of_several_media_names_none(x: XMedia) -> None:
    x.posts.mock(return_value=httpx.Response(400, json=INVALID_MEDIA))
    with pytest.raises(Rejected) as caught:
        await publish(medium(), medium(index=1))
    assert (caught.value.code, caught.value.pointer) == ("media_refused", "/media_urls")


async def test_video_that_is_too_long_for_the_account_is_named_at_the_post(x: XMedia) -> None:
    x.posts.mock(return_value=httpx.Response(403, json={"detail": "Video longer than 2 minutes"}))
    with pytest.raises(Rejected) as caught:
        await publish(video())
    assert (caught.value.code, caught.value.pointer) == ("duration_not_supported", "/media_urls/0")


async def test_second_upload_is_kept_as_well(x: XMedia) -> None:
    x.posts.mock(side_effect=[httpx.Response(400, json=INVALID_MEDIA), httpx.Response(429)])
    run = KeepingRun()
    with pytest.raises(RateLimited):
        await publish(medium(), run=run)
    x.posts.mock(
        side_effect=[httpx.Response(400, json=INVALID_MEDIA), httpx.Response(201, json={"data": {"id": "189"}})]
    )
    resumed = run.next_run()
    await publish(medium(), run=resumed)
    assert resumed.names == ["publish", "publish"]
    assert x.named[-1] == ["72"]


async def test_other_refusals_bring_nothing_again(x: XMedia) -> None:
    x.posts.mock(return_value=httpx.Response(403, json={"detail": "Video longer than 2 minutes"}))
    with pytest.raises(Rejected) as caught:
        await publish(medium())
    assert caught.value.code == "duration_not_supported"
    assert x.one_shot.call_count == 1


def test_patience_is_shorter_than_the_life_of_an_upload() -> None:
    assert uploads.PATIENCE < media_client.MEDIA_LIVES_FOR
