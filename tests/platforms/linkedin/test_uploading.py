import json
from datetime import timedelta

import httpx
import pytest
import respx

from dravo.platforms.errors import Rejected, StepsExpired, Transient
from dravo.platforms.linkedin import PLATFORM
from platforms.linkedin.material import (
    API,
    FILM,
    ME,
    PAGE,
    body_of,
    created,
    film,
    job,
    medium,
    publish_to_the_end,
    states,
    takes_images,
)
from platforms.memory_run import KeepingRun, MemoryRun

UPLOADS = "https://www.linkedin.com/dms-uploads/"
VIDEO = "urn:li:video:C5F"
IMAGE_STATE = f"{API}/images/urn%3Ali%3Aimage%3A1"
VIDEO_STATE = f"{API}/videos/urn%3Ali%3Avideo%3AC5F"
PAUSE = {"image_wait_seconds": 7}


@pytest.fixture
def posts(network: respx.MockRouter) -> respx.Route:
    return network.post(f"{API}/posts").mock(return_value=created())


async def test_member_posts_right_after_the_uploads_where_no_pause_is_set(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    takes_images(network)
    run = MemoryRun()
    await PLATFORM.adapter.publish(job([medium(0), medium(1)], alt_texts=["A cat"]), run)
    assert run.names == ["image-0", "image-0-bytes", "image-1", "image-1-bytes", "publish"]
    assert body_of(posts)["content"] == {
        "multiImage": {"images": [{"id": "urn:li:image:1", "altText": "A cat"}, {"id": "urn:li:image:2"}]}
    }


async def test_member_waits_once_between_images_and_post(network: respx.MockRouter, posts: respx.Route) -> None:
    bytes_sent = takes_images(network)
    published, pauses = await publish_to_the_end(job([medium(0), medium(1)], config=PAUSE), KeepingRun())
    assert published.platform_post_id == "urn:li:share:1"
    assert [(pause.name, pause.after) for pause in pauses] == [("media-settle", timedelta(seconds=7))]
    assert (bytes_sent.call_count, posts.call_count) == (2, 1)


async def test_member_without_images_waits_for_nothing(network: respx.MockRouter, posts: respx.Route) -> None:
    _, pauses = await publish_to_the_end(job(config=PAUSE), KeepingRun())
    assert pauses == []


async def test_organization_waits_until_its_images_are_processed(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(side_effect=states("WAITING_UPLOAD", "PROCESSING", "AVAILABLE"))
    _, pauses = await publish_to_the_end(job([medium()], account=PAGE, config=PAUSE), KeepingRun())
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("image-0-ready", 2), ("image-0-ready", 5)]
    assert (body_of(posts)["author"], body_of(posts)["content"]) == (PAGE, {"media": {"id": "urn:li:image:1"}})


async def test_images_belong_to_the_author_that_is_asked_for(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(side_effect=states("AVAILABLE"))
    traits = {"author_urn": ME, "organizations": [PAGE]}
    post = job([medium()], traits=traits, author=PAGE)
    await PLATFORM.adapter.publish(post, MemoryRun())
    owners = [json.loads(call.request.content) for call in network.calls if "initializeUpload" in str(call.request.url)]
    assert owners == [{"initializeUploadRequest": {"owner": body_of(posts)["author"]}}]


async def test_organization_that_may_not_ask_posts_anyway(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(return_value=httpx.Response(403, json={}))
    await PLATFORM.adapter.publish(job([medium()], account=PAGE), MemoryRun())
    assert posts.called


async def test_image_that_cannot_be_processed_is_rejected_before_the_post(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    takes_images(network)
    network.get(IMAGE_STATE).mock(side_effect=states("PROCESSING_FAILED"))
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job([medium()], account=PAGE), MemoryRun())
    assert (caught.value.code, caught.value.pointer) == ("media_processing_failed", "/media_urls/0")
    assert not posts.called


async def test_bytes_without_a_receipt_are_sent_again(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network).mock(side_effect=[httpx.Response(503), httpx.Response(201)])
    run = KeepingRun()
    with pytest.raises(Transient):
        await PLATFORM.adapter.publish(job([medium()]), run)
    await PLATFORM.adapter.publish(job([medium()]), run)
    assert run.names == ["image-0", "image-0-bytes", "image-0-bytes", "publish"]


# -- videos ------------------------------------------------------------------------------------------------------------


def takes_a_video(network: respx.MockRouter, *, part_bytes: int = 50, finalized: int = 200) -> respx.Route:
    """A video in parts of so many bytes. Answers the route of the parts; `finalized` is the status at the end."""

    def begin_or_end(request: httpx.Request) -> httpx.Response:
        if request.url.params["action"] == "finalizeUpload":
            return httpx.Response(finalized, json={})
        size = json.loads(request.content)["initializeUploadRequest"]["fileSizeBytes"]
        starts = range(0, size, part_bytes)
        parts = [
            {"uploadUrl": f"{UPLOADS}{start}", "firstByte": start, "lastByte": min(start + part_bytes, size) - 1}
            for start in starts
        ]
        value = {"video": VIDEO, "uploadToken": "tok", "uploadInstructions": parts}
        return httpx.Response(200, json={"value": value})

    network.post(f"{API}/videos").mock(side_effect=begin_or_end)

    def etag(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"etag": f'"part at {request.url.path.rpartition("/")[2]}"'})

    return network.put(url__startswith=UPLOADS).mock(side_effect=etag)


async def test_video_is_sent_in_the_parts_that_linkedin_names(network: respx.MockRouter, posts: respx.Route) -> None:
    parts = takes_a_video(network)
    network.get(VIDEO_STATE).mock(side_effect=states("PROCESSING", "PROCESSING", "AVAILABLE"))
    run = KeepingRun()
    _, pauses = await publish_to_the_end(job([film()], alt_texts=["A film"]), run)
    assert b"".join([await call.request.aread() for call in parts.calls]) == FILM
    assert all("authorization" not in call.request.headers for call in parts.calls)
    assert [pause.after.seconds for pause in pauses] == [5, 10]
    assert run.names == ["video", "video-part-0000", "video-part-0001", "video-part-0002", "video-finalize", "publish"]
    final = json.loads(network.calls[4].request.content)["finalizeUploadRequest"]
    assert final == {
        "video": VIDEO,
        "uploadToken": "tok",
        "uploadedPartIds": ['"part at 0"', '"part at 50"', '"part at 100"'],
    }
    assert body_of(posts)["content"] == {"media": {"id": VIDEO}}


async def test_video_goes_on_with_the_part_it_stopped_at(network: respx.MockRouter, posts: respx.Route) -> None:
    ok = httpx.Response(200, headers={"etag": "e"})
    parts = takes_a_video(network).mock(side_effect=[ok, httpx.Response(503), ok, ok])
    network.get(VIDEO_STATE).mock(side_effect=states("AVAILABLE"))
    run = KeepingRun()
    with pytest.raises(Transient):
        await PLATFORM.adapter.publish(job([film()]), run)
    await PLATFORM.adapter.publish(job([film()]), run)
    assert [str(call.request.url) for call in parts.calls] == [f"{UPLOADS}{at}" for at in (0, 50, 50, 100)]


@pytest.mark.parametrize("state", ["PROCESSING", "AVAILABLE"])
async def test_refused_end_of_a_video_that_has_ended_already_is_none(
    network: respx.MockRouter, posts: respx.Route, state: str
) -> None:
    takes_a_video(network, finalized=400)
    network.get(VIDEO_STATE).mock(side_effect=states(state, "AVAILABLE"))
    await PLATFORM.adapter.publish(job([film()]), MemoryRun())
    assert posts.called


@pytest.mark.parametrize("state", ["WAITING_UPLOAD", "PROCESSING_FAILED"])
async def test_refused_end_of_a_video_is_final_when_it_has_not_ended(
    network: respx.MockRouter, posts: respx.Route, state: str
) -> None:
    takes_a_video(network, finalized=400)
    network.get(VIDEO_STATE).mock(side_effect=states(state))
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job([film()]), MemoryRun())
    assert caught.value.code == "invalid_request"
    assert not posts.called


async def test_questions_about_a_video_spare_the_members_budget(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_a_video(network)
    network.get(VIDEO_STATE).mock(side_effect=states(*["PROCESSING"] * 7, "AVAILABLE"))
    _, pauses = await publish_to_the_end(job([film()]), KeepingRun())
    assert [pause.after.seconds for pause in pauses] == [5, 10, 20, 40, 60, 60, 60]


async def test_video_that_cannot_be_processed_is_rejected_with_linkedins_reason(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    takes_a_video(network)
    failed = {"status": "PROCESSING_FAILED", "processingFailureReason": "No video track"}
    network.get(VIDEO_STATE).mock(return_value=httpx.Response(200, json=failed))
    with pytest.raises(Rejected) as caught:
        await PLATFORM.adapter.publish(job([film()]), MemoryRun())
    assert (caught.value.code, caught.value.pointer) == ("media_processing_failed", "/media_urls/0")
    assert "No video track" in caught.value.message
    assert "MP4" in caught.value.message
    assert not posts.called


async def test_video_about_which_the_token_may_not_ask_gets_a_pause(
    network: respx.MockRouter, posts: respx.Route
) -> None:
    takes_a_video(network)
    network.get(VIDEO_STATE).mock(return_value=httpx.Response(403))
    _, pauses = await publish_to_the_end(job([film()], config=PAUSE), KeepingRun())
    assert [pause.name for pause in pauses] == ["media-settle"]
    assert posts.call_count == 1


async def test_lapsed_address_of_a_part_begins_the_video_anew(network: respx.MockRouter) -> None:
    takes_a_video(network).mock(return_value=httpx.Response(400, json={"code": "EXPIRED_UPLOAD_URL"}))
    with pytest.raises(StepsExpired):
        await PLATFORM.adapter.publish(job([film()]), MemoryRun())


async def test_upload_addresses_are_kept_for_less_than_they_live(network: respx.MockRouter, posts: respx.Route) -> None:
    takes_images(network)
    run = KeepingRun()
    await PLATFORM.adapter.publish(job([medium()]), run)
    assert run.spans["image-0"] == timedelta(hours=23)
    takes_a_video(network)
    network.get(VIDEO_STATE).mock(side_effect=states("AVAILABLE"))
    await PLATFORM.adapter.publish(job([film()]), film_run := KeepingRun())
    assert film_run.spans["video"] == timedelta(days=29)
