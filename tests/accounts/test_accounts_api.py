"""`/v1/accounts`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dravo.accounts.credentials import open_credentials
from dravo.models import Account
from support.clock import Clock
from support.door import Door, assert_problem, make_workspace, opened_door


async def seen(door: Door, account_id: str) -> dict[str, Any]:
    answer = await door.http.get(f"/v1/accounts/{account_id}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_account_is_shown_without_its_token(door: Door) -> None:
    account_id = await door.account("x")
    answer = await door.http.get(f"/v1/accounts/{account_id}")
    account = answer.json()
    assert account == {
        "id": account_id,
        "platform": "x",
        "handle": "x_handle",
        "display_name": "X",
        "platform_account_id": account["platform_account_id"],
        "health": "active",
        "connection_type": "manual",
        "token_expires_at": None,
        "paused_until": None,
        "budgets": [{"name": "posts_per_quarter_hour", "limit": 100, "remaining": 100, "resets_at": None}],
        "created_at": account["created_at"],
    }
    assert "very-secret-token" not in answer.text
    assert "very-secret-token" not in (await door.http.get("/v1/accounts")).text


async def test_health_is_the_worst_that_is_true(door: Door, clock: Clock) -> None:
    soon, later = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) + timedelta(days=30)
    assert (await seen(door, await door.account("x", token_expires_at=later)))["health"] == "active"
    assert (await seen(door, await door.account("x", token_expires_at=soon)))["health"] == "expiring"
    paused = await door.account("x", token_expires_at=soon, paused_until=soon)
    assert (await seen(door, paused))["health"] == "paused"
    lost = await door.account("x", paused_until=soon, reconnect_reason="revoked")
    assert (await seen(door, lost))["health"] == "needs_reconnect"
    await clock.move(timedelta(hours=2))
    over = await seen(door, paused)
    assert (over["health"], over["paused_until"]) == ("expiring", None)


async def test_list_is_in_pages_with_a_total_of_all_that_fit(door: Door) -> None:
    made = [await door.account(platform) for platform in ("x", "linkedin", "x", "x")]
    first = (await door.http.get("/v1/accounts", params={"platform": "x", "limit": 2})).json()
    assert [account["id"] for account in first["items"]] == [made[3], made[2]]
    assert first["total"] == 3
    params = {"platform": "x", "limit": 2, "cursor": first["next_cursor"]}
    second = (await door.http.get("/v1/accounts", params=params)).json()
    assert [account["id"] for account in second["items"]] == [made[0]]
    assert (second["total"], second["next_cursor"]) == (3, None)


async def test_search_looks_into_handle_and_name_and_takes_wildcards_as_they_are(door: Door) -> None:
    a = await door.account("x", handle="Alpha_1", display_name="First")
    b = await door.account("x", handle="beta", display_name="100% Alpha")

    async def found(q: str) -> list[str]:
        return [account["id"] for account in (await door.http.get("/v1/accounts", params={"q": q})).json()["items"]]

    assert await found("alpha") == [b, a]
    assert await found("a_1") == [a]
    assert await found("0%") == [b]
    assert await found("%") == [b]
    assert await found("\\") == []


@pytest.mark.parametrize("query", ["platform=threads", "limit=0", "q=", "q=%00", "health=active", "cursor=zzz"])
async def test_invalid_queries_are_refused(door: Door, query: str) -> None:
    assert_problem(await door.http.get(f"/v1/accounts?{query}"), 400, "validation_error")


async def test_accounts_of_others_are_neither_listed_nor_found(door: Door) -> None:
    account_id = await door.account("x")
    async with opened_door(door.resources, await make_workspace(door.resources)) as other:
        assert (await other.http.get("/v1/accounts")).json() == {"items": [], "next_cursor": None, "total": 0}
        assert_problem(await other.http.get(f"/v1/accounts/{account_id}"), 404, "not_found")
    async with opened_door(door.resources, door.workspace_id, "live") as live:
        assert_problem(await live.http.get(f"/v1/accounts/{account_id}"), 404, "not_found")
    assert_problem(await door.http.get("/v1/accounts/acc_%00"), 404, "not_found")


async def test_reading_needs_its_scope(door: Door) -> None:
    async with opened_door(door.resources, door.workspace_id, "test", ("posts:read",)) as poster:
        assert_problem(await poster.http.get("/v1/accounts"), 403, "insufficient_scope")


async def test_stored_credentials_are_sealed_and_open_at_their_own_row_only(door: Door) -> None:
    account_id = await door.account("x")
    async with door.resources.db.transaction() as session:
        account = await session.get_one(Account, (door.workspace_id, "test", account_id))
        sealed = account.credentials
    assert b"very-secret-token" not in sealed
    assert open_credentials(door.resources.cipher, account_id, sealed) == {"access_token": "very-secret-token"}
