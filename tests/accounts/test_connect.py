"""Connecting profiles, by hand and from the simulator."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx
from sqlalchemy import func, select

from dravo.accounts.connect import Tenant, connect
from dravo.accounts.credentials import open_credentials, seal_credentials
from dravo.accounts.simulate import SimulatorUnavailable, simulate
from dravo.kit.crypto import Unreadable
from dravo.models import Account
from dravo.resources import Resources

SIMULATOR = "http://127.0.0.1:9/_control/accounts"


async def connected(resources: Resources, workspace: str, environment: str = "live", **changes: Any) -> str:
    values: dict[str, Any] = {
        "platform": "x",
        "platform_account_id": "42",
        "handle": "old",
        "display_name": "Old",
        "connection_type": "oauth",
        "traits": {},
        "credentials": {"access_token": "one"},
        "token_expires_at": None,
    }
    async with resources.db.transaction() as session:
        return await connect(session, resources.cipher, Tenant(workspace, environment), **(values | changes))


async def row(resources: Resources, workspace: str, account_id: str, environment: str = "live") -> Account:
    async with resources.db.transaction() as session:
        return await session.get_one(Account, (workspace, environment, account_id))


async def test_same_profile_again_updates_the_account_and_heals_it(resources: Resources, workspace: str) -> None:
    first = await connected(resources, workspace)
    before = await row(resources, workspace, first)
    async with resources.db.transaction() as session:
        (await session.get_one(Account, (workspace, "live", first))).reconnect_reason = "revoked"
    again = await connected(
        resources, workspace, handle="new", traits={"premium": True}, credentials={"access_token": "two"}
    )
    assert again == first
    account = await row(resources, workspace, first)
    assert (account.handle, account.traits, account.reconnect_reason) == ("new", {"premium": True}, None)
    assert account.created_at == before.created_at
    assert open_credentials(resources.cipher, first, account.credentials) == {"access_token": "two"}


async def test_profile_may_be_connected_once_per_environment_and_network(resources: Resources, workspace: str) -> None:
    made = {
        await connected(resources, workspace),
        await connected(resources, workspace, "test"),
        await connected(resources, workspace, platform="linkedin"),
    }
    assert len(made) == 3


async def test_credentials_of_one_account_do_not_open_as_anothers(resources: Resources) -> None:
    sealed = seal_credentials(resources.cipher, "acc_1", {"access_token": "a"})
    with pytest.raises(Unreadable):
        open_credentials(resources.cipher, "acc_2", sealed)


async def test_credentials_need_an_access_token(resources: Resources, workspace: str) -> None:
    with pytest.raises(ValueError, match="access_token"):
        await connected(resources, workspace, credentials={"refresh_token": "r"})
    async with resources.db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Account)) == 0


@respx.mock
async def test_simulated_profile_is_connected_to_the_test_environment(resources: Resources, workspace: str) -> None:
    told = {
        "network": "linkedin",
        "platform_account_id": "abc123",
        "handle": "demo",
        "display_name": "Demo",
        "access_token": "t",
        "refresh_token": "r",
        "expires_at": "2027-01-01T00:00:00Z",
        "scopes": ["openid"],
        "extras": {"author_urn": "urn:li:person:abc123"},
        "app": {"client_id": "c", "client_secret": "s"},
    }
    route = respx.post(SIMULATOR).mock(httpx.Response(201, json=told))
    account_id = await simulate(resources, workspace, "linkedin", "demo", {"organizations": ["urn:li:organization:1"]})
    assert json.loads(route.calls.last.request.content) == {
        "network": "linkedin",
        "handle": "demo",
        "attributes": {"organizations": ["urn:li:organization:1"]},
    }
    assert "authorization" not in route.calls.last.request.headers
    account = await row(resources, workspace, account_id, "test")
    assert (account.platform, account.handle, account.connection_type) == ("linkedin", "demo", "simulated")
    assert account.traits == {"author_urn": "urn:li:person:abc123"}
    assert account.token_expires_at == datetime(2027, 1, 1, tzinfo=UTC)
    opened = open_credentials(resources.cipher, account_id, account.credentials)
    assert opened == {
        "access_token": "t",
        "refresh_token": "r",
        "scopes": ["openid"],
        "client_id": "c",
        "client_secret": "s",
    }
    assert await simulate(resources, workspace, "linkedin") == account_id


@respx.mock
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(422, json={"error": "no"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"hello": "world"}),
        httpx.ConnectError("nobody"),
        httpx.ReadTimeout("slow"),
    ],
    ids=repr,
)
async def test_simulator_that_does_not_help_is_said_to_be_unavailable(
    resources: Resources, workspace: str, answer: httpx.Response | Exception
) -> None:
    respx.post(SIMULATOR).mock(side_effect=[answer])
    with pytest.raises(SimulatorUnavailable):
        await simulate(resources, workspace, "x")
