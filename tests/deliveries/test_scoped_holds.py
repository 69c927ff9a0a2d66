"""A fault of an account or of an app holds what it is true of, and nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import text

from dravo.deliveries import runner
from dravo.deliveries.held import BEHIND
from dravo.deliveries.holds import CANARY_EVERY, standing
from dravo.kit.http import AnswerLost, NotSent, Reply, Request
from dravo.kit.ids import Key
from dravo.models import Hold
from dravo.platforms.base import Found
from dravo.platforms.errors import Misconfigured
from support.engine import Engine
from support.neighbours import another_workspace
from support.network import NAME, Id, Say, reply

FORBIDDEN = reply(status=403)


def misconfigured(engine: Engine, scope: Literal["account", "app", "deployment"], *answers: Reply) -> None:
    """Let `/prepare` answer so; 403 is a fault of that scope."""

    def read(answer: Reply) -> Id:
        if answer.status == 403:
            raise Misconfigured("permission_missing", "A permission is missing.", scope=scope)
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    engine.network.on("/prepare", *answers)


async def holds(engine: Engine) -> list[Hold]:
    async with engine.resources.db.transaction() as session:
        return list(await standing(session))


async def waiting(engine: Engine, keys: Sequence[Key]) -> list[str | None]:
    return [(await engine.book.delivery(key)).waiting_for for key in keys]


async def test_an_account_that_is_misconfigured_holds_its_own_and_nobody_else(engine: Engine) -> None:
    account = await engine.book.account(NAME, client_id="app-1")
    [met], [same] = [await engine.book.post(account) for _ in range(2)]
    [other] = await engine.book.post(await engine.book.account(NAME, client_id="app-1"))
    misconfigured(engine, "account", FORBIDDEN, reply({"id": "1"}))
    await engine.run(met)
    [hold] = await holds(engine)
    assert (hold.scope, hold.scope_id, hold.code) == ("account", account, "permission_missing")
    assert await waiting(engine, [met, same, other]) == ["configuration", "configuration", None]
    kept = await engine.book.delivery(same)
    assert (kept.error_code, kept.error_class, kept.error_message, kept.attempts) == (
        "permission_missing",
        "misconfigured",
        "A permission is missing.",
        0,
    )
    assert (await engine.run(other)).status == "published"
    assert len(await holds(engine)) == 1


async def test_an_app_holds_its_accounts_of_this_workspace_alone(engine: Engine) -> None:
    strangers = await another_workspace(engine.book)
    [met, same, alone] = [
        (await engine.book.post(await engine.book.account(NAME, client_id=app)))[0]
        for app in ("app-1", "app-1", "app-2")
    ]
    [unknown] = await engine.book.post(await engine.book.account(NAME))
    [foreign] = await strangers.post(await strangers.account(NAME, client_id="app-1"))
    misconfigured(engine, "app", FORBIDDEN, reply({"id": "1"}))
    await engine.run(met)
    [hold] = await holds(engine)
    assert (hold.scope, hold.scope_id) == ("app", f"{engine.book.workspace_id}:app-1")
    assert await waiting(engine, [met, same, alone, unknown]) == ["configuration", "configuration", None, None]
    later = (await engine.book.post((await engine.book.delivery(same)).account_id))[0]
    assert (await engine.run(later)).waiting_for == "configuration"
    for book, key in ((engine.book, alone), (engine.book, unknown), (strangers, foreign)):
        await runner.deliver(engine.resources, key)
        assert (await book.delivery(key)).status == "published"
    assert len(await holds(engine)) == 1


async def test_an_account_whose_app_is_not_known_stands_for_it(engine: Engine) -> None:
    met, other = await engine.post(), await engine.post()
    misconfigured(engine, "app", FORBIDDEN)
    await engine.run(met)
    assert [hold.scope for hold in await holds(engine)] == ["account"]
    assert await waiting(engine, [met, other]) == ["configuration", None]


@pytest.mark.parametrize("scope", ["account", "app"])
async def test_when_the_canary_gets_through_all_of_the_scope_go_on(
    engine: Engine, scope: Literal["account", "app"]
) -> None:
    account = await engine.book.account(NAME, client_id="app-1")
    keys = [(await engine.book.post(account))[0] for _ in range(4)]
    misconfigured(engine, scope, FORBIDDEN, reply({"id": "1"}))
    await engine.run(keys[0])
    assert (await engine.run_when_due(keys[1])).status == "published"
    assert await holds(engine) == []
    for key in keys[2:]:
        assert (await engine.run(key)).status == "published"
    assert (await engine.run_when_due(keys[0])).status == "published"
    assert (await engine.book.now()) - (await engine.book.delivery(keys[0])).due_since < BEHIND + timedelta(minutes=1)


async def test_a_post_that_its_account_cannot_make_holds_the_others_once(engine: Engine) -> None:
    """Its account is not wrong, so what else waits goes out in one go behind the canary, not one each quarter of an hour."""
    account = await engine.book.account(NAME)
    keys = [(await engine.book.post(account, words=f"Nr. {number}"))[0] for number in range(5)]
    stuck, *fine = keys
    misconfigured(engine, "account", FORBIDDEN, reply({"id": "1"}))
    await engine.run(stuck)
    await engine.run_when_due(fine[0])
    assert {(await engine.run(key)).status for key in fine[1:]} == {"published"}
    assert (await engine.book.delivery(stuck)).due_at > await engine.book.now()


async def test_posts_that_cannot_be_made_take_turns_behind_one_that_can(engine: Engine) -> None:
    """Each round one of them tries; the one that can be made gets its turn before any tries again."""
    account = await engine.book.account(NAME)
    keys = [(await engine.book.post(account, words=f"Nr. {number}"))[0] for number in range(4)]
    good = keys[-1]
    tried: list[str] = []

    async def prepare(_request: Request) -> Reply:
        [(leased, _)] = await _leased(engine)
        tried.append(leased)
        return reply({"id": "1"}) if leased == good.id else FORBIDDEN

    misconfigured(engine, "account")
    engine.network.on("/prepare", prepare)
    await engine.run(keys[0])
    for _ in range(3):
        deliveries = [await engine.book.delivery(key) for key in keys]
        following = min(deliveries, key=lambda delivery: (delivery.due_at, delivery.id))
        await engine.run_when_due(engine.book.key(following.id))
    assert tried == [key.id for key in keys]
    assert (await engine.book.delivery(good)).status == "published"


async def _leased(engine: Engine) -> list[tuple[str, str]]:
    async with engine.resources.db.transaction() as session:
        rows = await session.execute(text("SELECT id, account_id FROM deliveries WHERE lease_token IS NOT NULL"))
        return [(row.id, row.account_id) for row in rows]


async def test_those_that_all_have_met_it_try_in_turn(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    keys = [(await engine.book.post(account))[0] for _ in range(2)]
    misconfigured(engine, "account", FORBIDDEN)
    await engine.run(keys[0])
    await engine.run_when_due(keys[1])
    before = [(await engine.book.delivery(key)).due_at for key in keys]
    assert before[0] < before[1]
    await engine.run_when_due(keys[0])
    after = [(await engine.book.delivery(key)).due_at for key in keys]
    assert after[1] < after[0]


async def test_what_was_sent_is_looked_for_under_a_hold_of_its_account(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    [sent], [met] = [await engine.book.post(account) for _ in range(2)]
    engine.network.on("/publish", AnswerLost("reset"))
    engine.adapter.find = Found(Id(id="p1"))
    assert (await engine.run(sent)).publish_state == "open"
    misconfigured(engine, "account", FORBIDDEN)
    await engine.run(met)
    assert (await engine.book.delivery(sent)).waiting_for == "look"
    assert (await engine.run_when_due(sent)).status == "published"


async def test_a_rest_until_a_time_is_not_cut_short_by_a_release(engine: Engine) -> None:
    """A post that its network wants to see no sooner than then."""
    account = await engine.book.account(NAME)
    [met], [resting] = [await engine.book.post(account) for _ in range(2)]
    await engine.book.run(
        "UPDATE deliveries SET due_at = dravo_now() + interval '10 minutes', waiting_for = 'rate_limit' WHERE id = :id",
        id=resting.id,
    )
    until = (await engine.book.delivery(resting)).due_at
    misconfigured(engine, "account", FORBIDDEN, reply({"id": "1"}))
    await engine.run(met)
    assert (await engine.book.delivery(resting)).due_at == until
    await engine.run_when_due(resting)
    assert (await engine.book.delivery(resting)).waiting_for == "configuration"
    assert engine.network.calls == ["/prepare"]


async def test_faults_of_every_scope_at_once_block_nobody_and_lose_nothing(engine: Engine) -> None:
    """Accounts of one app, an app refused, a deployment refused, a network silent: all in turn, and many at a time."""
    faults: dict[int, Literal["account", "app", "deployment"]] = {401: "account", 402: "app", 403: "deployment"}

    def read(answer: Reply) -> Id:
        if answer.status in faults:
            raise Misconfigured("wrong", "It is wrong.", scope=faults[answer.status])
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    said: list[Say] = [*(reply(status=status) for status in faults), NotSent("refused"), reply({"id": "1"})]
    engine.network.on("/prepare", *(said[place % 5] for place in range(60)))
    accounts = [await engine.book.account(NAME, client_id=f"app-{place % 2}") for place in range(6)]
    keys = [key for account in accounts for _ in range(3) for key in await engine.book.post(account)]
    for _ in range(6):
        await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
        await engine.move(CANARY_EVERY.total_seconds() + 1)
        await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
        await engine.move(2 * BEHIND.total_seconds())
    engine.network.on("/prepare", reply({"id": "1"}))
    for _ in range(8):
        await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
        await engine.move(CANARY_EVERY.total_seconds() + 2 * BEHIND.total_seconds())
    assert {(await engine.book.delivery(key)).status for key in keys} == {"published"}
    assert engine.network.count("/publish") == len(keys)
    assert await holds(engine) == []


@pytest.mark.parametrize("factor", [0.1, 2.0])
async def test_the_pace_of_canaries_is_scaled(engine: Engine, factor: float) -> None:
    settings = engine.resources.settings.model_copy(update={"patience_factor": factor})
    engine.resources = replace(engine.resources, settings=settings)
    misconfigured(engine, "deployment", FORBIDDEN)
    key = await engine.post()
    await engine.run(key)
    [hold] = await holds(engine)
    held = await engine.book.delivery(key)
    assert hold.canary_at - hold.since == CANARY_EVERY * factor
    assert held.due_at - hold.canary_at == BEHIND * factor
    [said] = [entry.next_attempt_at for entry in await engine.book.timeline(key) if entry.kind == "attempt"]
    assert said is not None
    assert abs(said - held.due_at) < timedelta(seconds=5)
