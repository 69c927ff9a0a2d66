import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.platforms.base import Found, NotFound, Sent
from dravo.platforms.errors import Misconfigured, PlatformError, RateLimited, Transient, Unsettled
from dravo.platforms.linkedin import PLATFORM, posts
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.comments import CreatedComment
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.finding import comment_finder, could_be_lost, post_finder
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.posts import CreatedPost
from dravo.platforms.linkedin.search import PAGE as PAGE_SIZE
from dravo.platforms.linkedin.search import Wanted
from platforms.linkedin.material import API, ME, ORGANIZATION, PAGE, created, job
from platforms.memory_run import SENT_AT as RUN_SENT_AT
from platforms.memory_run import MemoryRun

SENT_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW = int(SENT_AT.timestamp() * 1000)
CONFIG = LinkedInConfig()
LOST = posts.create(ORGANIZATION, posts.body_of(PAGE, "Hello", [], LinkedInOptions()), "202609")


async def test_lost_post_of_a_member_stays_unknown_without_asking(network: respx.MockRouter) -> None:
    create = network.post(f"{API}/posts").mock(return_value=httpx.Response(503))
    finder = network.get(f"{API}/posts")
    run = MemoryRun(may_probe=True)
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(), run)
    assert not finder.called
    assert create.call_count == 1


@pytest.mark.parametrize("reply", [httpx.Response(503), httpx.Response(201), httpx.Response(502, html="<html>")])
async def test_lost_post_of_an_organization_is_found(network: respx.MockRouter, reply: httpx.Response) -> None:
    network.post(f"{API}/posts").mock(return_value=reply)
    now = int(datetime.now(UTC).timestamp() * 1000)
    network.get(f"{API}/posts").mock(return_value=httpx.Response(200, json={"elements": [seen(createdAt=now)]}))
    published = await PLATFORM.adapter.publish(job(account=PAGE), MemoryRun())
    assert published.platform_post_id == "urn:li:share:9"


def seen(**facts: Any) -> dict[str, Any]:
    return {
        "id": "urn:li:share:9",
        "commentary": "Hello",
        "createdAt": NOW + 1000,
        "lastModifiedAt": NOW + 1000,
        "lifecycleState": "PUBLISHED",
        **facts,
    }


async def look(network: respx.MockRouter, wanted: Wanted, *posts: dict[str, Any]) -> Found[CreatedPost] | NotFound:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(200, json={"elements": list(posts), "paging": {}}))
    return await post_finder(MemoryRun(), ORGANIZATION, wanted, [LOST], CONFIG)(Sent(SENT_AT))


HELLO = Wanted("Hello", [], "")
OTHER = seen(id="urn:li:share:8", commentary="Something else")
FOUND = Found(CreatedPost(urn="urn:li:share:9"))
TEXT = "R&D (new) cafe\u0301 #launch a_b "


@pytest.mark.parametrize(
    ("wanted", "post"),
    [
        (HELLO, seen()),
        (Wanted(TEXT, [], ""), seen(commentary=escape(TEXT.strip()))),
        (Wanted("Hello", ["i1"], ""), seen(content={"media": {"id": "i1"}})),
        (Wanted("Hello", ["urn:li:video:1"], ""), seen(content={"media": {"id": "urn:li:video:1", "title": "x"}})),
        (Wanted("Hello", ["i1", "i2"], ""), seen(content={"multiImage": {"images": [{"id": "i1"}, {"id": "i2"}]}})),
        (Wanted("Hello", [], "https://e.com"), seen(content={"article": {"source": "https://e.com"}})),
    ],
)
async def test_lost_post_is_found_by_all_that_was_sent(
    network: respx.MockRouter, wanted: Wanted, post: dict[str, Any]
) -> None:
    assert await look(network, wanted, OTHER, post) == FOUND


@pytest.mark.parametrize(
    "posts",
    [[], [OTHER], [seen(createdAt=NOW - 61_000)], [OTHER] * (PAGE_SIZE - 1)],
    ids=["none", "another", "an older one", "many others"],
)
async def test_lost_post_is_absent_when_nothing_there_could_be_it(
    network: respx.MockRouter, posts: list[dict[str, Any]]
) -> None:
    assert await look(network, HELLO, *posts) is NotFound.unlisted


LONG = "One two three four five six seven eight nine ten eleven twelve"


