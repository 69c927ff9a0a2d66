"""A deployment that is wrong about a network holds that network: nothing burns, one tries, all go on."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from dravo.deliveries.held import BEHIND
from dravo.deliveries.holds import CANARY_EVERY, end_outdated
from dravo.kit.http import AnswerLost, Reply, Request
from dravo.kit.ids import Key
from dravo.models import Hold
from dravo.platforms.base import Found
from dravo.platforms.errors import Misconfigured
from support.engine import Engine
from support.network import Id, reply

RETIRED = reply({"code": "NONEXISTENT_VERSION"}, status=426)
LONG = timedelta(hours=30)


def read(answer: Reply) -> Id:
    if answer.status == 426:
        raise Misconfigured("api_version_retired", "The version has ended.", scope="deployment")
    return Id.model_validate(answer.json())


@pytest.fixture
def retired(engine: Engine) -> Engine:
    engine.adapter.read = read
    engine.network.on("/prepare", RETIRED)
    return engine


async def holds(engine: Engine) -> list[Hold]:
    async with engine.resources.db.transaction() as session:
        return list(await session.scalars(select(Hold)))


async def test_the_first_to_meet_it_holds_all(retired: Engine) -> None:
    first, second = await retired.post(), await retired.post()
    held = await retired.run(first)
    assert (held.status, held.waiting_for, held.error_code) == ("queued", "configuration", "api_version_retired")
    (hold,) = await holds(retired)
    assert (hold.environment, hold.platform, hold.code) == ("test", "fake", "api_version_retired")
    assert (hold.canary_at - hold.since).total_seconds() == pytest.approx(CANARY_EVERY.total_seconds(), abs=1)
    other = await retired.book.delivery(second)
    assert (other.waiting_for, other.due_at, other.error_message) == (
        "configuration",
        hold.canary_at,
        "The version has ended.",
    )


async def test_what_comes_later_is_kept_back_without_a_call(retired: Engine) -> None:
    await retired.run(await retired.post())
    later = await retired.post()
    kept = await retired.run(later)
    assert (kept.status, kept.waiting_for, kept.attempts) == ("queued", "configuration", 0)
    assert retired.network.calls == ["/prepare"]


async def test_one_canary_tries_and_renews_the_hold(retired: Engine) -> None:
    first, second = await retired.post(), await retired.post()
    await retired.run(first)
    await retired.run_when_due(first)
    await retired.run(second)
    assert retired.network.calls == ["/prepare", "/prepare"]
    (hold,) = await holds(retired)
    assert hold.canary_at - hold.since >= 2 * CANARY_EVERY


async def test_when_the_canary_gets_through_all_go_on(retired: Engine) -> None:
    first, second = await retired.post(), await retired.post()
    await retired.run(first)
    retired.network.on("/prepare", reply({"id": "1"}))
    assert (await retired.run_when_due(first)).status == "published"
    assert await holds(retired) == []
    assert (await retired.run(second)).status == "published"


async def test_the_time_of_a_hold_makes_no_post_late(retired: Engine) -> None:
    key = await retired.post()
    await retired.run(key)
    tries = int(LONG / CANARY_EVERY)
    for _ in range(tries):
        assert (await retired.run_when_due(key)).status == "queued"
    retired.network.on("/prepare", reply({"id": "1"}))
    assert (await retired.run_when_due(key)).status == "published"


async def test_a_hold_of_one_network_leaves_the_others_alone(retired: Engine) -> None:
    key: Key = await retired.post()
    await retired.book.run("UPDATE deliveries SET platform = 'fake'")
    await retired.book.run(
        "INSERT INTO holds VALUES ('live', 'fake', 'x', 'x', '{}', dravo_now(), dravo_now() + interval '1 hour'),"
        " ('test', 'other', 'x', 'x', '{}', dravo_now(), dravo_now() + interval '1 hour')"
    )
    retired.network.on("/prepare", reply({"id": "1"}))
    assert (await retired.run(key)).status == "published"
    assert len(await holds(retired)) == 2


async def test_a_comment_that_meets_it_holds_the_network_and_waits(engine: Engine) -> None:
    engine.adapter.read = read
    engine.network.on("/comment", RETIRED, reply({"id": "c1"}))
    key = await engine.post(options={"fake": {"first_comment": "First!"}})
    held = await engine.run(key)
    assert (held.status, held.waiting_for, held.publish_state) == ("queued", "configuration", "confirmed")
    assert len(await holds(engine)) == 1
    published = await engine.run_when_due(key)
    assert (published.status, published.warnings) == ("published", [])
    assert engine.network.count("/publish") == 1


async def test_a_look_that_meets_it_holds_the_network_and_is_made_later(engine: Engine) -> None:
    engine.adapter.read = read
    engine.adapter.find = Found(Id(id="p1"))
    engine.network.on("/publish", AnswerLost("reset"))
    engine.network.on("/find", RETIRED, reply({"id": "x"}))
    key = await engine.post()
    await engine.run(key)
    held = await engine.run_when_due(key)
    assert (held.status, held.waiting_for, held.publish_state) == ("queued", "configuration", "open")
    assert (await engine.run_when_due(key)).status == "published"


async def test_a_run_from_before_the_hold_does_not_end_it(engine: Engine) -> None:
    """Its calls may have been answered before the version ended."""
    engine.adapter.read = read
    slow, other = await engine.post(), await engine.post()

    async def meanwhile(_request: Request) -> Reply:
        engine.network.on("/prepare", RETIRED)
        await engine.run(other)
        return reply({"id": "p1"})

    engine.network.on("/publish", meanwhile)
    assert (await engine.run(slow)).status == "published"
    assert len(await holds(engine)) == 1


async def test_claims_and_settlements_of_a_held_network_do_not_block_each_other(engine: Engine) -> None:
    """Canaries and other runs of the same accounts, all at once."""
    engine.adapter.read = read
    accounts = [await engine.book.account("fake") for _ in range(4)]
    keys = [(await engine.book.post(account))[0] for account in accounts for _ in range(3)]
    engine.network.on("/publish", RETIRED)
    for _ in range(3):
        await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
        await engine.move(CANARY_EVERY.total_seconds() + 1)
    assert {(await engine.book.delivery(key)).status for key in keys} == {"queued"}
    engine.network.on("/publish", *[reply({"id": f"p{number}"}) for number in range(20)])
    for _ in range(4):
        await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
        await engine.move(2 * BEHIND.total_seconds())
    assert {(await engine.book.delivery(key)).status for key in keys} == {"published"}


@pytest.mark.parametrize(("changed", "held"), [({"version": "2"}, False), ({"version": "1"}, True)])
async def test_a_worker_that_starts_with_other_settings_ends_the_hold(
    retired: Engine, changed: dict[str, str], *, held: bool
) -> None:
    key = await retired.post()
    await retired.run(key)
    await retired.book.run("""UPDATE holds SET config = '{"version": "1"}'""")
    async with retired.resources.db.transaction() as session:
        await end_outdated(session, lambda _network: changed)
    assert (len(await holds(retired)) == 1) == held
    delivery = await retired.book.delivery(key)
    assert (delivery.due_at > await retired.book.now()) == held
