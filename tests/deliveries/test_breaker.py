"""A network that does not answer is left alone, and nothing fails or ages for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dravo.deliveries.breaker import IN_A_ROW
from dravo.deliveries.holds import SILENT_AT_MOST, SILENT_FOR, standing
from dravo.kit.http import AnswerLost, NotSent, Reply
from dravo.kit.ids import Key
from dravo.models import Hold
from dravo.platforms.errors import Rejected, Transient
from support.engine import Engine
from support.network import NAME, Id, reply


async def holds(engine: Engine) -> list[Hold]:
    async with engine.resources.db.transaction() as session:
        return list(await standing(session))


async def of_two_accounts(engine: Engine, number: int) -> list[Key]:
    """One post after the other, of two accounts in turn."""
    accounts = [await engine.book.account(NAME) for _ in range(2)]
    return [(await engine.book.post(accounts[place % 2]))[0] for place in range(number)]


@pytest.fixture
async def silent(engine: Engine) -> tuple[Engine, list[Key]]:
    """A network that was found silent, and three posts more than that took; the last ones have not tried."""
    keys = await of_two_accounts(engine, IN_A_ROW + 3)
    engine.network.on("/prepare", NotSent("refused"))
    for key in keys[:IN_A_ROW]:
        await engine.run(key)
    return engine, keys


async def test_failures_in_a_row_hold_the_network(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent
    [hold] = await holds(engine)
    assert (hold.scope, hold.scope_id, hold.code) == ("network", "", "network_unreachable")
    assert hold.canary_at - hold.since == SILENT_FOR
    kept = await engine.book.delivery(keys[-1])
    assert (kept.status, kept.waiting_for, kept.error_class, kept.attempts) == ("queued", "network", "transient", 0)
    later = await engine.post()
    assert (await engine.run(later)).waiting_for == "network"
    assert len(engine.network.calls) == IN_A_ROW


async def test_an_answer_lets_all_go_at_once(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent
    engine.network.on("/prepare", reply({"id": "1"}))
    assert (await engine.run_when_due(keys[-1])).status == "published"
    assert await holds(engine) == []
    for key in keys[-3:-1]:
        assert (await engine.run(key)).status == "published"


async def test_a_refusal_is_an_answer_too(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent

    def read(answer: Reply) -> Id:
        raise Rejected("not_so", "Not so.", raw={"status": answer.status})

    engine.adapter.read = read
    engine.network.on("/prepare", reply(status=400))
    assert (await engine.run_when_due(keys[-1])).status == "failed"
    assert await holds(engine) == []


async def canary(engine: Engine, key: Key) -> None:
    """Let the delivery try when it may; before that it is told to wait."""
    tries = len(engine.network.calls)
    for _ in range(3):
        await engine.run_when_due(key)
        if len(engine.network.calls) > tries:
            return
    raise AssertionError("it never tried")


async def test_canaries_come_ever_less_often(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent
    pauses = []
    for _ in range(8):
        [before] = await holds(engine)
        await canary(engine, keys[-1])
        [after] = await holds(engine)
        pauses.append((after.canary_at - before.canary_at).total_seconds())
    assert pauses[0] == pytest.approx(SILENT_FOR.total_seconds(), abs=5)
    assert pauses[1] > pauses[0]
    assert pauses[3] > 2 * pauses[1]
    assert pauses[-1] == pytest.approx(SILENT_AT_MOST.total_seconds(), abs=5)


async def test_silence_fails_nothing_and_makes_nothing_late(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent
    late = engine.resources.settings.model_copy(update={"late_after": timedelta(minutes=20)})
    engine.resources = replace(engine.resources, settings=late)
    for _ in range(12):
        await canary(engine, keys[-1])
    assert await engine.book.now() - (await engine.book.delivery(keys[-1])).created_at > 2 * late.late_after
    engine.network.on("/prepare", reply({"id": "1"}))
    assert (await engine.until_final(keys[-1])).status == "published"


async def test_trouble_of_one_account_holds_nobody(engine: Engine) -> None:
    account = await engine.book.account(NAME)
    engine.network.on("/prepare", NotSent("refused"))
    for _ in range(2 * IN_A_ROW):
        [key] = await engine.book.post(account)
        await engine.run(key)
    assert await holds(engine) == []


async def test_one_delivery_that_comes_again_and_again_counts_once(engine: Engine) -> None:
    keys = await of_two_accounts(engine, 2)
    engine.network.on("/prepare", NotSent("refused"))
    for _ in range(IN_A_ROW):
        for key in keys:
            await engine.book.run("UPDATE deliveries SET due_at = dravo_now()")
            await engine.run(key)
    assert await holds(engine) == []


async def test_an_answer_between_them_begins_the_count_anew(engine: Engine) -> None:
    keys = await of_two_accounts(engine, 2 * IN_A_ROW - 1)
    down = [NotSent("refused")] * (IN_A_ROW - 1)
    engine.network.on("/prepare", *down, reply({"id": "1"}), *down)
    for key in keys:
        await engine.run(key)
    assert await holds(engine) == []


async def test_failures_that_lie_far_apart_hold_nobody(engine: Engine) -> None:
    engine.network.on("/prepare", NotSent("refused"))
    for key in await of_two_accounts(engine, IN_A_ROW):
        await engine.run(key)
        await engine.move(20)
    assert await holds(engine) == []


@pytest.mark.parametrize(("code", "held"), [("network_unavailable", True), ("post_not_readable_yet", False)])
async def test_only_what_the_network_itself_is_to_blame_for_counts(engine: Engine, code: str, *, held: bool) -> None:
    def read(_answer: Reply) -> Id:
        raise Transient(code, "Not now.", raw={"status": 503})

    engine.adapter.read = read
    engine.network.on("/prepare", reply(status=503))
    for key in await of_two_accounts(engine, IN_A_ROW):
        await engine.run(key)
    assert [hold.scope for hold in await holds(engine)] == (["network"] if held else [])


async def test_steps_that_are_answered_before_a_failure_speak_for_the_network(engine: Engine) -> None:
    """Only the address to upload to may be down, or the one call that this kind of post makes."""
    engine.adapter.waits = True
    engine.network.on("/ready", NotSent("refused"))
    for key in await of_two_accounts(engine, IN_A_ROW):
        await engine.run(key)
    assert await holds(engine) == []


async def test_looks_wait_for_a_silent_network_too(silent: tuple[Engine, list[Key]]) -> None:
    engine, keys = silent
    sent = keys[-1]
    await engine.book.run("UPDATE deliveries SET waiting_for = NULL, due_at = dravo_now() WHERE id = :id", id=sent.id)
    await engine.book.run("UPDATE deliveries SET publish_state = 'open' WHERE id = :id", id=sent.id)
    assert (await engine.run(sent)).waiting_for == "network"


async def test_a_lost_answer_says_neither_that_it_is_silent_nor_that_it_is_there(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    for key in await of_two_accounts(engine, IN_A_ROW):
        await engine.run(key)
    assert await holds(engine) == []