@pytest.mark.parametrize(
    ("wanted", "posts"),
    [
        (HELLO, [seen(), seen(id="urn:li:share:10")]),
        (HELLO, [seen(lifecycleState="PUBLISH_FAILED")]),
        (HELLO, [seen(createdAt=NOW + 3_600_000)]),
        (HELLO, [seen(content={"media": {"id": "i1"}})]),
        (HELLO, [OTHER] * PAGE_SIZE),
        (Wanted(LONG, [], ""), [seen(commentary="One two")]),
        (Wanted(LONG, [], ""), [seen(commentary=LONG.replace(" twelve", "!"))]),
        (Wanted("Hello", ["i1"], ""), [seen(commentary="?", content={"media": {"id": "i1"}})]),
    ],
    ids=["two alike", "failed", "an hour later", "with media", "a full page", "cut", "changed", "its image"],
)
async def test_lost_post_stays_unknown_when_something_there_may_be_it(
    network: respx.MockRouter, wanted: Wanted, posts: list[dict[str, Any]]
) -> None:
    assert await look(network, wanted, *posts) is NotFound.unknown


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_look_that_is_refused_says_nothing_about_the_post(network: respx.MockRouter, status: int) -> None:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(status, json={"code": "ACCESS_DENIED"}))
    assert await post_finder(MemoryRun(), ORGANIZATION, HELLO, [LOST], CONFIG)(Sent(SENT_AT)) is NotFound.unknown


@pytest.mark.parametrize(("status", "failure"), [(429, RateLimited), (503, Transient), (426, Misconfigured)])
async def test_look_that_may_pass_later_is_passed_on(
    network: respx.MockRouter, status: int, failure: type[PlatformError]
) -> None:
    network.get(url__startswith=API).mock(return_value=httpx.Response(status, json={}))
    with pytest.raises(failure):
        await post_finder(MemoryRun(), ORGANIZATION, HELLO, [LOST], CONFIG)(Sent(SENT_AT))
    with pytest.raises(failure):
        await comment_finder(MemoryRun(), ORGANIZATION, "urn:li:share:1", "More", CONFIG)(Sent(SENT_AT))


async def test_posts_of_other_deliveries_are_not_taken(network: respx.MockRouter) -> None:
    network.get(f"{API}/posts").mock(return_value=httpx.Response(200, json={"elements": [seen()]}))
    find = post_finder(MemoryRun(), ORGANIZATION, HELLO, [LOST], CONFIG)
    assert await find(Sent(SENT_AT, frozenset({"urn:li:share:9"}))) is NotFound.unlisted


def dated(instant: datetime, kind: str = "share") -> str:
    """A post of that time, by the time that LinkedIn writes into its ids."""
    return f"urn:li:{kind}:{(int(instant.timestamp() * 1000) << 22) + 5}"


def duplicate_of(urn: str) -> httpx.Response:
    inputs = [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    return httpx.Response(
        422,
        json={
            "status": 422,
            "message": f"BadRequestResponseException: Content is a duplicate of {urn}",
            "errorDetails": {"inputErrors": inputs},
        },
    )


FIRST = dated(RUN_SENT_AT + timedelta(seconds=1))
PROBING = {"probe": True}


@pytest.mark.parametrize(
    ("second", "urn"),
    [
        (created("urn:li:share:2"), "urn:li:share:2"),
        (duplicate_of(FIRST), FIRST),
        (duplicate_of(dated(RUN_SENT_AT, "ugcPost")), dated(RUN_SENT_AT, "ugcPost")),
        (duplicate_of("urn:li:share:7"), "urn:li:share:7"),
    ],
    ids=["made now", "named", "another kind", "undated"],
)
async def test_probe_settles_a_lost_post_of_a_member(
    network: respx.MockRouter, second: httpx.Response, urn: str
) -> None:
    create = network.post(f"{API}/posts").mock(side_effect=[httpx.Response(503), second])
    published = await PLATFORM.adapter.publish(job(config=PROBING), MemoryRun(may_probe=True))
    assert published.platform_post_id == urn
    bodies = [call.request.content for call in create.calls]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(
    "second",
    [
        duplicate_of(dated(RUN_SENT_AT - timedelta(minutes=2))),
        duplicate_of(dated(RUN_SENT_AT + timedelta(seconds=40))),
        duplicate_of("urn:li:activity:7"),
        duplicate_of("urn:li:person:abc"),
        duplicate_of("urn:li:share:" + "9" * 60),
        httpx.Response(422, json={}),
        httpx.Response(201),
        httpx.Response(201, headers={"x-restli-id": "17"}),
        httpx.Response(401),
        httpx.Response(426),
        httpx.Response(429),
        httpx.Response(502, html="<html>"),
    ],
    ids=["older", "newer", "activity", "person", "no date", "422", "201", "odd id", "401", "426", "429", "502"],
)
async def test_probe_that_proves_nothing_leaves_the_post_unknown(
    network: respx.MockRouter, second: httpx.Response
) -> None:
    create = network.post(f"{API}/posts").mock(side_effect=[httpx.Response(503), second])
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(config=PROBING), MemoryRun(may_probe=True))
    assert create.call_count == 2


