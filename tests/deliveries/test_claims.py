"""Leases: one worker for a delivery, one delivery for an account, and nothing from a worker that has lost its lease."""

import asyncio
import time
from datetime import timedelta

import pytest

from dravo.deliveries import claims, dispatch, queries, reaping, runner
from dravo.deliveries.claimed import Claimed
from dravo.deliveries.journal import Journal
from dravo.deliveries.retry import Decision
from dravo.deliveries.sending import Sender
from dravo.kit.errors import Problem
from dravo.kit.http import Reply, Request
from dravo.kit.ids import Key
from dravo.kit.leases import Lease, LeaseLost
from dravo.lifecycle.states import Status
from dravo.models import Delivery
from dravo.platforms.base import Call, Found, NotFound, Published, Sent
from dravo.platforms.errors import Rejected
from dravo.posts import service
from support.engine import Engine
from support.network import NAME, Id, reply


async def claimed(engine: Engine, key: Key, seconds: float = 60) -> tuple[Delivery | None, Lease]:
    lease = Lease(seconds)
    return await claims.claim(engine.resources.db, key, lease), lease


async def journal(engine: Engine, key: Key) -> Journal:
    """A journal of a claim of its own."""
    delivery, lease = await claimed(engine, key)
    assert delivery is not None
    async with engine.resources.db.transaction() as session:
        now = await queries.clock(session)
    held = Claimed(
        db=engine.resources.db,
        cipher=engine.resources.cipher,
        delivery=delivery,
        lease=lease,
        sender=Sender(engine.network, delivery, lease, token="t", secrets=["t"]),
        now=now,
    )
    return Journal(held, steps={}, commits=[])


def call(path: str, *, effect: bool = False) -> Call[Id]:
    request = Request(method="POST", host="fake.test", path=path, json={})
    return Call(request, Id, lambda answer: Id.model_validate(answer.json()), effect=effect)


async def nowhere(_sent: Sent) -> Found[Id] | NotFound:
    return NotFound.unknown


async def lose(engine: Engine, key: Key) -> None:
    """Let the lease of a delivery run out and another worker take it."""
    await engine.move(61)
    assert await reaping.take_back(engine.resources.db, key, poison_after=3)
    taken, _ = await claimed(engine, key)
    assert taken is not None


async def test_of_eight_racing_claims_one_gets_the_delivery(engine: Engine) -> None:
    key = await engine.post()
    results = await asyncio.gather(*(claimed(engine, key) for _ in range(8)))
    won = [lease for delivery, lease in results if delivery is not None]
    assert len(won) == 1
    assert (await engine.book.delivery(key)).lease_token == won[0].token


async def test_eight_racing_runs_publish_once(engine: Engine) -> None:
    key = await engine.post()
    await asyncio.gather(*(runner.deliver(engine.resources, key) for _ in range(8)))
    assert engine.network.calls == ["/prepare", "/publish"]
    assert (await engine.book.delivery(key)).status == "published"


