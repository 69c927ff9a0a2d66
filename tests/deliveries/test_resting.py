"""Answers that say how little is left: the account rests, and nothing that was done is lost by it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from dravo.kit.http import Reply
from dravo.platforms.errors import Misconfigured, RateLimited
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.neighbours import another_workspace
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


LIMITED = {
    "post": [False, False, False, False],
    "account": [False, False, False, False],
    "app": [True, False, False, False],
    "deployment": [True, True, True, True],
}
"""By the scope of a limit, who rests beside the account that met it: one of its app, of another, of none, and a stranger's of its app."""


@pytest.mark.parametrize("scope", ["post", "account", "app", "deployment"])
async def test_a_limit_rests_what_it_is_the_limit_of_and_nobody_else(
    engine: Engine, scope: Literal["post", "account", "app", "deployment"]
) -> None:
    def read(answer: Reply) -> Id:
        if answer.status == 429:
            raise RateLimited("Too many calls.", wait=timedelta(minutes=10), scope=scope)
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    engine.network.on("/prepare", reply(status=429))
    strangers = await another_workspace(engine.book)
    ours, same, another = [await engine.book.account(NAME, client_id=app) for app in ("app-1", "app-1", "app-2")]
    beside = [(engine.book, same), (engine.book, another), (engine.book, await engine.book.account(NAME))]
    beside.append((strangers, await strangers.account(NAME, client_id="app-1")))
    [met] = await engine.book.post(ours)
    others = [(book, (await book.post(account))[0]) for book, account in beside]
    assert (await engine.run(met)).waiting_for == "rate_limit"
    assert [(await book.delivery(key)).waiting_for == "account_paused" for book, key in others] == LIMITED[scope]
    assert [(await book.account_of(key)).paused_until is not None for book, key in others] == LIMITED[scope]
    assert ((await engine.book.account_of(met)).paused_until is not None) == (scope != "post")


async def test_accounts_of_one_app_that_meet_its_limit_at_once_do_not_block_each_other(engine: Engine) -> None:
    def read(answer: Reply) -> Id:
        raise RateLimited("Too many calls.", wait=timedelta(minutes=10), scope="app")

    engine.adapter.read = read
    keys = [(await engine.book.post(await engine.book.account(NAME, client_id="app-1")))[0] for _ in range(6)]
    await asyncio.wait_for(asyncio.gather(*(engine.run(key) for key in keys)), 60)
    assert all([(await engine.book.account_of(key)).paused_until is not None for key in keys])


async def test_no_answer_puts_an_account_to_rest_for_more_than_a_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], rest=lambda _answer: timedelta(days=3650)))
    key = await engine.post()
    assert (await engine.run(key)).status == "published"
    until = (await engine.book.account_of(key)).paused_until
    assert until is not None
    assert until - await engine.book.now() <= timedelta(days=1)
