"""A post is accepted: what the caller is told, and what is in the book afterwards."""

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from redis.asyncio import Redis
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.api.app import create_app
from dravo.kit.queue import queue_name
from dravo.models import Delivery, Post, PostMedium, WebhookEvent
from dravo.posts import service
from dravo.resources import Resources, opened
from dravo.settings import Settings
from support.clock import Clock
from support.door import Door, assert_problem, codes, make_workspace, opened_door


def in_(span: timedelta) -> str:
    return (datetime.now(UTC) + span).isoformat()


async def rows(door: Door, model: Any) -> list[Any]:
    async with door.resources.db.transaction() as session:
        return list(await session.scalars(select(model)))


async def test_post_for_now_is_queued_with_a_delivery_per_account(door: Door) -> None:
    x, linkedin = await door.account("x"), await door.account("linkedin")
    answer = await door.create({"account_ids": [linkedin, x], "text": "Hello"})
    assert answer.status_code == 202
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body == {"id": body["id"], "status": "queued", "scheduled_at": None}
    assert body["id"].startswith("post_")
    [post] = await rows(door, Post)
    assert (post.id, post.status, post.account_ids) == (body["id"], "queued", [linkedin, x])
    deliveries = sorted(await rows(door, Delivery), key=lambda delivery: delivery.position)
    assert [delivery.account_id for delivery in deliveries] == [linkedin, x]
    assert [delivery.platform for delivery in deliveries] == ["linkedin", "x"]
    for delivery in deliveries:
        assert (delivery.status, delivery.generation, delivery.attempts, delivery.wake) == ("queued", 1, 0, 0)
        assert delivery.due_at == delivery.due_since == delivery.rung_at == post.created_at
        assert (delivery.warnings, delivery.raw_response) == ([], {})


async def test_queued_post_announces_itself_in_its_own_transaction(door: Door) -> None:
    account = await door.account("x")
    post_id = (await door.create({"account_ids": [account], "text": "Hello"})).json()["id"]
    [event] = await rows(door, WebhookEvent)
    assert event.event_type == "post.queued"
    assert event.data == (await door.http.get(f"/v1/posts/{post_id}")).json()


async def test_scheduled_post_is_due_then_and_announces_nothing(door: Door) -> None:
    account = await door.account("x")
    answer = await door.create(
        {"account_ids": [account], "text": "Later", "scheduled_at": "2027-01-31T10:00:00.5+01:00"}
    )
    assert answer.status_code == 202
    assert answer.json()["status"] == "scheduled"
    assert answer.json()["scheduled_at"] == "2027-01-31T09:00:00.500000Z"
    [delivery] = await rows(door, Delivery)
    assert delivery.status == "scheduled"
    assert delivery.due_at == delivery.due_since == datetime(2027, 1, 31, 9, 0, 0, 500_000, UTC)
    assert delivery.rung_at is None
    assert await rows(door, WebhookEvent) == []


async def test_every_delivery_of_a_queued_post_is_rung_on_its_networks_queue(door: Door, redis_url: str) -> None:
    x, linkedin = await door.account("x"), await door.account("linkedin")
    await door.create({"account_ids": [x, linkedin], "text": "Hello"})
    await door.resources.queue.aclose()
    redis = Redis.from_url(redis_url)
    for delivery in await rows(door, Delivery):
        assert await redis.zrange(queue_name("test", delivery.platform), 0, -1) == [f"{delivery.id}:0".encode()]
    await redis.aclose()


async def test_null_for_an_optional_field_means_left_out(door: Door) -> None:
    account = await door.account("x")
    body = {"media_urls": None, "scheduled_at": None, "platform_options": {"x": None, "tiktok": {"is_aigc": None}}}
    answer = await door.create({"account_ids": [account], "text": "Hello"} | body)
    assert answer.status_code == 202
    seen = (await door.http.get(f"/v1/posts/{answer.json()['id']}")).json()
    assert (seen["media_urls"], seen["platform_options"]) == ([], {"tiktok": {}})


async def test_options_for_networks_without_an_account_are_accepted(door: Door) -> None:
    account = await door.account("x")
    options = {"tiktok": {"brand_content_toggle": True}, "instagram": {"story": True}}
    answer = await door.create({"account_ids": [account], "text": "Hello", "platform_options": options})
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "said", ["a", "é" * 280, "\U0001f468\u200d\U0001f469\u200d\U0001f467", "a\u0301 \u202e \u2028"]
)
async def test_text_is_kept_as_it_came(door: Door, said: str) -> None:
    account = await door.account("x")
    post_id = (await door.create({"account_ids": [account], "text": said})).json()["id"]
    assert (await door.http.get(f"/v1/posts/{post_id}")).json()["text"] == said


