from datetime import timedelta

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, Rejected, StepsExpired, Transient
from platforms.facebook.material import (
    EDGE,
    FILM,
    GRAPH,
    NOT_YET,
    OUT,
    UPLOAD_URL,
    VIDEOS,
    film,
    job,
    node,
    publish,
    publish_to_the_end,
    reel,
    refused,
    said,
)
from platforms.memory_run import KeepingRun, MemoryRun

NODE = f"{GRAPH}/500"
ARRIVED = node("upload_complete", uploading={"status": "complete"}, publishing=NOT_YET)


@pytest.fixture
def bytes_sent(network: respx.MockRouter) -> respx.Route:
    network.post(f"{EDGE}/video_reels").mock(
        side_effect=lambda request: (
            said(success=True) if b"finish" in request.content else said(video_id="500", upload_url=UPLOAD_URL)
        )
    )
    return network.post(UPLOAD_URL).mock(return_value=said(success=True))


def orders_of(network: respx.MockRouter) -> int:
    return sum(
        b"upload_phase=finish" in call.request.content for call in network.calls if "reels" in str(call.request.url)
    )


async def test_a_reel_goes_in_one_piece_and_is_waited_for(network: respx.MockRouter, bytes_sent: respx.Route) -> None:
    working = node("processing", uploading={"status": "complete"}, publishing=NOT_YET)
    network.get(NODE).mock(side_effect=[ARRIVED, working, node(publishing=OUT)])
    run = KeepingRun()
    published, pauses = await publish_to_the_end(job([reel()], as_reel=True), run)
    assert await bytes_sent.calls.last.request.aread() == FILM
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("published", 5)]
    assert run.names == ["reel", "reel-bytes", "publish", "publish"]
    assert run.spans == {"reel": timedelta(hours=23), "reel-bytes": timedelta(hours=23)}
    assert published.platform_post_id == "500"
    assert published.platform_post_url == "https://www.facebook.com/reel/500"
    assert published.raw == {"id": "500", "post_id": None, "reel": True}


