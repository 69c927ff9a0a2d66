import httpx
import pytest
import respx

from dravo.platforms.errors import Rejected, StepsExpired, Transient
from platforms.facebook.material import (
    GRAPH,
    NOT_YET,
    OUT,
    VIDEOS,
    film,
    job,
    node,
    offset_of,
    publish,
    publish_to_the_end,
    refused,
    said,
    takes_a_video,
)
from platforms.memory_run import KeepingRun, MemoryRun

NODE = f"{GRAPH}/500"


def parts_of(route: respx.Route) -> list[int]:
    """Where each part that was sent begins."""
    return [offset_of(call.request.content) for call in route.calls if b"transfer" in call.request.content]


async def test_a_video_goes_in_the_parts_that_facebook_names(network: respx.MockRouter) -> None:
    videos = takes_a_video(network)
    network.get(NODE).mock(
        side_effect=[
            node("processing", publishing=NOT_YET),
            node("ready", published=False, publishing=NOT_YET),
            node(published=True, permalink_url="/77/videos/500/", post_id="77_9"),
        ]
    )
    run = KeepingRun()
    published, pauses = await publish_to_the_end(job([film()]), run)
    assert parts_of(videos) == [0, 250, 500]
    assert run.names == ["video", *(f"video-part-000{n}" for n in range(3)), "publish", "publish", "publish"]
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("published", 5), ("published", 10)]
    assert published.platform_post_id == "500"
    assert published.platform_post_url == "https://www.facebook.com/77/videos/500/"
    assert published.raw == {"id": "500", "post_id": "77_9", "reel": False}


async def test_a_video_goes_on_with_the_part_it_stopped_at(network: respx.MockRouter) -> None:
    videos = network.post(VIDEOS).mock(
        side_effect=[
            said(upload_session_id="7", video_id="500", start_offset=0, end_offset=300),
            said(start_offset=300, end_offset=600),
            refused(6001),
            said(start_offset=600, end_offset=600),
            said(success=True),
        ]
    )
    network.get(NODE).mock(return_value=node(publishing=OUT))
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(job([film()]), run)
    await publish(job([film()]), run.next_run())
    assert parts_of(videos) == [0, 300, 300]


async def test_a_part_that_was_taken_though_its_answer_was_lost_is_not_asked_for_again(
    network: respx.MockRouter,
) -> None:
    offsets = {"start_offset": "300", "end_offset": "600"}
    videos = network.post(VIDEOS).mock(
        side_effect=[
            said(upload_session_id="7", video_id="500", start_offset=0, end_offset=300),
            httpx.Response(502),
            refused(6000, 1363037, error_data=offsets),
            said(start_offset=600, end_offset=600),
            said(success=True),
        ]
    )
    network.get(NODE).mock(return_value=node(publishing=OUT))
    run = KeepingRun()
    with pytest.raises(Transient):
        await publish(job([film()]), run)
    await publish(job([film()]), run.next_run())
    assert parts_of(videos) == [0, 0, 300]


async def test_an_upload_that_goes_in_circles_begins_anew(network: respx.MockRouter) -> None:
    start = said(upload_session_id="7", video_id="500", start_offset=0, end_offset=300)
    network.post(VIDEOS).mock(
        side_effect=[start, *[refused(6000, 1363037, error_data={"start_offset": 0, "end_offset": 300})] * 20]
    )
    with pytest.raises(StepsExpired):
        await publish(job([film()]), MemoryRun())


@pytest.mark.parametrize(("code", "verdict"), [(382, "media_too_small"), (6000, "media_invalid")])
async def test_a_video_that_is_refused_is_named(network: respx.MockRouter, code: int, verdict: str) -> None:
    network.post(VIDEOS).mock(return_value=refused(code))
    with pytest.raises(Rejected) as raised:
        await publish(job([film()]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == (verdict, "/media_urls/0")