async def test_surrogate_pairs_in_json_are_one_character(door: Door) -> None:
    account = await door.account("facebook")
    raw = '{"account_ids":["' + account + '"],"text":"' + "\\ud83d\\ude00" * 5000 + '"}'
    answer = await door.http.post("/v1/posts", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 202


async def test_hundred_accounts_are_taken(door: Door) -> None:
    accounts = [await door.account("x") for _ in range(100)]
    assert (await door.create({"account_ids": accounts, "text": "Hello"})).status_code == 202
    assert (await door.stored())["deliveries"] == 100


async def test_unhealthy_account_is_accepted(door: Door) -> None:
    account = await door.account("x", reconnect_reason="revoked")
    assert (await door.create({"account_ids": [account], "text": "Hello"})).status_code == 202


async def test_traits_of_an_account_count_in_its_networks_rules(door: Door) -> None:
    plain = await door.account("x")
    premium = await door.account("x", traits={"premium": True})
    document = assert_problem(
        await door.create({"account_ids": [plain, premium], "text": "a" * 300}), 400, "validation_error"
    )
    assert [(error["account_id"], error["platform"]) for error in document["errors"]] == [(plain, "x")]


async def test_same_finding_names_each_account(door: Door) -> None:
    accounts = [await door.account("instagram") for _ in range(3)]
    document = assert_problem(await door.create({"account_ids": accounts, "text": "No media"}), 400, "validation_error")
    assert [error["account_id"] for error in document["errors"]] == accounts


async def test_schedule_is_judged_by_the_databases_clock(door: Door, clock: Clock) -> None:
    account = await door.account("x")
    await clock.move(timedelta(days=10))

    async def tried(span: timedelta) -> int:
        body = {"account_ids": [account], "text": "Later", "scheduled_at": in_(timedelta(days=10) + span)}
        return (await door.create(body)).status_code

    assert await tried(timedelta(seconds=50)) == 400
    assert await tried(timedelta(seconds=70)) == 202
    assert await tried(timedelta(days=729)) == 202
    assert await tried(timedelta(days=732)) == 400


async def test_foreign_media_is_kept_in_its_order_and_judged_later(door: Door) -> None:
    account = await door.account("x")
    urls = ["https://cdn.example.com/b.jpg", "https://münchen.example/a.png?x=1#y", "http://[2001:db8::1]:8080/c"]
    answer = await door.create({"account_ids": [account], "text": "Hello", "media_urls": urls})
    assert answer.status_code == 202
    media = sorted(await rows(door, PostMedium), key=lambda medium: medium.position)
    assert [(medium.url, medium.asset_id) for medium in media] == [(url, None) for url in urls]


async def test_accounts_of_others_are_unknown(door: Door) -> None:
    mine = await door.account("x")
    async with opened_door(door.resources, door.workspace_id, "live") as live:
        live_account = await live.account("x")
    async with opened_door(door.resources, await make_workspace(door.resources)) as other:
        other_account = await other.account("x")
    document = assert_problem(
        await door.create({"account_ids": [mine, live_account, other_account], "text": "Hello"}),
        400,
        "validation_error",
    )
    assert codes(document) == {("/account_ids/1", "unknown_account"), ("/account_ids/2", "unknown_account")}
    assert await door.nothing_stored()


async def test_redis_away_is_no_error(settings: Settings, resources: Resources, workspace: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    without = Settings.model_validate(settings.model_dump() | {"redis_url": f"redis://127.0.0.1:{port}/0"})
    async with opened(without) as lonely, opened_door(lonely, workspace) as door:
        account = await door.account("x")
        assert (await door.create({"account_ids": [account], "text": "Hello"})).status_code == 202
        ready = await door.http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert (await door.stored())["deliveries"] == 1


async def test_connection_lost_in_the_middle_is_503_and_stores_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(session: AsyncSession, _post: object) -> None:
        await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    body = {"account_ids": [await door.account("x")], "text": "Hello"}
    with monkeypatch.context() as patched:
        patched.setattr(service, "_announce", lost)
        answer = await door.create(body)
    assert_problem(answer, 503, "unavailable")
    assert await door.nothing_stored()
    assert (await door.create(body)).status_code == 202


async def test_postgres_away_is_503_with_a_time_to_come_back(settings: Settings, door: Door) -> None:
    away = Settings.model_validate(settings.model_dump() | {"database_url": "postgresql://a:b@127.0.0.1:9/c"})
    async with (
        opened(away) as lonely,
        AsyncClient(transport=ASGITransport(create_app(lonely)), base_url="http://api.test") as http,
    ):
        headers = {"authorization": f"Bearer {door.key}"}
        answers = [
            await http.post("/v1/posts", json={"account_ids": ["a"], "text": "b"}, headers=headers),
            await http.get("/v1/accounts", headers=headers),
            await http.get("/readyz"),
        ]
        assert (await http.get("/healthz")).status_code == 200
    for answer in answers:
        assert_problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
