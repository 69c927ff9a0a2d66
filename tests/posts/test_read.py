"""Reading posts: one, and in pages."""

from datetime import timedelta
from typing import Any

import pytest

from dravo.kit.schemas import rfc3339
from support.clock import Clock
from support.door import Door, assert_problem, codes, make_workspace, opened_door


async def posts(door: Door, number: int, account: str | None = None, **fields: Any) -> list[str]:
    account = account or await door.account("x")
    made = [await door.create({"account_ids": [account], "text": f"Post {i}"} | fields) for i in range(number)]
    return [answer.json()["id"] for answer in made]


async def listed(door: Door, **query: Any) -> list[str]:
    answer = await door.http.get("/v1/posts", params=query)
    assert answer.status_code == 200, answer.text
    return [post["id"] for post in answer.json()["items"]]


async def test_post_is_shown_whole(door: Door) -> None:
    account = await door.account("x")
    answer = await door.create(
        {"account_ids": [account], "text": "Hi", "platform_options": {"x": {"made_with_ai": True}}}
    )
    seen = (await door.http.get(f"/v1/posts/{answer.json()['id']}")).json()
    assert seen["created_at"].endswith("Z")
    assert seen == {
        "id": answer.json()["id"],
        "status": "queued",
        "environment": "test",
        "text": "Hi",
        "media_urls": [],
        "platform_options": {"x": {"made_with_ai": True}},
        "account_ids": [account],
        "scheduled_at": None,
        "created_at": seen["created_at"],
        "published_at": None,
        "results": [
            {
                "account_id": account,
                "platform": "x",
                "status": "queued",
                "platform_post_id": None,
                "platform_post_url": None,
                "warnings": [],
                "error_code": None,
                "error_class": None,
                "error_message": None,
                "raw_response": {},
                "attempts": 0,
                "next_attempt_at": None,
                "published_at": None,
            }
        ],
    }


async def test_list_is_newest_first_in_pages_that_end(door: Door) -> None:
    made = await posts(door, 7)
    answer = (await door.http.get("/v1/posts", params={"limit": 3})).json()
    seen = [post["id"] for post in answer["items"]]
    while answer["next_cursor"] is not None:
        answer = (await door.http.get("/v1/posts", params={"limit": 3, "cursor": answer["next_cursor"]})).json()
        seen += [post["id"] for post in answer["items"]]
    assert seen == made[::-1]


