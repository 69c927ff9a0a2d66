"""A delivery that workers die of is given up; one that only lost its workers by chance is not."""

import pytest

from dravo.deliveries import claims, reaping
from dravo.kit.ids import Key
from dravo.kit.leases import Lease
from support.engine import Engine


async def dies(engine: Engine, key: Key, poison_after: int | None = 3) -> None:
    """A worker claims the delivery and is never heard of again."""
    assert await claims.claim(engine.resources.db, key, Lease(60)) is not None
    await engine.move(61)
    assert await reaping.take_back(engine.resources.db, key, poison_after=poison_after)


async def test_three_workers_that_die_at_the_same_step_end_it(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    key = await engine.post()
    for _ in range(2):
        await dies(engine, key)
        assert (await engine.book.delivery(key)).status == "queued"
    await dies(engine, key)
    failed = await engine.book.delivery(key)
    assert (failed.status, failed.error_code, failed.crashes) == ("failed", "worker_crashed", 3)
    assert engine.network.calls == []
    assert await engine.book.events() == ["post.failed"]


async def test_leases_that_ended_while_postgres_was_away_are_nobodys_fault(engine: Engine) -> None:
    key = await engine.post()
    for _ in range(4):
        await dies(engine, key, poison_after=None)
    assert (await engine.book.delivery(key)).crashes == 0
    assert (await engine.run(key)).status == "published"


async def test_a_step_in_between_begins_the_count_anew(engine: Engine) -> None:
    engine.adapter.waits = True
    key = await engine.post()
    for _ in range(4):
        await dies(engine, key)
        assert (await engine.run_when_due(key)).status == "queued"  # it waits for its network
        await engine.move(40)
    assert (await engine.book.delivery(key)).crashes == 0


async def test_what_was_sent_is_given_up_as_unconfirmed(engine: Engine) -> None:
    key = await engine.post()
    await dies(engine, key)
    await engine.book.run(
        "INSERT INTO commits (workspace_id, environment, id, delivery_id, name, state, generation, lease_token,"
        " request_hash, send_before, opened_at, looks) SELECT workspace_id, environment, 'cmt', id, 'publish', 'open',"
        " 1, 't', '', dravo_now(), dravo_now(), 0 FROM deliveries"
    )
    await engine.book.run("UPDATE deliveries SET publish_state = 'open'")
    for _ in range(3):
        await dies(engine, key)
    given_up = await engine.book.delivery(key)
    assert (given_up.status, given_up.error_code) == ("unconfirmed", "worker_crashed")
    assert given_up.next_look_at is None
    assert await engine.book.events() == ["post.unconfirmed"]