async def test_an_account_has_one_live_lease(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    keys = [(await engine.book.post(account))[0] for _ in range(4)]
    results = await asyncio.gather(*(claimed(engine, key) for key in keys))
    assert sum(delivery is not None for delivery, _ in results) == 1
    statuses = [(await engine.book.delivery(key)).status for key in keys]
    assert sorted(statuses) == ["processing", "queued", "queued", "queued"]


async def test_what_is_not_due_is_not_claimed(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    (key,) = await engine.book.post(account, scheduled_in=timedelta(hours=1))
    assert (await claimed(engine, key))[0] is None
    assert (await engine.book.delivery(key)).status == "scheduled"
    await engine.book.run("UPDATE deliveries SET status = 'queued'")
    assert (await claimed(engine, key))[0] is None
    assert (await claimed(engine, engine.book.key("del_unknown")))[0] is None


async def test_a_claim_shows_in_the_post(engine: Engine) -> None:
    key = await engine.post()
    delivery, lease = await claimed(engine, key)
    assert delivery is not None
    assert (delivery.status, delivery.lease_token) == ("processing", lease.token)
    assert lease.deadline > time.monotonic() + 50
    assert (await engine.book.post_of(key)).status == "processing"


async def test_a_stale_lease_keeps_no_step(engine: Engine) -> None:
    key = await engine.post()
    stale = await journal(engine, key)
    await lose(engine, key)
    with pytest.raises(LeaseLost):
        await stale.step("prepare", call("/prepare"))
    assert await engine.book.steps(key) == {}


async def test_a_stale_lease_sends_nothing_that_publishes(engine: Engine) -> None:
    key = await engine.post()
    stale = await journal(engine, key)
    await lose(engine, key)
    with pytest.raises(LeaseLost):
        await stale.commit("publish", call("/publish", effect=True), find=nowhere)
    assert engine.network.calls == []
    assert await engine.book.commits(key) == []


async def test_a_lease_that_is_over_sends_nothing_though_nobody_has_taken_it(engine: Engine) -> None:
    key = await engine.post()
    over = await journal(engine, key)
    await engine.move(61)
    with pytest.raises(LeaseLost):
        await over.commit("publish", call("/publish", effect=True), find=nowhere)
    assert engine.network.calls == []
    assert await engine.book.commits(key) == []


async def test_expired_lease_cannot_settle(engine: Engine) -> None:
    key = await engine.post()
    stale = await journal(engine, key)
    await lose(engine, key)
    assert not await claims.settle(engine.resources.db, stale.claimed, Decision(Status.failed, error_code="x"))
    assert not await claims.settle_published(engine.resources.db, stale.claimed, Published("p", None))
    delivery = await engine.book.delivery(key)
    assert (delivery.status, delivery.error_code, delivery.platform_post_id) == ("processing", None, None)
    assert await engine.book.events() == []


async def test_a_lease_lost_during_the_call_leaves_the_intent_to_the_next_worker(engine: Engine) -> None:
    key = await engine.post()

    async def taken_meanwhile(_request: Request) -> Reply:
        engine.network.on("/publish", reply({"id": "p1"}))
        await engine.move(61)
        assert await reaping.take_back(engine.resources.db, key, poison_after=3)
        return reply({"id": "p1"})

    engine.network.on("/publish", taken_meanwhile)
    engine.adapter.find = Found(Id(id="p1"))
    assert (await engine.run(key)).publish_state == "open"
    found = await engine.run(key)
    assert (found.status, found.platform_post_id) == ("published", "p1")
    assert engine.network.count("/publish") == 1


async def test_a_lease_is_dead_only_when_its_time_is_over(engine: Engine) -> None:
    key = await engine.post()
    await claimed(engine, key)
    assert not await reaping.take_back(engine.resources.db, key, poison_after=3)
    await engine.move(61)
    assert await reaping.take_back(engine.resources.db, key, poison_after=3)
    taken_back = await engine.book.delivery(key)
    assert (taken_back.status, taken_back.lease_token, taken_back.attempts) == ("queued", None, 1)


async def test_a_cancelled_run_gives_its_lease_back(engine: Engine) -> None:
    key = await engine.post()
    asked = asyncio.Event()

    async def hang(_request: Request) -> Reply:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    engine.network.on("/prepare", hang)
    running = asyncio.create_task(runner.deliver(engine.resources, key))
    await asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    given_back = await engine.book.delivery(key)
    assert (given_back.status, given_back.lease_token, given_back.attempts) == ("queued", None, 0)
    engine.network.on("/prepare", reply({"id": "x"}))
    assert (await engine.run(key)).status == "published"


async def test_only_a_scheduled_post_can_be_canceled_and_then_nothing_is_sent(engine: Engine) -> None:
    """Cancel and claim race for the same rows: whoever comes second finds nothing to do."""
    for _ in range(8):
        account = await engine.book.account(NAME)
        (key,) = await engine.book.post(account, scheduled_in=timedelta(seconds=5))
        await engine.move(6)
        before = engine.network.count("/publish")
        canceled, _ = await asyncio.gather(_cancel(engine, key), _due_and_run(engine, key))
        delivery = await engine.book.delivery(key)
        assert delivery.status == ("canceled" if canceled else "published")
        assert engine.network.count("/publish") - before == (0 if canceled else 1)


async def _cancel(engine: Engine, key: Key) -> bool:
    """Whether the post could be canceled; a post that is under way is refused."""
    post = engine.book.key((await engine.book.delivery(key)).post_id)
    try:
        async with engine.resources.db.transaction() as session:
            return (await service.cancel(session, post)).status == "canceled"
    except Problem:
        return False


async def _due_and_run(engine: Engine, key: Key) -> None:
    await dispatch.round_of_dispatch(engine.resources, [NAME])
    await runner.deliver(engine.resources, key)


async def test_no_intent_is_opened_for_a_delivery_that_is_not_processing_any_more(engine: Engine) -> None:
    key = await engine.post()
    held = await journal(engine, key)
    await claims.give_back(engine.resources.db, key, lease_token=held.claimed.lease.token)
    with pytest.raises(LeaseLost):
        await held.commit("publish", call("/publish", effect=True), find=nowhere)
    assert engine.network.calls == []


async def test_a_lease_given_back_by_a_stale_worker_stays_with_the_new_one(engine: Engine) -> None:
    key = await engine.post()
    _, stale = await claimed(engine, key)
    await lose(engine, key)
    assert not await claims.give_back(engine.resources.db, key, lease_token=stale.token)
    assert (await engine.book.delivery(key)).status == "processing"


async def test_a_refusal_that_settles_twice_counts_once(engine: Engine) -> None:
    key = await engine.post()
    held = await journal(engine, key)
    with pytest.raises(Rejected):
        await held.commit("publish", _refused(), find=nowhere)
    decision = Decision(Status.failed, error_code="no", error_class="rejected")
    assert await claims.settle(engine.resources.db, held.claimed, decision)
    assert not await claims.settle(engine.resources.db, held.claimed, decision)
    assert (await engine.book.delivery(key)).attempts == 1
    assert await engine.book.events() == ["post.failed"]


def _refused() -> Call[Id]:
    def read(_answer: Reply) -> Id:
        raise Rejected("no", "No.")

    return Call(Request(method="POST", host="fake.test", path="/publish", json={}), Id, read, effect=True)
