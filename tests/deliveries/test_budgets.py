"""Budgets: what a network allows is taken before a call, and a call for which nothing is left is not made."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dravo.deliveries.budgets import Budgets
from dravo.kit.http import NotSent, Request
from dravo.models import Account
from dravo.models import Budget as Row
from dravo.platforms.base import Call
from dravo.platforms.budgets import Budget, calls_of
from dravo.platforms.errors import RateLimited
from dravo.platforms.registry import PLATFORMS
from support.book import Book
from support.engine import Engine
from support.network import NAME, Id, reply

HOUR = timedelta(hours=1)
Allow = Callable[..., None]

POSTS = Budget("posts", "posts", 2, HOUR, "account", lambda request, effect: effect and request.path == "/publish")
APP_POSTS = replace(POSTS, name="app_posts", scope="app")
QUESTIONS = Budget("questions", "questions", 1, timedelta(minutes=1), "account", calls_of("GET", "/ready"))


@pytest.fixture
def allow(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Allow:
    def declare(*budgets: Budget) -> None:
        monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], budgets=budgets))

    return declare


async def rows(engine: Engine) -> list[Row]:
    async with engine.resources.db.transaction() as session:
        return list(await session.scalars(select(Row).order_by(Row.name, Row.scope_id)))


async def posts(engine: Engine, account: str, count: int) -> list[Any]:
    return [(await engine.book.post(account))[0] for _ in range(count)]


async def test_a_post_beyond_the_budget_waits_until_the_oldest_falls_out(engine: Engine, allow: Allow) -> None:
    allow(POSTS)
    first, second, third = await posts(engine, await engine.book.account(NAME), 3)
    await engine.run(first)
    await engine.move(600)
    assert (await engine.run(second)).status == "published"
    waiting = await engine.run(third)
    assert (waiting.status, waiting.waiting_for, waiting.error_code) == ("queued", "rate_limit", "budget_used")
    assert (waiting.attempts, waiting.publish_state) == (0, None)
    assert "budget posts is used up: the network allows 2 posts within 1:00:00" in str(waiting.error_message)
    [row] = await rows(engine)
    assert waiting.due_at == min(row.taken) + HOUR
    assert (engine.network.count("/publish"), await engine.book.commits(third)) == (2, [])
    assert (await engine.book.account_of(third)).paused_until is None
    assert (await engine.run_when_due(third)).status == "published"
    [row] = await rows(engine)
    assert len(row.taken) == 2


async def test_it_is_never_above_the_limit_however_many_take_at_once(engine: Engine, allow: Allow) -> None:
    allow(replace(POSTS, limit=7), replace(APP_POSTS, limit=5))
    accounts = [await engine.book.account(NAME, client_id="app") for _ in range(2)]
    call = Call(
        Request(method="POST", path="/publish"), Id, lambda answer: Id.model_validate(answer.json()), effect=True
    )

    async def take(account: str) -> bool:
        async with engine.resources.db.transaction() as session:
            row = await session.get_one(Account, (*engine.book.key("")[:2], account))
        try:
            await Budgets.of(engine.resources.db, row, engine.resources.settings).take(call)
        except RateLimited:
            return False
        return True

    took = await asyncio.gather(*(take(accounts[number % 2]) for number in range(24)))
    assert sum(took) == 5
    taken = {(row.name, row.scope_id): len(row.taken) for row in await rows(engine)}
    assert taken.pop(("app_posts", "app")) == 5
    assert sum(taken.values()) == 5, "who is refused by one budget has taken from none"


async def test_a_budget_that_is_used_up_keeps_back_only_what_it_counts(engine: Engine, allow: Allow) -> None:
    allow(QUESTIONS)
    engine.adapter.waits = True
    account = await engine.book.account(NAME)
    first, second = await posts(engine, account, 2)
    engine.network.on("/ready", reply({"id": "no"}), reply({"id": "yes"}))
    asked = await engine.run(first)
    assert asked.waiting_for != "rate_limit"
    refused = await engine.run_when_due(first)
    assert (refused.waiting_for, refused.error_code) == ("rate_limit", "budget_used")
    assert engine.network.count("/ready") == 1
    engine.adapter.waits = False
    assert (await engine.run(second)).status == "published"
    engine.adapter.waits = True
    assert (await engine.run_when_due(first)).status == "published"


async def test_a_call_that_never_left_has_used_its_part(engine: Engine, allow: Allow) -> None:
    allow(replace(POSTS, limit=1))
    key = await engine.post()
    engine.network.on("/publish", NotSent("refused"), reply({"id": "1"}))
    await engine.run(key)
    assert (await engine.run_when_due(key)).error_code == "budget_used"
    assert (await engine.run_when_due(key)).status == "published"


async def test_a_first_comment_is_not_waited_for_long(engine: Engine, allow: Allow) -> None:
    allow(Budget("all", "posts", 1, HOUR, "account", lambda _request, effect: effect))
    key = await engine.post(options={NAME: {"first_comment": "hi"}})
    published = await engine.run(key)
    assert (published.status, [warning["code"] for warning in published.warnings]) == (
        "published",
        ["first_comment_failed"],
    )
    assert engine.network.count("/comment") == 0


async def test_accounts_apps_and_environments_have_their_own(engine: Engine, allow: Allow) -> None:
    allow(replace(APP_POSTS, limit=1))
    live = Engine(
        replace(engine.resources, networks={"test": engine.network, "live": engine.network}),
        engine.network,
        engine.adapter,
        Book(engine.resources, engine.book.workspace_id, "live"),
        engine.clock,
    )
    mine, same, other = [await engine.book.account(NAME, client_id=app) for app in ("a", "a", "b")]
    unknown = await engine.book.account(NAME)
    theirs = await live.book.account(NAME, client_id="a")
    ran = [await engine.run((await engine.book.post(account))[0]) for account in (mine, same, other, unknown)]
    assert [row.status for row in ran] == ["published", "queued", "published", "published"]
    assert ran[1].error_code == "budget_used"
    assert (await live.run((await live.book.post(theirs))[0])).status == "published"


async def test_what_no_budget_counts_costs_nothing(engine: Engine, allow: Allow) -> None:
    allow(QUESTIONS)
    assert (await engine.run(await engine.post())).status == "published"
    assert await rows(engine) == []
