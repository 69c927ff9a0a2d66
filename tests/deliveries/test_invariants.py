"""The promises that the book can be asked about in use: none is broken by what the engine does, and each can be seen broken."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import invariants
from dravo.kit.http import AnswerLost
from dravo.kit.ids import Key, new_id
from dravo.platforms.errors import Rejected
from support.engine import Engine

LEASE = "lease_token = 'worker', lease_until = dravo_now() + interval '20 seconds', status = 'processing'"


async def broken(engine: Engine, *wrongs: str, **values: object) -> dict[str, int]:
    """Which invariants are broken after these statements, and how often; everything is undone afterwards."""
    async with engine.resources.db.transaction() as session:
        for wrong in wrongs:
            await session.execute(text(wrong), {name: value for name, value in values.items() if f":{name}" in wrong})
        found = await _all(engine, session)
        await session.rollback()
    return {invariant: number for invariant, number in found.items() if number}


async def _all(engine: Engine, session: AsyncSession) -> dict[str, int]:
    settings = engine.resources.settings
    return {name: await invariants.violations(session, name, settings) for name in invariants.QUESTIONS}


async def test_nothing_is_broken_by_a_life_of_deliveries(engine: Engine) -> None:
    assert await broken(engine) == {}
    await engine.book.one_post("fake", scheduled_in=timedelta(days=300))
    published = await engine.post()
    assert await broken(engine) == {}
    assert (await engine.until_final(published)).status == "published"
    assert await broken(engine) == {}


async def test_a_lease_that_nobody_takes_back_breaks_the_second(engine: Engine) -> None:
    key = await engine.post()
    taken = f"UPDATE deliveries SET {LEASE} WHERE id = :id"
    assert await broken(engine, taken, id=key.id) == {}
    over = "UPDATE deliveries SET lease_until = dravo_now() - interval '6 minutes' WHERE id = :id"
    assert await broken(engine, taken, over, id=key.id) == {"2": 1}
    endless = "UPDATE deliveries SET lease_until = dravo_now() + interval '1 hour' WHERE id = :id"
    assert await broken(engine, taken, endless, id=key.id) == {"2": 1}


async def test_a_delivery_that_waits_beyond_every_limit_breaks_the_second(engine: Engine) -> None:
    key = await engine.post()
    wait = "UPDATE deliveries SET due_at = dravo_now() + CAST(:wait AS interval) WHERE id = :id"
    assert await broken(engine, wait, id=key.id, wait=timedelta(days=30)) == {}
    assert await broken(engine, wait, id=key.id, wait=timedelta(days=33)) == {"2": 1}


async def test_a_look_that_is_never_made_breaks_the_second(engine: Engine) -> None:
    key = await engine.post()
    look = (
        "UPDATE deliveries SET status = 'unconfirmed', publish_state = 'open',"
        " next_look_at = dravo_now() + interval '33 days' WHERE id = :id"
    )
    assert await broken(engine, look, id=key.id) == {"2": 1}


async def test_a_scheduled_delivery_whose_post_has_gone_on_breaks_the_second(engine: Engine) -> None:
    key = await engine.book.one_post("fake", scheduled_in=timedelta(hours=1))
    forgotten = "UPDATE posts SET status = 'queued' WHERE id = (SELECT post_id FROM deliveries WHERE id = :id)"
    assert await broken(engine, forgotten, id=key.id) == {"2": 1}


async def test_two_live_commits_break_the_sixth_and_so_does_the_loss_of_what_forbids_them(engine: Engine) -> None:
    key = await engine.post()
    await engine.until_final(key)
    gone = "DROP INDEX uq_commits_one_live"
    assert await broken(engine, gone) == {"6": 1}
    another = (
        "INSERT INTO commits SELECT (jsonb_populate_record(c, jsonb_build_object('id', CAST(:other AS text)))).*"
        " FROM commits c WHERE c.delivery_id = :id AND c.name = 'publish'"
    )
    assert await broken(engine, gone, another, id=key.id, other=new_id("cmt")) == {"6": 2}


async def test_two_leases_of_an_account_break_the_eighth_and_so_does_the_loss_of_what_forbids_them(
    engine: Engine,
) -> None:
    account = await engine.book.account("fake")
    await engine.book.post(account)
    await engine.book.post(account)
    gone = "DROP INDEX uq_deliveries_one_lease_per_account"
    assert await broken(engine, gone) == {"8": 1}
    both = f"UPDATE deliveries SET {LEASE} WHERE account_id = :account"
    assert await broken(engine, gone, both, account=account) == {"8": 2}


@pytest.mark.parametrize(
    ("failure", "end"),
    [(None, "published"), (Rejected("rejected", "No."), "failed"), (AnswerLost("reset"), "unconfirmed")],
    ids=["published", "failed", "unconfirmed"],
)
async def test_an_end_that_no_event_tells_of_breaks_the_twelfth(
    engine: Engine, failure: Exception | None, end: str
) -> None:
    if failure is not None:
        engine.network.on("/publish", failure)
    key = await engine.post()
    assert (await engine.until_final(key)).status == end
    assert await broken(engine) == {}
    assert await broken(engine, "DELETE FROM webhook_events") == {"12": 1}
    of_another = "UPDATE webhook_events SET data = jsonb_set(data, ARRAY['id'], to_jsonb(CAST('post_x' AS text)))"
    assert await broken(engine, of_another) == {"12": 1}
    another_end = "UPDATE webhook_events SET event_type = 'post.canceled'"
    assert await broken(engine, another_end) == {"12": 1}


async def test_what_was_given_lately_is_told_by_its_id(engine: Engine) -> None:
    key: Key = await engine.post()
    assert invariants.first_id("del", timedelta(minutes=1)) < key.id < invariants.first_id("del", -timedelta(minutes=1))
