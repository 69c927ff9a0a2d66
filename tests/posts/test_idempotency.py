"""`Idempotency-Key`: one post, whoever asks how often."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dravo.posts import service
from support.clock import Clock
from support.door import Door, assert_problem, make_workspace, opened_door


async def body_of(door: Door, **fields: Any) -> dict[str, Any]:
    return {"account_ids": [await door.account("x")], "text": "Once"} | fields


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


async def test_same_request_again_gets_the_first_answer(door: Door) -> None:
    body = await body_of(door)
    first = await door.create(body, **keyed("k"))
    again = await door.create(body, **keyed("k"))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (await door.stored())["posts"] == 1


async def test_other_bytes_under_the_same_key_are_refused(door: Door) -> None:
    body = await body_of(door)
    await door.create(body, **keyed("k"))
    assert_problem(await door.create(body | {"text": "Twice"}, **keyed("k")), 422, "idempotency_mismatch")
    # Before validation: bytes that are no JSON at all are another body, too.
    answer = await door.http.post("/v1/posts", content=b"{", headers=keyed("k") | {"content-type": "application/json"})
    assert_problem(answer, 422, "idempotency_mismatch")
    assert (await door.stored())["posts"] == 1


async def test_replay_needs_no_body_that_is_still_valid(door: Door, clock: Clock) -> None:
    body = await body_of(door, scheduled_at="2027-01-31T09:00:00Z")
    first = await door.create(body, **keyed("k"))
    async with door.resources.db.transaction() as session:
        await session.execute(
            text("UPDATE idempotency_records SET created_at = dravo_now() + interval '2 years' - interval '1 hour'")
        )
    await clock.move(timedelta(days=730))
    again = await door.create(body, **keyed("k"))
    assert (again.status_code, again.json()) == (202, first.json())
    assert_problem(await door.create(body), 400, "validation_error")


async def test_key_lives_24_hours_by_the_databases_clock(door: Door, clock: Clock) -> None:
    body = await body_of(door)
    first = await door.create(body, **keyed("k"))
    await clock.move(timedelta(hours=23, minutes=59))
    assert (await door.create(body, **keyed("k"))).json() == first.json()
    await clock.move(timedelta(minutes=2))
    later = await door.create(body | {"text": "Another"}, **keyed("k"))
    assert later.status_code == 202
    assert later.json()["id"] != first.json()["id"]
    assert (await door.create(body | {"text": "Another"}, **keyed("k"))).json() == later.json()
    assert (await door.stored())["idempotency_records"] == 1


async def test_rejected_request_does_not_use_the_key_up(door: Door) -> None:
    body = await body_of(door)
    assert (await door.create(body | {"text": ""}, **keyed("k"))).status_code == 400
    assert (await door.create(body | {"account_ids": ["acc_nobody"]}, **keyed("k"))).status_code == 400
    answer = await door.create(body, **keyed("k"))
    assert answer.status_code == 202
    assert "idempotent-replayed" not in answer.headers


async def test_key_belongs_to_its_workspace_and_environment(door: Door) -> None:
    await door.create(await body_of(door), **keyed("k"))
    async with opened_door(door.resources, door.workspace_id, "live") as live:
        assert "idempotent-replayed" not in (await live.create(await body_of(live), **keyed("k"))).headers
    async with opened_door(door.resources, await make_workspace(door.resources)) as other:
        assert "idempotent-replayed" not in (await other.create(await body_of(other), **keyed("k"))).headers
    assert (await door.stored())["posts"] == 3


async def test_twenty_requests_at_once_make_one_post_and_all_get_it(door: Door) -> None:
    body = await body_of(door)
    answers = await asyncio.gather(*(door.create(body, **keyed("k")) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert await door.stored() == {
        "posts": 1,
        "deliveries": 1,
        "post_media": 0,
        "idempotency_records": 1,
        "webhook_events": 1,
    }


async def test_twenty_requests_at_once_over_an_expired_key_make_one_post(door: Door, clock: Clock) -> None:
    body = await body_of(door)
    first = await door.create(body, **keyed("k"))
    await clock.move(timedelta(hours=25))
    answers = await asyncio.gather(*(door.create(body, **keyed("k")) for _ in range(20)))
    assert len({answer.json()["id"] for answer in answers} | {first.json()["id"]}) == 2
    assert (await door.stored())["posts"] == 2


async def test_different_bodies_at_once_under_one_key_make_one_post(door: Door) -> None:
    body = await body_of(door)
    answers = await asyncio.gather(*(door.create(body | {"text": f"Text {i}"}, **keyed("k")) for i in range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] + [422] * 7
    assert (await door.stored())["posts"] == 1


async def test_failure_after_the_record_leaves_neither_post_nor_record(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = await body_of(door)

    async def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    with monkeypatch.context() as patched:
        patched.setattr(service, "_announce", broken)
        answer = await door.create(body, **keyed("k"))
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert await door.nothing_stored()
    assert (await door.create(body, **keyed("k"))).status_code == 202


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 256, "clé".encode("latin-1"), "tab\there", b"\x7f"])
async def test_malformed_key_is_refused(door: Door, key: str | bytes) -> None:
    name = b"idempotency-key"
    value = key if isinstance(key, bytes) else key.encode()
    body = await body_of(door)
    answer = await door.http.post("/v1/posts", json=body, headers=[(name, value)])
    assert_problem(answer, 400, "validation_error")
    assert await door.nothing_stored()


async def test_two_keys_are_refused(door: Door) -> None:
    answer = await door.http.post(
        "/v1/posts", json=await body_of(door), headers=[("idempotency-key", "a"), ("idempotency-key", "b")]
    )
    assert_problem(answer, 400, "validation_error")


@pytest.mark.parametrize("key", ["a", "!~", "a" * 255, "3f2b-…".encode("ascii", "ignore").decode()])
async def test_visible_ascii_is_a_key(door: Door, key: str) -> None:
    assert (await door.create(await body_of(door), **keyed(key))).status_code == 202
