"""How many answers were lost is published: each lost one counts once, however it was settled, and no other does."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dravo.api import metrics
from dravo.deliveries import invariants, reaping
from dravo.kit.http import AnswerLost, Reply, Request
from dravo.kit.ids import Key
from dravo.models import Delivery
from dravo.platforms.base import Found, NotFound, Run
from dravo.platforms.errors import Rejected
from support.engine import Engine
from support.network import Id, reply
from support.tampering import ProcessDeath
from support.time import move_to


async def unknowns(engine: Engine) -> dict[str, int]:
    """By the name of the call and what came of it."""
    values = {
        "first_commit": invariants.first_id("cmt", metrics.UNKNOWNS_OF),
        "first_look": metrics._first_look(engine.resources.settings),
    }
    async with engine.resources.db.transaction() as session:
        rows = (await session.execute(text(metrics.UNKNOWNS), values)).mappings()
        return {f"{row['name']} {row['state']}": row["number"] for row in rows}


async def look(engine: Engine, key: Key) -> Delivery:
    seen = await engine.book.delivery(key)
    await move_to(engine.clock, engine.resources, seen.next_look_at or seen.due_at)
    return await engine.run(key)


async def test_an_answer_that_came_is_none(engine: Engine) -> None:
    await engine.until_final(await engine.post(options={"fake": {"first_comment": "First!"}}))
    engine.network.on("/publish", Rejected("rejected", "No."))
    assert (await engine.until_final(await engine.post())).status == "failed"
    assert await unknowns(engine) == {}


async def test_an_answer_that_came_late_is_none_though_something_was_looked_at_afterwards(engine: Engine) -> None:
    async def late(_request: Request) -> Reply:
        await engine.clock.move(timedelta(seconds=8))
        return reply({"id": "p1"})

    async def read(run: Run) -> None:
        await run.look(engine.adapter.look("/permalink"))

    engine.network.on("/publish", late)
    engine.adapter.after_publish = read
    key = await engine.post()
    assert (await engine.until_final(key)).status == "published"
    assert ("publish", "look") in {(entry.name, entry.kind) for entry in await engine.book.timeline(key)}
    assert await unknowns(engine) == {}


async def test_one_that_the_first_look_settles_counts(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    await engine.run(key)
    assert (await look(engine, key)).status == "published"
    (commit,) = await engine.book.commits(key)
    assert commit.looks == 0
    assert await unknowns(engine) == {"publish confirmed": 1}


async def test_one_that_a_dead_worker_left_counts(engine: Engine) -> None:
    engine.network.on("/publish", ProcessDeath())
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    with pytest.raises(ProcessDeath):
        await engine.run(key)
    until = (await engine.book.delivery(key)).lease_until
    assert until is not None
    await move_to(engine.clock, engine.resources, until)
    assert await reaping.take_back(engine.resources.db, key, poison_after=3)
    assert (await look(engine, key)).status == "published"
    assert await unknowns(engine) == {"publish confirmed": 1}


async def test_one_that_was_proven_absent_counts_and_what_was_sent_instead_does_not(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"), reply({"id": "p2"}))
    engine.adapter.find = NotFound.absent
    key = await engine.post()
    await engine.run(key)
    for _ in range(6):
        delivery = await look(engine, key)
        if delivery.status == "published":
            break
    assert await engine.book.commit_states(key) == [("publish", "refused"), ("publish", "confirmed")]
    assert await unknowns(engine) == {"publish refused": 1}


async def test_one_that_nothing_has_settled_counts_as_open(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    await look(engine, key)
    assert await unknowns(engine) == {"publish open": 1}
