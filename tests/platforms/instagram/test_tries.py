"""Publishing again after a refusal that may pass: never a container that was published all the same."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import PublishJob
from dravo.platforms.errors import Misconfigured, PlatformError, RateLimited, StepsExpired, Transient, Unsettled
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.marks import reached_before
from platforms.instagram.material import (
    BASE,
    LookingRun,
    film,
    job,
    ok,
    page,
    publish_to_the_end,
    refused,
    seen,
    state,
    willing,
)
from platforms.memory_run import KeepingRun

publish = PLATFORM.adapter.publish
PASSING: list[tuple[httpx.Response, type[PlatformError]]] = [
    (refused(80002), RateLimited),
    (refused(4), RateLimited),  # the app's limit, or a block whose subcode Meta left out
    (refused(32), RateLimited),
    (refused(368, 1390008), RateLimited),
    (refused(-1, 2207032), Transient),
    (refused(2500), Misconfigured),
]
LIMITED = refused(80002)
DAY = 24 * 3600.0


async def refused_once(
    meta: respx.MockRouter,
    answer: httpx.Response = LIMITED,
    post: PublishJob[InstagramOptions] | None = None,
    error: type[PlatformError] = RateLimited,
) -> tuple[LookingRun, respx.Route]:
    """A run whose first order to publish is refused; a second one would make a second post."""
    willing(meta)
    meta.get(f"{BASE}/m2").mock(return_value=ok(id="m2"))
    publishing = meta.post(f"{BASE}/17/media_publish").mock(side_effect=[answer, ok(id="m2")])
    run = LookingRun()
    with pytest.raises(error):
        await publish_to_the_end(post or job(), run)
    return run, publishing


@pytest.mark.parametrize(("answer", "error"), PASSING)
@pytest.mark.parametrize("ago", [0, 3600, DAY - 60])
async def test_a_refused_order_that_was_carried_out_is_not_given_again(
    meta: respx.MockRouter, answer: httpx.Response, error: type[PlatformError], ago: float
) -> None:
    run, publishing = await refused_once(meta, answer, error=error)
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1", ago=ago), seen("m0", ago=DAY + 90)]))
    published, _ = await publish_to_the_end(job(), run)
    assert published.raw == {"id": "m1", "container_id": "c1"}
    assert publishing.call_count == 1


@pytest.mark.parametrize(("answer", "error"), PASSING)
async def test_a_refused_order_is_given_again_when_a_minute_has_not_carried_it_out(
    meta: respx.MockRouter, answer: httpx.Response, error: type[PlatformError]
) -> None:
    run, publishing = await refused_once(meta, answer, error=error)
    published, pauses = await publish_to_the_end(job(), run)
    assert published.platform_post_id == "m2"
    assert [pause.after for pause in pauses] == [timedelta(minutes=1)]
    assert publishing.call_count == 2


async def test_every_refusal_is_asked_about(meta: respx.MockRouter) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(side_effect=[LIMITED, LIMITED, ok(id="m2")])
    run = LookingRun()
    for _ in range(2):
        with pytest.raises(RateLimited):
            await publish_to_the_end(job(), run)
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1", ago=600)]))
    assert (await publish_to_the_end(job(), run))[0].platform_post_id == "m1"
    assert publishing.call_count == 2


@pytest.mark.parametrize("answer", [refused(9007, 2207027), refused(9, 2207042)])
async def test_what_was_refused_for_certain_is_not_asked_about(meta: respx.MockRouter, answer: httpx.Response) -> None:
    willing(meta)
    status = meta.get(f"{BASE}/c1").mock(return_value=state("FINISHED"))
    publishing = meta.post(f"{BASE}/17/media_publish").mock(side_effect=[answer, answer, ok(id="m1")])
    run = KeepingRun()
    for _ in range(3):
        try:
            published, _ = await publish_to_the_end(job(), run)
        except RateLimited:
            continue
    assert published.platform_post_id == "m1"
    assert (publishing.call_count, status.call_count) == (3, 1)


async def test_a_worker_that_died_around_the_order_leaves_a_question(meta: respx.MockRouter) -> None:
    willing(meta)
    publishing = meta.post(f"{BASE}/17/media_publish").mock(return_value=ok(id="m1"))
    run = KeepingRun()
    assert not await reached_before(run, "publishing-c1-1")
    published, pauses = await publish_to_the_end(job(), run)
    assert (published.platform_post_id, [pause.after for pause in pauses]) == ("m1", [timedelta(minutes=1)])
    assert publishing.call_count == 1


@pytest.mark.parametrize(
    ("post", "listed"),
    [
        (job(), [seen("m1", ago=60), seen("m3", ago=7200)]),
        (job(), []),
        (job(story=True), [seen("s1", kind="STORY")]),
    ],
)
async def test_a_post_of_an_earlier_try_that_others_resemble_has_no_id(
    meta: respx.MockRouter, post: Any, listed: list[Any]
) -> None:
    """A story has no words, so that among those of a day none is surely it."""
    run, publishing = await refused_once(meta, post=post)
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    for path in ("media", "stories"):
        meta.get(f"{BASE}/17/{path}").mock(return_value=page(listed))
    published, _ = await publish_to_the_end(post, run)
    assert published.raw == {"id": None, "container_id": "c1"}
    assert publishing.call_count == 1


async def test_a_container_that_is_hidden_after_a_refusal_is_not_published_again(meta: respx.MockRouter) -> None:
    run, publishing = await refused_once(meta)
    meta.get(f"{BASE}/c1").mock(return_value=refused(100, 33))
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1")]))
    for _ in range(2):
        with pytest.raises(Transient):
            await publish_to_the_end(job(), run)
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    assert (await publish_to_the_end(job(), run))[0].platform_post_id == "m1"
    assert publishing.call_count == 1


async def test_a_hidden_container_that_turns_out_unpublished_is_not_settled(meta: respx.MockRouter) -> None:
    run, publishing = await refused_once(meta)
    meta.get(f"{BASE}/c1").mock(side_effect=[refused(100, 33)] * 7 + [state("FINISHED")] * 3)
    with pytest.raises(Unsettled, match="absent"):
        await publish_to_the_end(job(), run)
    assert publishing.call_count == 1


async def test_a_reel_that_is_refused_and_lapses_is_made_anew(meta: respx.MockRouter) -> None:
    run, publishing = await refused_once(meta, post=job([film()]))
    meta.get(f"{BASE}/c1").mock(return_value=state("EXPIRED"))
    with pytest.raises(StepsExpired):
        await publish_to_the_end(job([film()]), run)
    assert publishing.call_count == 1
