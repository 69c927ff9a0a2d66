"""The one scheduler: what is due is found in the book and rung for, whatever happened to the bell."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from dravo.deliveries import dispatch, due
from dravo.deliveries.tasks import Running
from dravo.kit.db import Database, DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.queue import Bell, Ring, queue_name
from support.engine import Engine
from support.network import NAME


async def rung(engine: Engine) -> list[str]:
    """One round of dispatch: the deliveries that it rings for."""
    return [ring.key.id for ring in await dispatch.round_of_dispatch(engine.resources, [NAME])]


async def test_a_scheduled_post_becomes_due_with_its_time(engine: Engine) -> None:
    (key,) = await engine.book.post(await engine.book.account(NAME), scheduled_in=timedelta(hours=1))
    assert await rung(engine) == []
    assert (await engine.book.delivery(key)).status == "scheduled"
    await engine.move(3601)
    assert await rung(engine) == [key.id]
    assert (await engine.book.delivery(key)).status == "queued"
    assert (await engine.book.post_of(key)).status == "queued"
    assert await engine.book.events() == ["post.queued"]
    assert (await engine.run(key)).status == "published"


async def test_posts_that_are_due_in_one_moment_are_all_queued(engine: Engine) -> None:
    posts = [await engine.book.post(await engine.book.account(NAME), scheduled_in=timedelta(hours=1)) for _ in range(3)]
    await engine.move(3601)
    assert len(await dispatch.round_of_dispatch(engine.resources, [NAME])) == 3
    assert {(await engine.book.delivery(key)).status for [key] in posts} == {"queued"}
    assert await engine.book.events() == ["post.queued"] * 3


async def test_all_deliveries_of_a_post_become_due_together(engine: Engine) -> None:
    accounts = [await engine.book.account(NAME) for _ in range(3)]
    keys = await engine.book.post(*accounts, scheduled_in=timedelta(hours=1))
    await engine.move(3601)
    assert sorted(await rung(engine)) == sorted(key.id for key in keys)


async def test_a_delivery_that_was_rung_is_left_alone_for_ten_seconds_and_then_rung_again(engine: Engine) -> None:
    key = await engine.post()
    assert await rung(engine) == [key.id]
    assert await rung(engine) == []
    await engine.move(9)
    assert await rung(engine) == []
    await engine.move(2)
    assert await rung(engine) == [key.id]
    assert (await engine.book.delivery(key)).wake == 2


async def test_only_the_oldest_delivery_of_an_account_is_rung(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    keys = [(await engine.book.post(account))[0] for _ in range(3)]
    assert await rung(engine) == [keys[0].id]
    assert await rung(engine) == []


async def test_an_account_whose_delivery_is_under_way_is_not_rung(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    (first,) = await engine.book.post(account)
    (second,) = await engine.book.post(account)
    await engine.book.run(
        "UPDATE deliveries SET status = 'processing', lease_token = 't', lease_until = dravo_now() + interval '60 s'"
        " WHERE id = :id",
        id=first.id,
    )
    assert await rung(engine) == []
    await engine.book.run(
        "UPDATE deliveries SET status = 'queued', lease_token = NULL, lease_until = NULL, due_at = 'infinity' WHERE id = :id",
        id=first.id,
    )
    assert await rung(engine) == [second.id]


async def test_a_long_queue_of_one_account_hides_no_other(engine: Engine) -> None:
    busy, other = await engine.book.account(NAME), await engine.book.account(NAME)
    for _ in range(25):
        await engine.book.post(busy)
    (key,) = await engine.book.post(other)
    async with engine.resources.db.transaction() as session:
        found = await due.ring_due(session, [NAME], ["test"], again_after=10, limit=2)
    assert len(found) == 2
    assert key.id in {delivery.id for delivery in found}


async def test_what_another_worker_serves_is_not_rung(engine: Engine) -> None:
    await engine.post()
    assert await dispatch.round_of_dispatch(engine.resources, ["x"]) == []


async def test_racing_rounds_ring_once(engine: Engine) -> None:
    keys = [await engine.post() for _ in range(5)]
    rounds = await asyncio.gather(*(rung(engine) for _ in range(4)))
    assert sorted(delivery for found in rounds for delivery in found) == sorted(key.id for key in keys)


async def test_a_dead_lease_is_taken_back_and_rung_at_once(engine: Engine) -> None:
    key = await engine.post()
    await rung(engine)
    await engine.book.run(
        "UPDATE deliveries SET status = 'processing', lease_token = 't', lease_until = dravo_now() + interval '60 s'"
    )
    assert await rung(engine) == []
    await engine.move(61)
    assert await rung(engine) == [key.id]
    taken_back = await engine.book.delivery(key)
    assert (taken_back.status, taken_back.attempts) == ("queued", 1)


async def test_an_account_that_rests_is_rung_when_its_pause_is_over(engine: Engine) -> None:
    key = await engine.post()
    await engine.book.run("UPDATE accounts SET paused_until = dravo_now() + interval '300 s'")
    assert await rung(engine) == [key.id]
    await engine.run(key)
    await engine.move(60)
    assert await rung(engine) == []
    await engine.move(241)
    assert await rung(engine) == [key.id]


async def loop_once(engine: Engine, bell: Bell, count: int) -> list[Key]:
    """Let the dispatch loop run until it has run so many deliveries in this process."""
    here: list[Key] = []
    enough = asyncio.Event()

    def run_here(key: Key) -> None:
        here.append(key)
        if len(here) >= count:
            enough.set()

    settings = engine.resources.settings.model_copy(update={"dispatch_seconds": 0.01})
    resources = replace(engine.resources, queue=bell, settings=settings)
    loop = asyncio.create_task(dispatch.run(resources, [NAME], run_here))
    try:
        await asyncio.wait_for(enough.wait(), 10)
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)
    return here


@pytest.mark.parametrize("url", [None, "redis://127.0.0.1:1/0"], ids=["absent", "unreachable"])
async def test_without_redis_due_deliveries_are_run_by_the_loop_itself(engine: Engine, url: str | None) -> None:
    keys = [await engine.post() for _ in range(3)]
    bell = Bell(url)
    assert sorted(await loop_once(engine, bell, 3)) == sorted(keys)
    await bell.aclose()


async def test_the_loop_outlives_postgres_and_faults_of_its_own(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = await engine.post()
    troubles = iter([DatabaseUnavailable("away"), KeyError("a fault of ours")])
    round_of_dispatch = dispatch.round_of_dispatch
    sleep = asyncio.sleep

    blameless = []

    async def troubled(*_arguments: object, after_outage: bool) -> list[Ring]:
        blameless.append(after_outage)
        for trouble in troubles:
            raise trouble
        return await round_of_dispatch(engine.resources, [NAME])

    monkeypatch.setattr(dispatch, "round_of_dispatch", troubled)
    monkeypatch.setattr(asyncio, "sleep", lambda _seconds: sleep(0))
    bell = Bell(None)
    assert await loop_once(engine, bell, 1) == [key]
    said = "".join(capsys.readouterr())
    assert "database_unavailable" in said
    assert "alert=dispatch_failed" in said
    assert blameless[:3] == [False, True, True], "leases that end after an outage are nobody's fault"


async def test_flushing_redis_loses_nothing(engine: Engine, redis_url: str) -> None:
    keys = [await engine.post() for _ in range(3)]
    rings = await dispatch.round_of_dispatch(engine.resources, [NAME])
    assert await engine.resources.queue.ring_now(rings)
    redis = Redis.from_url(redis_url)
    assert await redis.zcard(queue_name("test", NAME)) == 3
    await redis.flushall()
    await redis.aclose()
    await engine.move(11)
    assert sorted(await rung(engine)) == sorted(key.id for key in keys)


async def test_a_big_batch_of_rings_fits_through_the_bell(engine: Engine, redis_url: str) -> None:
    rings = [Ring(engine.book.key(f"del_{number}"), NAME, 1) for number in range(200)]
    assert await engine.resources.queue.ring_now(rings)
    redis = Redis.from_url(redis_url)
    assert await redis.zcard(queue_name("test", NAME)) == 200
    await redis.aclose()


async def test_a_doubled_ring_is_one_message_and_a_later_wake_another(engine: Engine, redis_url: str) -> None:
    key = engine.book.key("del_1")
    await engine.resources.queue.ring_now([Ring(key, NAME, 1), Ring(key, NAME, 1)])
    await engine.resources.queue.ring_now([Ring(key, NAME, 2)])
    redis = Redis.from_url(redis_url)
    assert await redis.zcard(queue_name("test", NAME)) == 2
    await redis.aclose()


async def test_a_doubled_ring_joins_the_run_that_there_is(engine: Engine) -> None:
    key = await engine.post()
    running = Running(engine.resources)
    first, second = running.start(key), running.start(key)
    assert first is second
    await running.drain(10)
    assert (await engine.book.delivery(key)).status == "published"
    assert running.start(key) is None


async def test_postgres_going_away_ends_a_task_quietly(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = await engine.post()

    def away(_self: Database) -> None:
        raise DatabaseUnavailable("away")

    running = Running(engine.resources)
    with monkeypatch.context() as patched:
        patched.setattr(Database, "transaction", away)
        task = running.start(key)
        assert task is not None
        await task
    assert "database_unavailable" in "".join(capsys.readouterr())
    assert (await engine.run(key)).status == "published"


async def test_the_end_of_one_delivery_rings_the_accounts_next(engine: Engine, redis_url: str) -> None:
    account = await engine.book.account(NAME)
    (first,) = await engine.book.post(account)
    (second,) = await engine.book.post(account)
    await engine.run(first)
    await engine.resources.queue.aclose()
    redis = Redis.from_url(redis_url)
    waiting = await redis.zrange(queue_name("test", NAME), 0, -1)
    await redis.aclose()
    assert waiting == [f"{second.id}:1".encode()]


async def test_accounts_that_were_rung_just_now_hide_nobody_behind_them(engine: Engine) -> None:
    for _ in range(3):
        await engine.post()
    assert len(await rung(engine)) == 3
    latecomer = await engine.post()
    async with engine.resources.db.transaction() as session:
        found = await due.ring_due(session, [NAME], ["test"], again_after=10, limit=2)
    assert [delivery.id for delivery in found] == [latecomer.id]


async def test_a_redis_that_failed_is_left_alone_for_a_while(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = Bell("redis://127.0.0.1:9/0")
    asked = 0

    async def hangs(_bell: Bell, _ring: Ring) -> None:
        nonlocal asked
        asked += 1
        raise TimeoutError

    monkeypatch.setattr(Bell, "_enqueue", hangs)
    ring = Ring(await engine.post(), NAME, 1)
    assert [await bell.ring_now([ring]) for _ in range(3)] == [False, False, False]
    assert asked == 1
    await bell.aclose()
