from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Call, Found, NotFound, Sent
from dravo.platforms.errors import Misconfigured, PlatformError, RateLimited, Scope, Transient
from dravo.platforms.x.client import CreatedPost
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.search import finder
from dravo.platforms.x.timeline import Wanted
from platforms.memory_run import MemoryRun

TIMELINE = "https://api.x.com/2/users/42/tweets"
SENT_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    with respx.mock as router:
        yield router


def seen(post_id: str, text: str = "Hello", after: timedelta = timedelta()) -> dict[str, Any]:
    return {"id": post_id, "text": text, "created_at": (SENT_AT + after).isoformat()}


def page(posts: Sequence[dict[str, Any]], following: str | None = None) -> httpx.Response:
    return httpx.Response(200, json={"data": posts, "meta": {"next_token": following} if following else {}})


async def found(bound: frozenset[str] = frozenset(), config: XConfig | None = None) -> str | NotFound:
    outcome = await finder(MemoryRun(), "42", Wanted("Hello", 0, None), config or XConfig())(Sent(SENT_AT, bound))
    if isinstance(outcome, Found):
        assert isinstance(outcome.answer, CreatedPost)
        return outcome.answer.id
    return outcome


def asked(route: respx.Route) -> list[tuple[str | None, str | None]]:
    """For each look: which spelling of the fields, and which page."""
    queries = [dict(call.request.url.params) for call in route.calls]
    assert {query["start_time"] for query in queries} == {"2026-11-23T11:59:00Z"}
    return [(next((n for n in q if n.endswith(".fields")), None), q.get("pagination_token")) for q in queries]


async def test_post_is_found_on_the_third_page(network: respx.MockRouter) -> None:
    route = network.get(TIMELINE).mock(
        side_effect=[page([seen("191", "Later")], "b"), page([seen("190", "Later")], "c"), page([seen("189")])]
    )
    assert await found() == "189"
    assert asked(route) == [("tweet.fields", None), ("tweet.fields", "b"), ("tweet.fields", "c")]


async def test_a_timeline_without_it_proves_nothing_unless_the_deployment_says_so(network: respx.MockRouter) -> None:
    alike = [seen("191"), seen("190")]
    network.get(TIMELINE).mock(side_effect=[page([]), page([seen("191", "Other")]), page(alike), page([], "b")] * 2)
    trusting = XConfig(resend_after_looks=True)
    assert [await found(config=trusting) for _ in range(3)] == [NotFound.unlisted, NotFound.unlisted, NotFound.unknown]
    network.get(TIMELINE).mock(side_effect=[page([])])
    assert await found() is NotFound.unknown


async def test_further_pages_than_three_leave_it_unknown(network: respx.MockRouter) -> None:
    route = network.get(TIMELINE).mock(
        side_effect=[page([seen("191")], "b"), page([seen("190", "Other")], "c"), page([seen("189", "Other")], "d")]
    )
    assert await found() is NotFound.unknown
    assert route.call_count == 3


async def test_two_alike_on_different_pages_leave_it_unknown(network: respx.MockRouter) -> None:
    network.get(TIMELINE).mock(side_effect=[page([seen("191")], "b"), page([seen("189")])])
    assert await found() is NotFound.unknown


async def test_post_that_two_pages_show_is_one(network: respx.MockRouter) -> None:
    network.get(TIMELINE).mock(side_effect=[page([seen("189")], "b"), page([seen("189")])])
    assert await found() == "189"


async def test_post_of_another_delivery_is_not_taken(network: respx.MockRouter) -> None:
    network.get(TIMELINE).mock(return_value=page([seen("190"), seen("189")]))
    assert await found(frozenset({"190"})) == "189"
    assert await found(frozenset({"189", "190"})) is NotFound.unknown


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (timedelta(minutes=10), "189"),
        (timedelta(minutes=10, seconds=1), NotFound.unknown),
        (timedelta(seconds=-60), "189"),
        (timedelta(seconds=-61), NotFound.unknown),
    ],
)
async def test_post_of_another_time_is_not_taken(
    network: respx.MockRouter, after: timedelta, outcome: str | NotFound
) -> None:
    network.get(TIMELINE).mock(return_value=page([seen("189", after=after)]))
    assert await found() == outcome