async def test_probe_that_is_not_granted_sends_nothing(network: respx.MockRouter) -> None:
    create = network.post(f"{API}/posts").mock(return_value=httpx.Response(503))
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(config=PROBING), MemoryRun(may_probe=False))
    assert create.call_count == 1


async def test_organizations_are_never_probed(network: respx.MockRouter) -> None:
    create = network.post(f"{API}/posts").mock(return_value=httpx.Response(503))
    network.get(f"{API}/posts").mock(return_value=httpx.Response(403))
    with pytest.raises(Unsettled):
        await PLATFORM.adapter.publish(job(account=PAGE, config=PROBING), MemoryRun(may_probe=True))
    assert create.call_count == 1


@pytest.mark.parametrize(
    ("offset", "could"),
    [
        (timedelta(seconds=-60), True),
        (timedelta(seconds=-60, milliseconds=-1), False),
        (timedelta(seconds=30), True),
        (timedelta(seconds=30, milliseconds=1), False),
    ],
)
def test_named_post_must_be_of_the_time_of_the_lost_one(offset: timedelta, could: bool) -> None:
    assert could_be_lost(dated(SENT_AT + offset), Sent(SENT_AT)) is could


def test_post_of_another_delivery_is_not_the_lost_one() -> None:
    urn = dated(SENT_AT)
    assert not could_be_lost(urn, Sent(SENT_AT, frozenset({urn})))


def comment(**facts: Any) -> dict[str, Any]:
    return {
        "id": "6636",
        "actor": PAGE,
        "message": {"attributes": [], "text": "More (here) #now"},
        "created": {"actor": PAGE, "time": NOW + 1000},
        **facts,
    }


async def look_for_comment(
    network: respx.MockRouter, *listed: dict[str, Any], author: str = PAGE
) -> Found[CreatedComment] | NotFound:
    network.get(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(
        return_value=httpx.Response(200, json={"elements": list(listed), "paging": {}})
    )
    find = comment_finder(MemoryRun(), Author(author), "urn:li:share:1", "More (here) #now", CONFIG)
    return await find(Sent(SENT_AT))


@pytest.mark.parametrize(
    "listed",
    [
        [comment()],
        [comment(message={"text": escape("More (here) #now")})],
        [comment(id="1", actor=ME), comment()],
        [comment(id="1", message={"text": "Other"}), comment()],
        [comment(id="1", created={"time": NOW - 61_000}), comment(created={"time": NOW - 60_000})],
    ],
    ids=["alone", "escaped", "beside another's", "beside another", "beside an older one"],
)
async def test_lost_comment_of_an_organization_is_found(
    network: respx.MockRouter, listed: list[dict[str, Any]]
) -> None:
    assert await look_for_comment(network, *listed) == Found(CreatedComment(id="6636"))


@pytest.mark.parametrize(
    "listed", [[], [comment(actor=ME)], [comment(), comment(id="2")]], ids=["none", "other", "two"]
)
async def test_lost_comment_that_is_not_the_only_one_stays_unknown(
    network: respx.MockRouter, listed: list[dict[str, Any]]
) -> None:
    assert await look_for_comment(network, *listed) is NotFound.unknown


async def test_lost_comment_of_a_member_is_not_looked_for(network: respx.MockRouter) -> None:
    assert await look_for_comment(network, comment(actor=ME), author=ME) is NotFound.unknown
    assert not network.calls


async def test_comments_that_may_not_be_listed_say_nothing(network: respx.MockRouter) -> None:
    network.get(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(return_value=httpx.Response(403))
    find = comment_finder(MemoryRun(), ORGANIZATION, "urn:li:share:1", "More", CONFIG)
    assert await find(Sent(SENT_AT)) is NotFound.unknown


async def test_lost_comment_that_is_found_is_no_warning(network: respx.MockRouter) -> None:
    network.post(f"{API}/posts").mock(return_value=created())
    comments = network.post(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(return_value=httpx.Response(503))
    now = int(RUN_SENT_AT.timestamp() * 1000)
    network.get(f"{API}/socialActions/urn%3Ali%3Ashare%3A1/comments").mock(
        return_value=httpx.Response(200, json={"elements": [comment(created={"time": now})]})
    )
    run = MemoryRun()
    await PLATFORM.adapter.publish(job(account=PAGE, first_comment="More (here) #now"), run)
    assert run.warnings == []
    assert json.loads(comments.calls.last.request.content)["object"] == "urn:li:share:1"
