"""The last chunk of a video that TikTok, or something before it, refuses: whether it arrived decides what follows."""

from datetime import timedelta

import httpx
import pytest
import respx

from dravo.platforms.errors import RateLimited, Rejected, Transient
from dravo.platforms.tiktok import PLATFORM
from platforms.memory_run import Paused
from platforms.tiktok.material import (
    UPLOAD,
    LookingRun,
    film,
    job,
    publish_to_the_end,
    refused,
    status,
    statuses,
    willing,
)

publish = PLATFORM.adapter.publish
LACKS = status("PROCESSING_UPLOAD", uploaded_bytes=0)


@pytest.mark.parametrize("answer", [206, 400, 403, 404, 416])
async def test_a_refused_end_is_believed_when_tiktok_lacks_it_after_one_minute_and_after_two(
    network: respx.MockRouter, answer: int
) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(answer, headers={"content-range": "bytes 0-0/4"}))
    asked = statuses(network, LACKS)
    run = LookingRun()
    for _ in range(2):
        with pytest.raises(Paused) as paused:
            await publish(job(film(b"0123")), run)
        assert (paused.value.name, paused.value.after) == ("processed", timedelta(minutes=1))
    with pytest.raises(Transient) as raised:
        await publish(job(film(b"0123")), run)
    assert raised.value.code == "upload_failed"
    assert f"HTTP {answer}" in raised.value.message
    assert run.refuted == ["publish"]
    assert asked.call_count == 3


@pytest.mark.parametrize("answer", [400, 404])
async def test_a_third_refused_end_is_final(network: respx.MockRouter, answer: int) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(answer))
    statuses(network, LACKS)
    run = LookingRun(times_refuted=2)
    with pytest.raises(Rejected) as raised:
        await publish_to_the_end(job(film(b"0123")), run)
    assert raised.value.code == "upload_failed"
    assert "3 times" in raised.value.message
    assert run.refuted == ["publish"]


@pytest.mark.parametrize("answer", [400, 403, 404, 416])
@pytest.mark.parametrize(
    "seen",
    [
        status("PROCESSING_UPLOAD", uploaded_bytes=4),
        status("PROCESSING_UPLOAD", uploaded_bytes=3),  # the position of the last one
        status("PROCESSING_DOWNLOAD", uploaded_bytes="4"),
        status("PROCESSING_UPLOAD"),
        status("PROCESSING_UPLOAD", uploaded_bytes="many"),
        status("BRAND_NEW", uploaded_bytes=0),
        refused(400, "invalid_publish_id"),
    ],
)
async def test_a_refused_end_is_waited_for_while_tiktok_does_not_say_that_it_lacks_it(
    network: respx.MockRouter, seen: httpx.Response, answer: int
) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(answer, headers={"content-range": "bytes 0-0/4"}))
    statuses(network, LACKS, LACKS, *[seen] * 5, status("PUBLISH_COMPLETE"))
    run = LookingRun()
    published, _ = await publish_to_the_end(job(film(b"0123")), run)
    assert published.raw["status"] == "PUBLISH_COMPLETE"
    assert run.refuted == []


async def test_a_limit_on_the_last_chunk_is_waited_out(network: respx.MockRouter) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(429))
    with pytest.raises(RateLimited) as raised:
        await publish(job(film(b"0123")), LookingRun())
    assert raised.value.wait == timedelta(minutes=1)
