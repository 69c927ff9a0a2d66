import base64

import pytest

from dravo_simulator.calls import MOST_CALLS
from dravo_simulator.disturb import ConnectionDropped
from simulator.harness import Sim, bearer

TWEETS = "/api.x.com/2/tweets"


async def test_a_call_is_recorded_with_all_but_its_credentials(sim: Sim) -> None:
    account = await sim.account("x")
    body = b'{"text": "hello"}'
    headers = bearer(account, **{"Content-Type": "application/json", "X-Mine": "yes", "Cookie": "a=b"})
    await sim.client.post(TWEETS, params={"a": "1"}, content=body, headers=headers)
    [call] = await sim.calls()
    assert (call["network"], call["method"], call["host"], call["path"]) == ("x", "POST", "api.x.com", "/2/tweets")
    assert (call["status"], call["body_bytes"], call["number"]) == (201, len(body), 1)
    assert call["query"] == {"a": "1"}
    assert call["headers"]["x-mine"] == "yes"
    assert call["headers"]["cookie"] == "(hidden)"
    assert call["headers"]["authorization"] == f"Bearer (access token of x {account['platform_account_id']})"
    assert call["account"] == account["platform_account_id"]


async def test_no_secret_is_in_the_record(sim: Sim) -> None:
    account, page = await sim.account("x"), await sim.account("facebook")
    form = {"grant_type": "refresh_token", "refresh_token": account["refresh_token"]}
    app = account["app"]
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    await sim.client.post("/api.x.com/2/oauth2/token", data=form, headers=headers)
    await sim.client.get("/graph.facebook.com/v26.0/me", params={"access_token": page["access_token"]})
    await sim.client.get("/api.x.com/2/users/me", headers={"Authorization": "Bearer unknown-but-secret"})
    record = (await sim.client.get("/_control/calls")).text
    for secret in (account["refresh_token"], app["client_secret"], basic, page["access_token"], "unknown-but-secret"):
        assert secret not in record
    token, me, unknown = await sim.calls()
    assert token["headers"]["authorization"] == "Basic (secret of app simulated-x-app)"
    assert me["query"]["access_token"] == f"(access token of facebook {page['platform_account_id']})"
    assert (unknown["headers"]["authorization"], unknown["account"]) == ("Bearer (hidden)", None)


async def test_calls_that_a_fault_swallowed_are_recorded_too(sim: Sim) -> None:
    account = await sim.account("x")
    for action in ("drop_before", "drop_after"):
        await sim.fault("x", action)
        with pytest.raises(ConnectionDropped):
            await sim.client.post(TWEETS, json={"text": action}, headers=bearer(account))
    await sim.fault("x", "status", status=503)
    await sim.client.post(TWEETS, json={"text": "a"}, headers=bearer(account))
    assert [call["status"] for call in await sim.calls()] == [None, None, 503]


async def test_a_shared_host_is_told_apart_by_its_token(sim: Sim) -> None:
    page, profile = await sim.account("facebook"), await sim.account("instagram")
    for account in (page, profile):
        await sim.client.get("/graph.facebook.com/v26.0/me", headers=bearer(account))
    assert [call["network"] for call in await sim.calls()] == ["facebook", "instagram"]
    answer = await sim.client.get("/_control/calls", params={"network": "instagram"})
    assert [call["number"] for call in answer.json()["items"]] == [2]


@pytest.mark.parametrize("listed", ["calls", "accounts"])
async def test_a_list_of_a_network_that_is_not_there_is_refused(sim: Sim, listed: str) -> None:
    refused = await sim.client.get(f"/_control/{listed}", params={"network": "foo"})
    words = "network: must be one of x, linkedin, facebook, instagram, tiktok"
    assert (refused.status_code, refused.json()) == (422, {"error": words})


async def test_the_simulators_own_addresses_are_not_recorded_and_old_calls_go(sim: Sim) -> None:
    await sim.client.get("/wall")
    await sim.client.get("/healthz")
    assert await sim.calls() == []
    for _ in range(MOST_CALLS + 1):
        await sim.client.get("/api.x.com/2/users/me")
    calls = await sim.calls()
    assert (len(calls), calls[0]["number"]) == (MOST_CALLS, 2)
    await sim.client.post("/_control/reset")
    assert await sim.calls() == []
