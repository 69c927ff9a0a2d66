"""What is left of an account's budgets, as callers see it."""

from datetime import timedelta
from typing import Any

from dravo.accounts.budgets import declared
from dravo.deliveries import queries
from dravo.deliveries.budgets import Budgets
from dravo.kit.http import Request
from dravo.kit.schemas import rfc3339
from dravo.models import Account
from dravo.platforms.base import Call, Tokens
from support.clock import Clock
from support.door import Door

PAGE = "urn:li:organization:1"


async def shown(door: Door, account_id: str) -> dict[str, dict[str, Any]]:
    """By name, from the account itself; the list says the same."""
    account = (await door.http.get(f"/v1/accounts/{account_id}")).json()
    listed = (await door.http.get("/v1/accounts")).json()["items"]
    assert account in listed
    return {budget["name"]: budget for budget in account["budgets"]}


async def take(door: Door, account_id: str, path: str, *, effect: bool = True) -> None:
    async with door.resources.db.transaction() as session:
        account = await session.get_one(Account, (door.workspace_id, door.environment, account_id))
    call = Call(
        Request(method="POST", path=path), Tokens, lambda answer: Tokens.model_validate(answer.json()), effect=effect
    )
    await Budgets.of(door.resources.db, account, door.resources.settings).take(call)


async def test_untouched_budgets_are_whole(door: Door) -> None:
    assert await shown(door, await door.account("instagram")) == {
        "posts_per_day": {"name": "posts_per_day", "limit": 100, "remaining": 100, "resets_at": None}
    }


async def test_what_was_taken_is_missing_until_it_falls_out(door: Door, clock: Clock) -> None:
    account_id, other = await door.account("tiktok"), await door.account("tiktok")
    async with door.resources.db.transaction() as session:
        before = await queries.clock(session)
    for _ in range(2):
        await take(door, account_id, "/v2/post/publish/content/init/")
    used = (await shown(door, account_id))["photo_posts_per_minute"]
    assert (used["limit"], used["remaining"]) == (6, 4)
    assert rfc3339(before + timedelta(minutes=1)) <= used["resets_at"] <= rfc3339(before + timedelta(minutes=1.5))
    untouched = await shown(door, other)
    assert len(untouched) == 5
    assert all(budget["resets_at"] is None for budget in untouched.values())
    await clock.move(timedelta(minutes=2))
    assert (await shown(door, account_id))["photo_posts_per_minute"]["remaining"] == 6


async def test_an_apps_budget_is_shown_with_each_of_its_accounts(door: Door) -> None:
    first, second, another = [await door.account("x", app_id=app) for app in ("app", "app", "other")]
    await take(door, first, "/2/tweets")
    left = [(await shown(door, account))["app_posts_per_day"]["remaining"] for account in (first, second, another)]
    assert left == [9999, 9999, 10_000]
    assert list(await shown(door, await door.account("x"))) == ["posts_per_quarter_hour"], "its app is not known"


async def test_a_members_calls_are_limited_as_the_settings_say(door: Door) -> None:
    member, page = await door.account("linkedin"), await door.account("linkedin", traits={"author_urn": PAGE})
    assert (await shown(door, member))["calls_per_day"]["limit"] == 150
    assert await shown(door, page) == {}
    for limit, limits in ((500, [500]), (0, [])):
        settings = door.resources.settings.model_copy(update={"linkedin_member_calls_per_day": limit})
        async with door.resources.db.transaction() as session:
            account = await session.get_one(Account, (door.workspace_id, door.environment, member))
        assert [budget.limit for budget in declared(account, settings)] == limits


async def test_only_the_test_environment_is_in_a_hurry(door: Door) -> None:
    settings = door.resources.settings.model_copy(update={"patience_factor": 0.5})
    account = Account(id="acc", environment="test", platform="instagram", platform_account_id="1", traits={})
    assert [budget.window for budget in declared(account, settings)] == [timedelta(hours=12)]
    account.environment = "live"
    assert [budget.window for budget in declared(account, settings)] == [timedelta(days=1)]
