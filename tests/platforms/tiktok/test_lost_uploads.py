"""Uploads that TikTok ends, or does not get on with, before their last chunk: another is begun, twice."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, RateLimited, Rejected, StepsExpired, Transient
from dravo.platforms.tiktok import PLATFORM
from platforms.memory_run import Paused
from platforms.tiktok.material import (
    FILM,
    UPLOAD,
    A,
    Address,
    LookingRun,
    film,
    job,
    publish_to_the_end,
    status,
    statuses,
    takes_a_video,
    willing,
)

publish = PLATFORM.adapter.publish
CHUNKS = [(0, 9), (10, 19), (20, 29), (30, 42)]
pytestmark = pytest.mark.usefixtures("small_chunks")


@pytest.mark.parametrize(
    "answers",
    [
        [httpx.Response(400)],
        [httpx.Response(403)],
        [httpx.Response(404)],
        [httpx.Response(416, headers={"content-range": "bytes 0-0/43"})] * 20,
    ],
)
async def test_an_address_that_has_ended_or_goes_in_circles_begins_anew(
    network: respx.MockRouter, answers: list[httpx.Response]
) -> None:
    willing(network)
    route = network.put(UPLOAD).mock(side_effect=answers)
    run = LookingRun()
    with pytest.raises(Transient) as raised:
        await publish(job(film()), run)
    assert (raised.value.code, raised.value.retry_after) == ("upload_failed", timedelta(minutes=1))
    assert route.call_count <= 6
    address = Address()
    takes_a_video(network, address)
    statuses(network, status("PUBLISH_COMPLETE"))
    await publish(job(film()), run)
    assert address.file == FILM
    assert run.names[-5:] == ["video-2", *(f"video-2-chunk-000{number}" for number in range(3)), "publish"]


async def test_three_uploads_that_are_lost_are_enough(network: respx.MockRouter) -> None:
    willing(network)
    route = network.put(UPLOAD).mock(return_value=httpx.Response(404))
    run, waits = LookingRun(), []
    for _ in range(2):
        with pytest.raises(Transient) as lost:
            await publish(job(film()), run)
        waits.append(lost.value.retry_after)
    with pytest.raises(Rejected) as raised:
        await publish(job(film()), run)
    assert waits == [timedelta(minutes=1), timedelta(minutes=15)]
    assert (raised.value.code, raised.value.raw) == ("upload_failed", {"http_status": 404})
    assert "3 times" in raised.value.message
    assert route.call_count == 3
    assert run.refuted == []


class ImpatientRun(LookingRun):
    """Has waited for too long after the first question."""

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        try:
            return await super().wait(name, ready, answer=answer, every=every, at_most=at_most)
        except Paused:
            raise StepsExpired(name) from None


async def test_an_upload_of_which_tiktok_does_not_say_what_it_lacks_is_lost(network: respx.MockRouter) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(416))
    statuses(network, status("PROCESSING_UPLOAD"))
    with pytest.raises(Transient) as raised:
        await publish_to_the_end(job(film()), ImpatientRun())
    assert raised.value.code == "upload_failed"


@pytest.mark.parametrize(
    ("ended", "kind"),
    [
        (status("PUBLISH_COMPLETE"), Transient),
        (status("FAILED"), Transient),
        (status("FAILED", fail_reason="of_next_year"), Transient),
        (status("FAILED", fail_reason="internal"), Transient),
        (status("FAILED", fail_reason="spam_risk_user_banned_from_posting"), Rejected),
        (status("FAILED", fail_reason="auth_removed"), CredentialsExpired),
        (status("FAILED", fail_reason="spam_risk_too_many_posts"), RateLimited),
    ],
)
async def test_an_upload_that_tiktok_has_ended_begins_anew_where_that_may_help(
    network: respx.MockRouter, ended: httpx.Response, kind: type[Exception]
) -> None:
    willing(network)
    network.put(UPLOAD).mock(return_value=httpx.Response(416))
    statuses(network, ended)
    run = LookingRun()
    with pytest.raises(kind):
        await publish(job(film()), run)
    assert run.refuted == []
