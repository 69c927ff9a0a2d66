"""Holding a lease: a heartbeat keeps it, and whoever loses it stops by itself."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dravo.deliveries import claims, queries, reaping, runner
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.http import Reply, Request
from dravo.kit.ids import Key
from dravo.kit.leases import Lease, LeaseLost, kept
from dravo.models import Delivery
from support.engine import Engine


async def claimed(engine: Engine, key: Key, seconds: float = 60) -> tuple[Delivery | None, Lease]:
    lease = Lease(seconds)
    return await claims.claim(engine.resources.db, key, lease), lease


async def test_a_heartbeat_keeps_the_lease(engine: Engine) -> None:
    key = await engine.post()
    _, lease = await claimed(engine, key, seconds=60)
    before = (await engine.book.delivery(key)).lease_until
    await engine.move(30)
    async with engine.resources.db.transaction() as session:
        assert await queries.renew(session, key, lease.token, 60)
    after = (await engine.book.delivery(key)).lease_until
    assert before is not None
    assert after is not None
    assert after - before >= timedelta(seconds=30)


async def test_a_heartbeat_does_not_shorten_a_lease_nor_wake_a_dead_one(engine: Engine) -> None:
    key = await engine.post()
    _, lease = await claimed(engine, key, seconds=60)
    before = (await engine.book.delivery(key)).lease_until
    async with engine.resources.db.transaction() as session:
        assert await queries.renew(session, key, lease.token, 1)
        assert not await queries.renew(session, key, "another", 60)
    assert (await engine.book.delivery(key)).lease_until == before
    await engine.move(61)
    async with engine.resources.db.transaction() as session:
        assert not await queries.renew(session, key, lease.token, 60)


async def until(lease: Lease, renew: Any, *, every: float = 0.01) -> None:
    """Work forever under a lease; a test's end is the lease's."""
    async with asyncio.timeout(5), kept(lease, renew, every=every):
        await asyncio.Event().wait()


async def test_a_lost_lease_stops_the_run() -> None:
    lease = Lease(60)
    lease.renewed(time.monotonic())

    async def refused() -> bool:
        return False

    with pytest.raises(LeaseLost):
        await until(lease, refused)


async def test_a_run_stops_by_itself_when_postgres_cannot_be_asked_and_its_time_is_over() -> None:
    lease = Lease(0.05)
    lease.renewed(time.monotonic())
    asked = []

    async def away() -> bool:
        asked.append(1)
        raise DatabaseUnavailable("away")

    with pytest.raises(LeaseLost):
        await until(lease, away)
    assert len(asked) >= 2  # it went on believing until the end


async def test_a_renewed_lease_lets_the_work_end() -> None:
    lease = Lease(0.05)
    lease.renewed(time.monotonic())
    first = lease.deadline
    beats = []
    enough = asyncio.Event()

    async def granted() -> bool:
        beats.append(lease.deadline)
        if len(beats) == 20:
            enough.set()
        return True

    async with asyncio.timeout(5), kept(lease, granted, every=0.005):
        await enough.wait()  # twice as long as the lease without its heartbeat
    assert beats[0] == first < beats[-1]


async def test_cancelling_from_outside_is_not_taken_for_a_lost_lease() -> None:
    lease = Lease(60)
    lease.renewed(time.monotonic())

    async def granted() -> bool:
        return True

    task = asyncio.create_task(until(lease, granted))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_run_that_loses_its_lease_sends_nothing_more(engine: Engine) -> None:
    hurried = engine.resources.settings.model_copy(update={"heartbeat_seconds": 0.01})
    resources = replace(engine.resources, settings=hurried)
    key = await engine.post()

    async def stolen(_request: Request) -> Reply:
        await engine.move(61)
        await asyncio.Event().wait()  # ended by the heartbeat
        raise AssertionError

    engine.network.on("/prepare", stolen)
    await asyncio.wait_for(runner.deliver(resources, key), 10)
    assert engine.network.calls == ["/prepare"]
    assert (await engine.book.delivery(key)).status == "processing"
    assert await reaping.take_back(engine.resources.db, key, poison_after=3)
