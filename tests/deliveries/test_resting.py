"""Answers that say how little is left: the account rests, and nothing that was done is lost by it."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from dravo.kit.http import Reply
from dravo.platforms.errors import Misconfigured, RateLimited
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.network import NAME, Id, reply

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


@pytest.mark.parametrize(("state", "said"), [(None, "this one goes out afterwards"), ("open", "is not sent again")])
async def test_what_rests_with_its_account_says_whether_it_was_sent(
    resting: Engine, state: str | None, said: str
) -> None:
    """Whoever reads that a post goes out afterwards may post it by hand."""
    account = await resting.book.account(NAME)
    [first], [second] = [await resting.book.post(account) for _ in range(2)]
    await resting.book.run("UPDATE deliveries SET publish_state = :state WHERE id = :id", state=state, id=second.id)
    resting.network.on("/publish", TIRED)
    await resting.run(first)
    assert said in str((await resting.book.delivery(second)).error_message)


async def test_an_account_with_calls_left_goes_on(resting: Engine) -> None:
    key = await resting.post()
    assert (await resting.run(key)).status == "published"
    assert (await resting.book.account_of(key)).paused_until is None


async def test_a_post_that_its_account_cannot_make_does_not_stand_before_the_others(engine: Engine) -> None:
    """What is held may be wrong with this one alone, so whatever else waits for the account goes first."""

    def read(answer: Reply) -> Id:
        if answer.status == 403:
            raise Misconfigured("not_for_this_kind", "The account cannot make such a post.", scope="account")
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    account = await engine.book.account(NAME)
    [stuck], [other] = [await engine.book.post(account) for _ in range(2)]
    engine.network.on("/prepare", reply(status=403), reply({"id": "1"}))
    held = await engine.run(stuck)
    assert (held.status, held.waiting_for) == ("queued", "configuration")
    waiting = await engine.book.delivery(other)
    assert waiting.due_at < held.due_at
    assert (await engine.run_when_due(other)).status == "published"


@pytest.mark.parametrize("scope", ["account", "app"])
async def test_a_limit_of_the_app_rests_all_of_its_accounts_and_no_others(
    engine: Engine, scope: Literal["account", "app"]
) -> None:
    def read(answer: Reply) -> Id:
        if answer.status == 429:
            raise RateLimited("Too many calls.", wait=timedelta(minutes=10), scope=scope)
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    engine.network.on("/prepare", reply(status=429))
    ours, same, another = [await engine.book.account(NAME, client_id=app) for app in ("app-1", "app-1", "app-2")]
    alone = await engine.book.account(NAME)
    [met], *others = [await engine.book.post(account) for account in (ours, same, another, alone)]
    await engine.run(met)
    waiting = [(await engine.book.delivery(key)).waiting_for for [key] in others]
    assert waiting == ["account_paused" if scope == "app" else None, None, None]
    paused = [(await engine.book.account_of(key)).paused_until is not None for [key] in others]
    assert paused == [scope == "app", False, False]


async def test_no_answer_puts_an_account_to_rest_for_more_than_a_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], rest=lambda _answer: timedelta(days=3650)))
    key = await engine.post()
    assert (await engine.run(key)).status == "published"
    until = (await engine.book.account_of(key)).paused_until
    assert until is not None
    assert until - await engine.book.now() <= timedelta(days=1)