async def test_pages_stay_as_they_are_while_posts_arrive(door: Door) -> None:
    account = await door.account("x")
    made = await posts(door, 4, account)
    first = (await door.http.get("/v1/posts", params={"limit": 2})).json()
    await posts(door, 3, account)
    second = (await door.http.get("/v1/posts", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [post["id"] for post in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None


async def test_page_that_is_just_full_is_the_last(door: Door) -> None:
    await posts(door, 2)
    assert (await door.http.get("/v1/posts", params={"limit": 2})).json()["next_cursor"] is None
    assert (await door.http.get("/v1/posts", params={"status": "failed"})).json() == {"items": [], "next_cursor": None}


async def test_filters_let_through_what_they_say(door: Door, clock: Clock) -> None:
    x, linkedin = await door.account("x"), await door.account("linkedin")
    [plain] = await posts(door, 1, x, text="100% done_")
    [later] = await posts(door, 1, linkedin, text="Tomorrow", scheduled_at="2027-01-31T09:00:00Z")
    [both] = await posts(door, 1, x, account_ids=[x, linkedin], text="TOMORROW, too")
    assert await listed(door, status="scheduled") == [later]
    assert await listed(door, platform="linkedin") == [both, later]
    assert await listed(door, account_id=x) == [both, plain]
    assert await listed(door, account_id=x, platform="linkedin") == []
    assert await listed(door, q="tomorrow") == [both, later]
    assert await listed(door, q="0% d") == [plain]
    assert await listed(door, q="_") == [plain]
    assert await listed(door, q="%%") == []
    assert await listed(door, scheduled_from="2027-01-31T09:00:00Z") == [later]
    assert await listed(door, scheduled_to="2027-01-31T09:00:00Z") == []
    created = (await door.http.get(f"/v1/posts/{later}")).json()["created_at"]
    assert await listed(door, created_from=created) == [both, later]
    assert await listed(door, created_to=created) == [plain]
    await clock.move(timedelta(days=1))
    assert await listed(door, created_from=rfc3339(await _now(door)), limit=1) == []


async def _now(door: Door) -> Any:
    from dravo.posts import queries

    async with door.resources.db.transaction() as session:
        return (await queries.times(session)).now


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("limit", value) for value in ("0", "101", "-1", "1.0", "1e1", "", " 5", "+5", "1_0", "abc", "9" * 400, "٣")],
        *[("cursor", value) for value in ("", "abc", "!", "é", "a" * 300, "cG9zdF8x=", "AAAA", "\x00")],
        *[("status", value) for value in ("", "done", "Queued", "queued ", "queued\x00")],
        *[("platform", value) for value in ("", "threads", "X")],
        *[("q", value) for value in ("", "a" * 201, "a\x00b")],
        *[("account_id", value) for value in ("", "\x00")],
        *[("created_from", value) for value in ("", "yesterday", "2027-01-31T09:00:00", "1900000000", "2027-01-31")],
        *[("created_to", value) for value in ("9999-12-31T23:59:59-14:00", "2027-01-31T09:00:00 02:00")],
        *[("scheduled_from", value) for value in ("null",)],
        *[("scheduled_to", value) for value in ("0",)],
        *[(name, "1") for name in ("foo", "offset", "Limit", "limit[]", "")],
    ],
)
async def test_invalid_and_unknown_query_parameters_are_refused(door: Door, name: str, value: str) -> None:
    document = assert_problem(await door.http.get("/v1/posts", params={name: value}), 400, "validation_error")
    assert {error["pointer"] for error in document["errors"]} == {f"/query/{name}"}


async def test_parameter_given_twice_is_refused(door: Door) -> None:
    document = assert_problem(await door.http.get("/v1/posts?limit=1&limit=2"), 400, "validation_error")
    assert codes(document) == {("/query/limit", "repeated")}


async def test_calls_without_parameters_take_none(door: Door) -> None:
    [post_id] = await posts(door, 1)
    assert_problem(await door.http.get(f"/v1/posts/{post_id}?a=1"), 400, "validation_error")
    assert_problem(await door.http.post("/v1/posts?dry_run=1", json={}), 400, "validation_error")


async def test_posts_of_others_are_neither_listed_nor_found(door: Door) -> None:
    [post_id] = await posts(door, 1)
    async with opened_door(door.resources, await make_workspace(door.resources)) as other:
        assert await listed(other) == []
        theirs = assert_problem(await other.http.get(f"/v1/posts/{post_id}"), 404, "not_found")
    async with opened_door(door.resources, door.workspace_id, "live") as live:
        assert await listed(live) == []
        assert_problem(await live.http.get(f"/v1/posts/{post_id}"), 404, "not_found")
    nobodys = assert_problem(await door.http.get("/v1/posts/post_nobody"), 404, "not_found")
    assert theirs | {"request_id": ""} == nobodys | {"request_id": ""}


@pytest.mark.parametrize("post_id", ["%00", "post_%00", "%F0%9F", "a" * 5000, "..%2F", "'", "%ED%A0%80"])
async def test_odd_ids_are_not_found(door: Door, post_id: str) -> None:
    assert_problem(await door.http.get(f"/v1/posts/{post_id}"), 404, "not_found")
    assert_problem(await door.http.post(f"/v1/posts/{post_id}/cancel"), 404, "not_found")


async def test_a_cursor_of_another_list_is_refused(door: Door) -> None:
    await door.account("x")
    await door.account("linkedin")
    foreign = (await door.http.get("/v1/accounts?limit=1")).json()["next_cursor"]
    assert foreign
    problem = assert_problem(await door.http.get(f"/v1/posts?cursor={foreign}"), 400, "validation_error")
    assert problem["errors"][0]["code"] == "invalid_cursor"
