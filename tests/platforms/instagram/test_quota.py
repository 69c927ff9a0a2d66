from datetime import timedelta

import httpx
import pytest
import respx

from dravo.platforms.errors import CredentialsExpired, OutcomeUnknown, RateLimited
from dravo.platforms.instagram import PLATFORM
from platforms.instagram.material import (
    BASE,
    LookingRun,
    job,
    ok,
    page,
    publish_to_the_end,
    refused,
    seen,
    state,
    used,
    willing,
)
from platforms.memory_run import KeepingRun, MemoryRun

LIMIT = f"{BASE}/17/content_publishing_limit"
publish = PLATFORM.adapter.publish


@pytest.mark.parametrize(("posts", "total"), [(50, 50), (51, 50), (25, 25), (100, 100), (0, 0)])
async def test_a_post_waits_before_anything_is_prepared(meta: respx.MockRouter, posts: int, total: int) -> None:
    made = willing(meta)
    meta.get(LIMIT).mock(return_value=used(posts, total))
    with pytest.raises(RateLimited) as raised:
        await publish(job(), MemoryRun())
    assert (raised.value.code, raised.value.wait, raised.value.scope) == (
        "daily_quota_used",
        timedelta(hours=1),
        "account",
    )
    assert f"{total} posts" in raised.value.message
    assert f"made {posts};" in raised.value.message
    assert not made.called


@pytest.mark.parametrize(
    "answer",
    [
        used(49, 50),
        used(99, 100),
        used(1000, None),
        ok(data=[]),
        ok(),
        ok(data=[{"config": {"quota_total": 5}}]),
        ok(data=[{"quota_usage": "51", "config": {"quota_total": "50"}}]),
        refused(100, 33),
        refused(100),
        refused(1, status=500),
        refused(3),
        refused(10),
        httpx.Response(502, text="<html>"),
    ],
)
async def test_room_and_what_is_not_known_hold_nothing_back(meta: respx.MockRouter, answer: httpx.Response) -> None:
    willing(meta)
    meta.get(LIMIT).mock(return_value=answer)
    assert (await publish(job(), MemoryRun())).platform_post_id == "m1"


@pytest.mark.parametrize(("answer", "error"), [(refused(190), CredentialsExpired), (refused(80002), RateLimited)])
async def test_what_concerns_every_call_is_passed_on(
    meta: respx.MockRouter, answer: httpx.Response, error: type[Exception]
) -> None:
    made = willing(meta)
    meta.get(LIMIT).mock(return_value=answer)
    with pytest.raises(error):
        await publish(job(), MemoryRun())
    assert not made.called


async def test_a_delivery_asks_again_until_there_is_room_and_then_no_more(meta: respx.MockRouter) -> None:
    willing(meta)
    asked = meta.get(LIMIT).mock(side_effect=[used(50), used(50), used(49)])
    run = KeepingRun()
    for _ in range(2):
        with pytest.raises(RateLimited):
            await publish(job(), run)
    meta.post(f"{BASE}/17/media_publish").mock(side_effect=[refused(9007, 2207027), ok(id="m1")])
    await publish_to_the_end(job(), run)
    assert asked.call_count == 3


async def test_what_was_sent_is_looked_for_however_many_posts_are_left(meta: respx.MockRouter) -> None:
    """A journal of an older release has a container, an open commit, and no answer to a question about posts."""
    willing(meta)
    asked = meta.get(LIMIT).mock(return_value=used(50))
    meta.get(f"{BASE}/c1").mock(return_value=state("PUBLISHED"))
    meta.get(f"{BASE}/17/media").mock(return_value=page([seen("m1")]))
    run = LookingRun(lost=OutcomeUnknown("lost"))
    assert (await publish(job(), run)).platform_post_id == "m1"
    assert not asked.called


async def test_a_quota_that_is_used_up_at_the_last_moment_keeps_the_container(meta: respx.MockRouter) -> None:
    made = willing(meta)
    meta.post(f"{BASE}/17/media_publish").mock(side_effect=[refused(9, 2207042), ok(id="m1")])
    run = KeepingRun()
    with pytest.raises(RateLimited) as raised:
        await publish(job(), run)
    assert raised.value.code == "daily_quota_used"
    assert (await publish(job(), run.next_run())).platform_post_id == "m1"
    assert made.call_count == 1
