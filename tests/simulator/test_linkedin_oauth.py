"""How an app gets a member's tokens from the simulated LinkedIn, keeps them and loses them."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer
from simulator.linkedin_calls import API, WEB, author, post

BACK = "https://app.example/back"
DAY = 86400


async def app(sim: Sim, **order: Any) -> JSON:
    answer = await sim.client.post("/_control/apps", json={"network": "linkedin", "redirect_uris": [BACK], **order})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def authorize(
    sim: Sim, client: JSON, scope: str = "openid profile w_member_social", **change: Any
) -> httpx.Response:
    asked = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": BACK,
        "state": "s&t=1",
        "scope": scope,
    } | change
    given = {name: value for name, value in asked.items() if value is not None}
    return await sim.client.get(f"{WEB}/oauth/v2/authorization?{urlencode(given)}")


def returned(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code in {302, 303}, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == BACK
    return dict(parse_qsl(location.query))


async def code(sim: Sim, client: JSON, scope: str = "openid profile w_member_social", **order: Any) -> str:
    consent = {"network": "linkedin", **order}
    assert (await sim.client.post("/_control/consent", json=consent)).status_code == 201
    back = returned(await authorize(sim, client, scope))
    assert back["state"] == "s&t=1"
    return back["code"]


async def exchange(sim: Sim, client: JSON, **change: Any) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "redirect_uri": BACK,
    } | change
    given = {name: value for name, value in form.items() if value is not None}
    return await sim.client.post(f"{WEB}/oauth/v2/accessToken", data=given)


async def tokens(sim: Sim, client: JSON, scope: str = "openid profile w_member_social") -> JSON:
    answer = await exchange(sim, client, code=await code(sim, client, scope))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refresh(sim: Sim, client: JSON, token: str, **change: Any) -> httpx.Response:
    return await exchange(sim, client, grant_type="refresh_token", refresh_token=token, redirect_uri=None, **change)


async def introspect(sim: Sim, client: JSON, token: str) -> JSON:
    form = {"client_id": client["client_id"], "client_secret": client["client_secret"], "token": token}
    answer = await sim.client.post(f"{WEB}/oauth/v2/introspectToken", data=form)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def userinfo(sim: Sim, token: str) -> httpx.Response:
    return await sim.client.get(f"{API}/v2/userinfo", headers={"Authorization": f"Bearer {token}"})


async def test_a_person_allows_an_app_on_a_page_and_it_posts(sim: Sim) -> None:
    account, client = await sim.account("linkedin"), await app(sim, name="<Planner>")
    page = await authorize(sim, client)
    assert page.status_code == 200
    assert "&lt;Planner&gt;" in page.text
    assert "w_member_social" in page.text
    answer = await sim.client.post(str(page.url), data={"handle": account["handle"], "decision": "allow"})
    back = returned(answer)
    got = (await exchange(sim, client, code=back["code"])).json()
    assert (got["expires_in"], got["token_type"]) == (60 * DAY, "Bearer")
    assert got["scope"] == "openid,profile,w_member_social"
    assert 400 < len(got["access_token"]) < 1000
    assert "refresh_token" not in got
    assert (await post(sim, account | {"access_token": got["access_token"]})).status_code == 201


async def test_an_id_token_comes_with_openid(sim: Sim) -> None:
    account, client = await sim.account("linkedin"), await app(sim)
    middle = (await tokens(sim, client))["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert (claims["sub"], claims["aud"]) == (account["platform_account_id"], client["client_id"])
    assert "id_token" not in await tokens(sim, client, "w_member_social")


async def test_cancelling_comes_back_as_an_error(sim: Sim) -> None:
    client = await app(sim)
    page = await authorize(sim, client)
    back = returned(await sim.client.post(str(page.url), data={"decision": "deny"}))
    assert (back["error"], back["state"]) == ("user_cancelled_authorize", "s&t=1")
    assert "code" not in back


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?x=1"},
        {"redirect_uri": BACK + "#x"},
        {"redirect_uri": "https://evil.example/back"},
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_registered(sim: Sim, change: JSON) -> None:
    page = await authorize(sim, await app(sim), **change)
    assert page.status_code in {400, 401}
    assert "location" not in page.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "w_member_social r_everything"}, "unauthorized_scope_error"),
    ],
)
async def test_a_wrong_request_goes_back_with_its_error(sim: Sim, change: JSON, error: str) -> None:
    back = returned(await authorize(sim, await app(sim), **change))
    assert (back["error"], back["state"]) == (error, "s&t=1")


async def test_a_scope_that_the_app_does_not_hold_fails_the_whole_step(sim: Sim) -> None:
    client = await app(sim, scopes=["openid", "profile", "w_member_social"])
    assert returned(await authorize(sim, client, "openid w_organization_social"))["error"] == "unauthorized_scope_error"


async def test_localhost_may_be_refused(sim: Sim) -> None:
    local = "http://localhost:8800/back"
    client = await app(sim, redirect_uris=[local])
    assert (await authorize(sim, client, redirect_uri=local)).status_code == 200
    await sim.settings(linkedin_localhost_redirects=False)
    assert (await authorize(sim, client, redirect_uri=local)).status_code == 400


async def test_a_code_works_once(sim: Sim) -> None:
    client = await app(sim)
    given = await code(sim, client)
    assert (await exchange(sim, client, code=given)).status_code == 200
    refused = await exchange(sim, client, code=given)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


async def test_a_code_lives_thirty_minutes(sim: Sim) -> None:
    client = await app(sim)
    given = await code(sim, client)
    sim.clock.now += 30 * 60
    assert (await exchange(sim, client, code=given)).status_code == 400
    given = await code(sim, client)
    sim.clock.now += 30 * 60 - 1
    assert (await exchange(sim, client, code=given)).status_code == 200


async def test_a_code_is_for_its_app_and_its_address(sim: Sim) -> None:
    client, other = await app(sim), await app(sim)
    given = await code(sim, client)
    assert (await exchange(sim, other, code=given)).status_code == 400
    assert (await exchange(sim, client, code=given, redirect_uri="https://app.example/other")).status_code == 400
    assert (await exchange(sim, client, code=given, redirect_uri=None)).status_code == 400
    assert (await exchange(sim, client, code=given)).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "invalid_request"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
async def test_the_exchange_says_what_is_wrong(sim: Sim, change: JSON, status: int, error: str) -> None:
    client = await app(sim)
    refused = await exchange(sim, client, code=await code(sim, client), **change)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["error_description"]


async def test_scopes_may_be_separated_by_spaces(sim: Sim) -> None:
    await sim.settings(linkedin_scope_separator=" ")
    assert (await tokens(sim, await app(sim)))["scope"] == "openid profile w_member_social"


async def test_an_access_token_lives_sixty_days(sim: Sim) -> None:
    token = (await tokens(sim, await app(sim)))["access_token"]
    sim.clock.now += 60 * DAY - 1
    assert (await userinfo(sim, token)).status_code == 200
    sim.clock.now += 1
    refused = await userinfo(sim, token)
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 65602)


async def test_a_refresh_token_lives_a_year_from_the_first_grant_and_no_longer(sim: Sim) -> None:
    client = await app(sim, refreshable=True)
    first = await tokens(sim, client)
    assert first["refresh_token_expires_in"] == 365 * DAY
    sim.clock.now += 100 * DAY
    second = (await refresh(sim, client, first["refresh_token"])).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert (second["expires_in"], second["refresh_token_expires_in"]) == (60 * DAY, 265 * DAY)
    assert second["access_token"] != first["access_token"]
    assert (await userinfo(sim, second["access_token"])).status_code == 200
    sim.clock.now += 260 * DAY
    third = (await refresh(sim, client, first["refresh_token"])).json()
    assert (third["expires_in"], third["refresh_token_expires_in"]) == (5 * DAY, 5 * DAY)
    sim.clock.now += 5 * DAY
    assert (await refresh(sim, client, first["refresh_token"])).status_code == 400
    assert (await userinfo(sim, third["access_token"])).json()["serviceErrorCode"] == 65602


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request"])
async def test_a_dead_refresh_token_is_refused_in_one_of_two_ways(sim: Sim, error: str) -> None:
    client, other = await app(sim, refreshable=True), await app(sim, refreshable=True)
    await sim.settings(linkedin_refresh_error=error)
    refused = await refresh(sim, client, "AQRnothing")
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    foreign = (await tokens(sim, client))["refresh_token"]
    assert (await refresh(sim, other, foreign)).status_code == 400
    wrong = await refresh(sim, client, foreign, client_secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")


async def test_another_set_of_scopes_ends_the_members_earlier_tokens_of_that_app(sim: Sim) -> None:
    client, other = await app(sim, refreshable=True), await app(sim)
    first, second = await tokens(sim, client), await tokens(sim, client)
    elsewhere = await tokens(sim, other)
    assert (await userinfo(sim, first["access_token"])).status_code == 200, "the same scopes end nothing"
    wider = await tokens(sim, client, "openid profile email w_member_social")
    for earlier in (first, second):
        refused = await userinfo(sim, earlier["access_token"])
        assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 65601)
        assert (await refresh(sim, client, earlier["refresh_token"])).status_code == 400
    for living in (wider, elsewhere):
        assert (await userinfo(sim, living["access_token"])).status_code == 200


async def test_other_members_keep_their_tokens_when_one_changes_scopes(sim: Sim) -> None:
    client = await app(sim)
    other = (await exchange(sim, client, code=await code(sim, client, handle="other"))).json()
    await tokens(sim, client)
    await tokens(sim, client, "openid profile email")
    assert (await userinfo(sim, other["access_token"])).status_code == 200


async def test_introspection_tells_the_owner_of_a_token_how_it_is(sim: Sim) -> None:
    client, other = await app(sim, refreshable=True), await app(sim)
    got = await tokens(sim, client)
    now = int(sim.clock.now)
    assert await introspect(sim, client, got["access_token"]) == {
        "active": True,
        "status": "active",
        "client_id": client["client_id"],
        "scope": "openid,profile,w_member_social",
        "authorized_at": now,
        "created_at": now,
        "expires_at": now + 60 * DAY,
        "auth_type": "3L",
    }
    assert await introspect(sim, other, got["access_token"]) == {"active": False}
    assert await introspect(sim, client, "AQnothing") == {"active": False}
    sim.clock.now += 60 * DAY
    gone = await introspect(sim, client, got["access_token"])
    assert (gone["active"], gone["status"]) == (False, "expired")
    assert (await introspect(sim, client, got["refresh_token"]))["status"] == "active"


async def test_introspection_sees_a_revoked_token_and_asks_for_the_secret(sim: Sim) -> None:
    client = await app(sim)
    first = await tokens(sim, client)
    await tokens(sim, client, "openid profile email")
    assert (await introspect(sim, client, first["access_token"]))["status"] == "revoked"
    form = {"client_id": client["client_id"], "client_secret": "wrong", "token": first["access_token"]}
    assert (await sim.client.post(f"{WEB}/oauth/v2/introspectToken", data=form)).status_code == 401


async def test_the_tokens_of_the_control_door_belong_to_the_app_it_names(sim: Sim) -> None:
    account = await sim.account("linkedin")
    assert (await introspect(sim, account["app"], account["access_token"]))["active"] is True
    assert (await sim.client.get(f"{API}/v2/userinfo", headers=bearer(account))).json()["sub"] in author(account)
