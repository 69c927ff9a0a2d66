"""A worker in this process, over real Postgres and Valkey: bell, dispatch, signals."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dravo import worker
from dravo.kit.db import Database
from dravo.kit.http import Reply, Request
from dravo.kit.ids import Key
from dravo.kit.queue import Bell, Ring
from dravo.local import valkey
from dravo.models import Hold
from dravo.resources import Resources
from dravo.settings import Settings
from support.engine import Engine
from support.network import NAME, reply

Start = Callable[[Resources], Any]


@pytest.fixture
async def start(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Start a worker over given resources; it is ended as an operator would end it."""
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []

    async def begin(resources: Resources) -> asyncio.Task[None]:
        @asynccontextmanager
        async def opened(_settings: Settings) -> AsyncIterator[Resources]:
            yield resources

        monkeypatch.setattr(worker, "opened", opened)
        monkeypatch.setattr(worker, "POLL_SECONDS", 0.01)
        tasks.append(asyncio.create_task(worker.run(resources.settings, [NAME])))
        return tasks[-1]

    try:
        yield begin
    finally:
        if any(not task.done() for task in tasks):
            os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(*tasks), 10)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        tasks.clear()
        gc.collect()  # what a worker left open is this test's fault and not a later one's


def with_(engine: Engine, **changes: Any) -> Resources:
    return replace(engine.resources, settings=engine.resources.settings.model_copy(update=changes))


async def until_published(engine: Engine, key: Key) -> None:
    async with asyncio.timeout(10):
        while (await engine.book.delivery(key)).status != "published":  # noqa: ASYNC110 - a row rings no bell
            await asyncio.sleep(0.01)


async def test_a_ring_is_delivered(engine: Engine, start: Start) -> None:
    await start(with_(engine, dispatch_seconds=3600.0))  # dispatch looks once, before the post is there
    await asyncio.sleep(0.1)
    key = await engine.post()
    engine.resources.queue.ring([Ring(key, NAME, 0)])
    await until_published(engine, key)


async def test_sigterm_lets_running_deliveries_end_and_takes_nothing_new(engine: Engine, start: Start) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Reply:
        begun.set()
        await may_end.wait()
        return reply({"id": "p1"})

    engine.network.on("/publish", slow)
    running = await start(with_(engine, dispatch_seconds=0.02))
    key = await engine.post()
    await asyncio.wait_for(begun.wait(), 10)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.05)
    late = await engine.post()
    may_end.set()
    await asyncio.wait_for(running, 10)
    assert (await engine.book.delivery(key)).status == "published"
    assert (await engine.book.delivery(late)).status == "queued"


async def test_sigterm_gives_back_what_does_not_end_in_time(engine: Engine, start: Start) -> None:
    begun = asyncio.Event()

    async def hang(_request: Request) -> Reply:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    engine.network.on("/prepare", hang)
    running = await start(with_(engine, dispatch_seconds=0.02, grace_seconds=0.05))
    key = await engine.post()
    await asyncio.wait_for(begun.wait(), 10)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
    given_back = await engine.book.delivery(key)
    assert (given_back.status, given_back.lease_token) == ("queued", None)


async def test_deliveries_go_on_while_redis_is_away_and_the_bell_works_again_after(
    engine: Engine, start: Start, tmp_path: Path
) -> None:
    server = valkey.prepare(tmp_path)
    bell = Bell(server.url)
    changes = {"redis_url": type(engine.resources.settings.database_url)(server.url), "dispatch_seconds": 0.05}
    with server:
        await start(replace(with_(engine, **changes), queue=bell))
        first = await engine.post()
        await until_published(engine, first)
    second = await engine.post()
    await until_published(engine, second)
    with server:
        third = await engine.post()
        await until_published(engine, third)
    await bell.aclose()


async def test_a_worker_waits_for_its_postgres(engine: Engine, start: Start) -> None:
    key = await engine.post()
    away = Database("postgresql+asyncpg://nobody:x@127.0.0.1:1/none")
    running = await start(replace(engine.resources, db=away))
    await asyncio.sleep(0.1)
    assert not running.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
    assert (await engine.book.delivery(key)).status == "queued"


async def test_a_worker_says_which_settings_of_a_network_have_ended(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = engine.resources.settings.model_copy(update={"linkedin_version": "202511"})
    watching = asyncio.create_task(worker._watch_settings(replace(engine.resources, settings=ended), ["x", "linkedin"]))
    await asyncio.sleep(0)
    watching.cancel()
    said = capsys.readouterr().out
    assert said.count("network_settings") == 2  # the event and the alert, for LinkedIn alone
    assert "202511" in said
    assert "DRAVO_LINKEDIN_VERSION" in said


async def test_a_worker_that_starts_with_other_settings_ends_a_hold(engine: Engine) -> None:
    await engine.book.run(
        "INSERT INTO holds VALUES ('test', 'linkedin', 'api_version_retired', 'x', CAST(:config AS jsonb), dravo_now(), dravo_now())",
        config='{"version": "202511"}',
    )
    await worker._end_outdated_holds(engine.resources)
    async with engine.resources.db.transaction() as session:
        assert list(await session.scalars(select(Hold))) == []
