"""Canceling: all deliveries or none, and only while scheduled."""

import asyncio

from sqlalchemy import select, text

from dravo.kit.ids import Key
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import Status
from dravo.models import Delivery, WebhookEvent
from support.door import Door, assert_problem, make_workspace, opened_door

THEN = "2027-01-31T09:00:00Z"


async def scheduled(door: Door) -> str:
    accounts = [await door.account("x"), await door.account("linkedin")]
    post_id: str = (await door.create({"account_ids": accounts, "text": "Later", "scheduled_at": THEN})).json()["id"]
    return post_id


async def statuses(door: Door) -> list[str]:
    async with door.resources.db.transaction() as session:
        return sorted(await session.scalars(select(Delivery.status)))


async def test_scheduled_post_is_canceled_with_all_its_deliveries(door: Door) -> None:
    post_id = await scheduled(door)
    answer = await door.http.post(f"/v1/posts/{post_id}/cancel")
    assert (answer.status_code, answer.json()) == (200, {"id": post_id, "status": "canceled", "scheduled_at": THEN})
    assert await statuses(door) == ["canceled", "canceled"]
    assert (await door.http.get(f"/v1/posts/{post_id}")).json()["status"] == "canceled"
    async with door.resources.db.transaction() as session:
        [event] = await session.scalars(select(WebhookEvent))
    assert (event.event_type, event.data["status"]) == ("post.canceled", "canceled")


async def test_canceled_and_queued_posts_cannot_be_canceled(door: Door) -> None:
    post_id = await scheduled(door)
    await door.http.post(f"/v1/posts/{post_id}/cancel")
    assert_problem(await door.http.post(f"/v1/posts/{post_id}/cancel"), 409, "conflict")
    account = await door.account("x")
    queued = (await door.create({"account_ids": [account], "text": "Now"})).json()["id"]
    assert_problem(await door.http.post(f"/v1/posts/{queued}/cancel"), 409, "conflict")


async def test_one_delivery_under_way_keeps_the_others_from_being_canceled(door: Door) -> None:
    post_id = await scheduled(door)
    async with door.resources.db.transaction() as session:
        await session.execute(text("UPDATE deliveries SET status = 'queued' WHERE position = 1"))
    assert_problem(await door.http.post(f"/v1/posts/{post_id}/cancel"), 409, "conflict")
    assert await statuses(door) == ["queued", "scheduled"]


async def test_of_many_cancels_one_wins(door: Door) -> None:
    post_id = await scheduled(door)
    answers = await asyncio.gather(*(door.http.post(f"/v1/posts/{post_id}/cancel") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9


async def test_cancel_racing_with_the_due_time_leaves_all_canceled_or_all_queued(door: Door) -> None:
    async def falls_due(post: Key) -> int:
        async with door.resources.db.transaction() as session:
            await states.lock_post(session, post)
            moved = await states.move_all(session, post, Status.queued, "due")
            await rollup.refresh(session, post)
            return moved

    for _ in range(8):
        post_id = await scheduled(door)
        answer, queued = await asyncio.gather(
            door.http.post(f"/v1/posts/{post_id}/cancel"),
            falls_due(Key(door.workspace_id, door.environment, post_id)),
        )
        expected = {200: ("canceled", 0), 409: ("queued", 2)}[answer.status_code]
        post = (await door.http.get(f"/v1/posts/{post_id}")).json()
        assert (post["status"], queued) == expected
        assert {result["status"] for result in post["results"]} == {expected[0]}


async def test_posts_of_others_and_of_nobody_are_not_found(door: Door) -> None:
    post_id = await scheduled(door)
    async with opened_door(door.resources, await make_workspace(door.resources)) as other:
        assert_problem(await other.http.post(f"/v1/posts/{post_id}/cancel"), 404, "not_found")
    async with opened_door(door.resources, door.workspace_id, "live") as live:
        assert_problem(await live.http.post(f"/v1/posts/{post_id}/cancel"), 404, "not_found")
    assert_problem(await door.http.post("/v1/posts/post_nobody/cancel"), 404, "not_found")
    assert await statuses(door) == ["scheduled", "scheduled"]


async def test_canceling_needs_the_scope_to_write(door: Door) -> None:
    post_id = await scheduled(door)
    async with opened_door(door.resources, door.workspace_id, "test", ("posts:read",)) as reader:
        assert_problem(await reader.http.post(f"/v1/posts/{post_id}/cancel"), 403, "insufficient_scope")