async def test_post_of_no_known_time_is_not_taken(network: respx.MockRouter) -> None:
    undated = {name: value for name, value in seen("189").items() if name != "created_at"}
    network.get(TIMELINE).mock(return_value=page([undated]))
    assert await found() is NotFound.unknown


async def test_empty_timeline_does_not_prove_absence(network: respx.MockRouter) -> None:
    network.get(TIMELINE).mock(return_value=httpx.Response(200, json={"meta": {"result_count": 0}}))
    assert await found() is NotFound.unknown


REFUSED_FIELDS = httpx.Response(
    400,
    json={
        "errors": [
            {
                "parameters": {"tweet.fields": ["created_at"]},
                "message": "The query parameter [tweet.fields] is not one of [id,post.fields]",
            }
        ],
        "title": "Invalid Request",
    },
)


async def test_newer_spelling_is_asked_for_when_x_refuses_the_older(network: respx.MockRouter) -> None:
    route = network.get(TIMELINE).mock(side_effect=[REFUSED_FIELDS, page([], "b"), page([seen("189")])])
    assert await found() == "189"
    assert asked(route) == [("tweet.fields", None), ("post.fields", None), ("post.fields", "b")]


async def test_refusal_of_both_spellings_leaves_it_unknown(network: respx.MockRouter) -> None:
    newer = httpx.Response(400, json={"errors": [{"parameters": {"post.fields": ["created_at"]}, "message": "No."}]})
    network.get(TIMELINE).mock(side_effect=[REFUSED_FIELDS, newer])
    assert await found() is NotFound.unknown


async def test_page_that_x_refuses_leaves_it_unknown(network: respx.MockRouter) -> None:
    network.get(TIMELINE).mock(side_effect=[page([seen("189")], "b"), REFUSED_FIELDS])
    assert await found() is NotFound.unknown


async def test_other_invalid_question_is_not_asked_in_another_spelling(network: respx.MockRouter) -> None:
    route = network.get(TIMELINE).mock(return_value=httpx.Response(400, json={"errors": [{"message": "start_time"}]}))
    assert await found() is NotFound.unknown
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("answer", "failure"), [(httpx.Response(503), Transient), (httpx.Response(429, json={}), RateLimited)]
)
async def test_look_that_may_pass_later_is_passed_on(
    network: respx.MockRouter, answer: httpx.Response, failure: type[PlatformError]
) -> None:
    network.get(TIMELINE).mock(side_effect=[page([seen("190", "Other")], "b"), answer])
    with pytest.raises(failure):
        await found()


@pytest.mark.parametrize("status", [401, 402, 403, 404])
async def test_look_that_x_refuses_leaves_it_unknown(network: respx.MockRouter, status: int) -> None:
    network.get(TIMELINE).mock(return_value=httpx.Response(status, json={}))
    assert await found() is NotFound.unknown


@pytest.mark.parametrize(("scope", "passed"), [("deployment", True), ("app", False), ("account", False)])
async def test_look_waits_for_the_deployment_and_for_nobody_else(scope: Scope, *, passed: bool) -> None:
    class Refused(MemoryRun):
        async def look(self, call: Call[Any]) -> Any:
            raise Misconfigured("wrong", "Wrong.", scope=scope)

    find = finder(Refused(), "42", Wanted("Hello", 0, None), XConfig())
    if passed:
        with pytest.raises(Misconfigured):
            await find(Sent(SENT_AT))
    else:
        assert await find(Sent(SENT_AT)) is NotFound.unknown
