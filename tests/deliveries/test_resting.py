"""Answers that say how little is left: the account rests, and nothing that was done is lost by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dravo.kit.http import Reply
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.network import NAME, reply

TIRED = Reply(200, {"x-left": "0"}, b'{"id": "1"}')
REST = timedelta(minutes=20)


@pytest.fixture
def resting(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    def rest(answer: Reply) -> timedelta | None:
        return REST if answer.headers.get("x-left") == "0" else None

    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], rest=rest))
    return engine


async def test_a_post_that_ends_well_leaves_its_account_at_rest(resting: Engine) -> None:
    account = await resting.book.account(NAME)
    [first], [second] = [await resting.book.post(account) for _ in range(2)]
    resting.network.on("/publish", TIRED, reply({"id": "2"}))
    assert (await resting.run(first)).status == "published"
    until = (await resting.book.account_of(first)).paused_until
    assert until is not None
    assert abs(until - await resting.book.now() - REST) < timedelta(seconds=30)
    waiting = await resting.book.delivery(second)
    assert (waiting.status, waiting.waiting_for, waiting.due_at) == ("queued", "account_paused", until)
    assert (await resting.run_when_due(second)).status == "published"


async def test_what_waits_for_its_network_asks_less_too(resting: Engine) -> None:
    resting.adapter.waits = True
    key = await resting.post()
    resting.network.on("/ready", Reply(200, {"x-left": "0"}, b'{"id": "no"}'), reply({"id": "yes"}))
    waiting = await resting.run(key)
    assert (waiting.status, waiting.waiting_for) == ("queued", "account_paused")
    assert waiting.due_at - await resting.book.now() > REST - timedelta(seconds=30)
    assert (await resting.run_when_due(key)).status == "published"
    assert resting.network.count("/prepare") == 1


async def test_an_account_with_calls_left_goes_on(resting: Engine) -> None:
    key = await resting.post()
    assert (await resting.run(key)).status == "published"
    assert (await resting.book.account_of(key)).paused_until is None
