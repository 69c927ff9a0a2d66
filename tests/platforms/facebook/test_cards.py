"""The card of a text with an address, and the post without it where Facebook makes none."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import parse_qs

import httpx
import pytest
import respx
from pydantic import BaseModel

from dravo.platforms.base import Call, Find, Found, Sent
from dravo.platforms.errors import RateLimited, Rejected
from platforms.facebook.material import EDGE, job, listed, ok, publish, refused, seen
from platforms.memory_run import SENT_AT, KeepingRun, MemoryRun, Paused

A = TypeVar("A", bound=BaseModel)
LINKED = "Read https://example.com/a, it is good."


def sent(route: respx.Route) -> list[dict[str, list[str]]]:
    return [parse_qs(call.request.content.decode()) for call in route.calls]


class DyingRun(KeepingRun):
    """A run that dies in the look for a commit whose answer was lost."""

    async def look(self, call: Call[A]) -> A:
        raise Paused("look", timedelta())


class ResumedRun(KeepingRun):
    """A run that finds a publish without an answer in its journal: it looks for it and sends nothing."""

    async def commit(
        self, name: str, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        found = await find(Sent(SENT_AT))
        assert isinstance(found, Found)
        return call.answer.model_validate(found.answer.model_dump(mode="json"))


async def test_a_text_with_an_address_gets_its_card(network: respx.MockRouter) -> None:
    feed = network.post(f"{EDGE}/feed").mock(return_value=ok())
    run = MemoryRun()
    await publish(job(text=LINKED), run)
    assert sent(feed) == [{"message": [LINKED], "link": ["https://example.com/a"]}]
    assert run.warnings == []


@pytest.mark.parametrize(
    "refusal",
    [
        refused(1609005),
        refused(100, 1609008),
        refused(100, 2061006),
        refused(100, message="(#100) The url you supplied is invalid"),
        refused(100, message="(#100) param link_url is not valid"),
        refused(100, error_user_msg="Links cannot be shared."),
    ],
)
async def test_a_card_that_is_refused_is_left_out_with_a_warning(
    network: respx.MockRouter, refusal: httpx.Response
) -> None:
    feed = network.post(f"{EDGE}/feed").mock(side_effect=[refusal, ok()])
    run = MemoryRun()
    published = await publish(job(text=LINKED), run)
    assert published.platform_post_id == "77_1"
    assert [set(form) for form in sent(feed)] == [{"message", "link"}, {"message"}]
    assert [code for code, _ in run.warnings] == ["link_card_left_out"]
    assert "https://example.com/a" in run.warnings[0][1]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (refused(100, 1404102), "content_against_standards"),
        (refused(100, message="(#100) Your hourly share is used, says LinkedIn"), "invalid_parameter"),
    ],
)
async def test_a_refusal_that_is_not_for_the_card_is_final(
    network: respx.MockRouter, refusal: httpx.Response, code: str
) -> None:
    feed = network.post(f"{EDGE}/feed").mock(return_value=refusal)
    with pytest.raises(Rejected) as raised:
        await publish(job(text=LINKED), MemoryRun())
    assert raised.value.code == code
    assert feed.call_count == 1


async def test_a_post_without_its_card_that_is_found_by_a_later_run_has_its_warning_still(
    network: respx.MockRouter,
) -> None:
    feed = network.post(f"{EDGE}/feed").mock(side_effect=[refused(1609005), refused(2, status=500)])
    network.get(f"{EDGE}/published_posts").mock(return_value=listed(seen("77_9", message=LINKED)))
    run = DyingRun()
    with pytest.raises(Paused):
        await publish(job(text=LINKED), run)
    later = ResumedRun(kept=run.kept)
    assert (await publish(job(text=LINKED), later)).platform_post_id == "77_9"
    assert [code for code, _ in later.warnings] == ["link_card_left_out"]
    assert feed.call_count == 2


async def test_a_post_with_its_card_that_is_found_by_a_later_run_has_no_warning(network: respx.MockRouter) -> None:
    network.post(f"{EDGE}/feed").mock(return_value=refused(2, status=500))
    network.get(f"{EDGE}/published_posts").mock(return_value=listed(seen("77_9", message=LINKED)))
    run = DyingRun()
    with pytest.raises(Paused):
        await publish(job(text=LINKED), run)
    later = ResumedRun(kept=run.kept)
    assert (await publish(job(text=LINKED), later)).platform_post_id == "77_9"
    assert later.warnings == []


async def test_a_card_that_was_refused_is_not_asked_for_by_a_later_run(network: respx.MockRouter) -> None:
    feed = network.post(f"{EDGE}/feed").mock(side_effect=[refused(1609005), refused(17), ok()])
    run = KeepingRun()
    with pytest.raises(RateLimited):
        await publish(job(text=LINKED), run)
    later = run.next_run()
    await publish(job(text=LINKED), later)
    assert ["link" in form for form in sent(feed)] == [True, False, False]
    assert [code for code, _ in later.warnings] == ["link_card_left_out"]


async def test_a_post_that_is_refused_without_its_card_too_is_refused(network: respx.MockRouter) -> None:
    feed = network.post(f"{EDGE}/feed").mock(return_value=refused(100, 2061006))
    with pytest.raises(Rejected) as raised:
        await publish(job(text=LINKED), MemoryRun())
    assert (raised.value.code, raised.value.pointer) == ("link_invalid", "/text")
    assert feed.call_count == 2


async def test_a_post_without_an_address_is_not_sent_twice(network: respx.MockRouter) -> None:
    feed = network.post(f"{EDGE}/feed").mock(return_value=refused(100, 2061006))
    with pytest.raises(Rejected):
        await publish(job(), MemoryRun())
    assert feed.call_count == 1