async def test_the_address_that_facebook_tells_goes_before_ours(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    network.get(NODE).mock(side_effect=[ARRIVED, node(publishing=OUT, permalink_url="https://fb.example/r/1")])
    assert (await publish(job([reel()]), MemoryRun())).platform_post_url == "https://fb.example/r/1"


async def test_where_a_video_went_is_kept_whatever_is_set_since(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    network.get(NODE).mock(side_effect=[ARRIVED, node("processing"), node(publishing=OUT)])
    videos = network.post(VIDEOS).mock(return_value=refused(100))
    run = KeepingRun()
    with pytest.raises(BaseException, match="published"):
        await publish(job([reel()]), run)
    published = await publish(job([reel()], config={"vertical_as_reel": False}), run.next_run())
    assert published.raw["reel"] is True
    assert not videos.called


@pytest.mark.parametrize(("as_reel", "config"), [(False, {}), (None, {"vertical_as_reel": False})])
async def test_a_vertical_video_is_a_normal_one_where_that_is_said(
    network: respx.MockRouter, bytes_sent: respx.Route, as_reel: bool | None, config: dict[str, bool]
) -> None:
    start = said(upload_session_id="7", video_id="500", start_offset=0, end_offset=0)
    network.post(VIDEOS).mock(side_effect=[start, said(success=True)])
    network.get(NODE).mock(return_value=node(publishing=OUT))
    assert (await publish(job([reel()], config=config, as_reel=as_reel), MemoryRun())).raw["reel"] is False
    assert not bytes_sent.called


async def test_a_video_that_cannot_be_a_reel_is_a_normal_one(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    start = said(upload_session_id="7", video_id="500", start_offset=0, end_offset=0)
    network.post(VIDEOS).mock(side_effect=[start, said(success=True)])
    network.get(NODE).mock(return_value=node(publishing=OUT))
    assert (await publish(job([film()], as_reel=True), MemoryRun())).raw["reel"] is False


# -- its bytes ---------------------------------------------------------------------------------------------------------


def debug(kind: str, *, retriable: bool = False) -> httpx.Response:
    return httpx.Response(400, json={"debug_info": {"retriable": retriable, "type": kind, "message": "No."}})


async def test_bytes_without_a_receipt_are_sent_again(network: respx.MockRouter, bytes_sent: respx.Route) -> None:
    bytes_sent.mock(
        side_effect=[httpx.Response(503), debug("ProcessingFailedError", retriable=True), said(success=True)]
    )
    network.get(NODE).mock(side_effect=[ARRIVED, node(publishing=OUT)])
    run = KeepingRun()
    for _ in range(2):
        with pytest.raises(Transient):
            await publish(job([reel()]), run)
        run = run.next_run()
    await publish(job([reel()]), run)
    assert bytes_sent.call_count == 3


async def test_bytes_are_not_sent_again_once_the_reel_is_ordered(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    network.get(NODE).mock(side_effect=[ARRIVED, node("processing"), node(publishing=OUT)])
    await publish_to_the_end(job([reel()]), KeepingRun())
    assert bytes_sent.call_count == 1


@pytest.mark.parametrize("refusal", [debug("OffsetInvalidError"), debug("ProcessingFailedError"), refused(100)])
async def test_refused_bytes_that_have_arrived_already_are_none(
    network: respx.MockRouter, bytes_sent: respx.Route, refusal: httpx.Response
) -> None:
    bytes_sent.mock(return_value=refusal)
    network.get(NODE).mock(side_effect=[ARRIVED, node(publishing=OUT)])
    await publish(job([reel()]), MemoryRun())
    assert orders_of(network) == 1


@pytest.mark.parametrize("seen", [node("uploading"), node("uploading", uploading={"status": "in_progress"}), said()])
async def test_refused_bytes_are_final_and_name_the_video(
    network: respx.MockRouter, bytes_sent: respx.Route, seen: httpx.Response
) -> None:
    bytes_sent.mock(return_value=debug("ProcessingFailedError"))
    network.get(NODE).mock(return_value=seen)
    with pytest.raises(Rejected) as raised:
        await publish(job([reel()]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == ("media_invalid", "/media_urls/0")
    assert "Meta says: No." in raised.value.message
    assert orders_of(network) == 0


async def test_a_place_that_holds_half_a_reel_is_given_up(network: respx.MockRouter, bytes_sent: respx.Route) -> None:
    bytes_sent.mock(return_value=debug("OffsetInvalidError", retriable=True))
    half = node("uploading", uploading={"status": "in_progress", "bytes_transfered": 300})
    network.get(NODE).mock(return_value=half)
    with pytest.raises(StepsExpired):
        await publish(job([reel()]), MemoryRun())
    assert orders_of(network) == 0


async def test_a_dead_token_at_the_upload_is_the_accounts_affair(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    bytes_sent.mock(return_value=refused(190, status=401))
    with pytest.raises(CredentialsExpired):
        await publish(job([reel()]), MemoryRun())


async def test_a_reel_is_ordered_when_facebook_says_that_it_has_the_bytes(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    coming = node("uploading", uploading={"status": "in_progress", "bytes_transferred": "300"})
    whole = node("uploading", uploading={"status": "in_progress", "bytes_transferred": "600"})
    network.get(NODE).mock(side_effect=[coming, whole, node(publishing=OUT)])
    _, pauses = await publish_to_the_end(job([reel()]), KeepingRun())
    assert [(pause.name, pause.after.seconds) for pause in pauses] == [("reel-arrived", 2)]


@pytest.mark.parametrize("silent", [said(id="500"), said(status={}), refused(100, 33), refused(100)])
async def test_where_facebook_says_nothing_of_the_bytes_its_receipt_counts(
    network: respx.MockRouter, bytes_sent: respx.Route, silent: httpx.Response
) -> None:
    network.get(NODE).mock(side_effect=[silent, node(publishing=OUT)])
    await publish(job([reel()]), MemoryRun())
    assert orders_of(network) == 1


async def test_a_fault_that_shows_before_the_order_ends_it(network: respx.MockRouter, bytes_sent: respx.Route) -> None:
    network.get(NODE).mock(return_value=node("upload_failed", uploading={"status": "error"}))
    run = MemoryRun()
    with pytest.raises(Rejected) as raised:
        await publish(job([reel()]), run)
    assert (raised.value.code, raised.value.pointer) == ("media_processing_failed", "/media_urls/0")
    assert (orders_of(network), run.refuted) == (0, [])


@pytest.mark.parametrize(
    ("subcode", "code"),
    [
        (1363040, "aspect_ratio_not_supported"),
        (1363127, "resolution_not_supported"),
        (1363128, "duration_not_supported"),
        (1363129, "frame_rate_not_supported"),
    ],
)
async def test_an_order_that_is_refused_for_the_video_names_it(
    network: respx.MockRouter, bytes_sent: respx.Route, subcode: int, code: str
) -> None:
    network.post(f"{EDGE}/video_reels").mock(
        side_effect=[said(video_id="500", upload_url=UPLOAD_URL), refused(100, subcode)]
    )
    network.get(NODE).mock(return_value=ARRIVED)
    with pytest.raises(Rejected) as raised:
        await publish(job([reel()]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == (code, "/media_urls/0")


async def test_an_order_that_is_refused_for_its_words_does_not(
    network: respx.MockRouter, bytes_sent: respx.Route
) -> None:
    network.post(f"{EDGE}/video_reels").mock(
        side_effect=[said(video_id="500", upload_url=UPLOAD_URL), refused(368, 1346003)]
    )
    network.get(NODE).mock(return_value=ARRIVED)
    with pytest.raises(Rejected) as raised:
        await publish(job([reel()]), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == ("content_abusive", None)
