import asyncio

import httpx
import pytest

from simulator.harness import JSON, Sim
from simulator.x_calls import (
    API,
    AUTHORIZE,
    CALLBACK,
    SCOPES,
    SEEDED,
    VERIFIER,
    asked,
    challenge,
    consented,
    exchange,
    renewal,
    returned,
    token,
    tweet,
)


async def tokens(sim: Sim) -> JSON:
    answer = await token(sim, exchange((await consented(sim))["code"]))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def post(sim: Sim, access_token: str, text: str = "hello") -> httpx.Response:
    return await tweet(sim, {"access_token": access_token}, text=text)


async def test_a_code_buys_a_pair_of_tokens_that_work(sim: Sim) -> None:
    account = await sim.account("x", handle="ada")
    back = await consented(sim, handle="ada")
    assert back["state"] == "opaque"
    answer = await token(sim, exchange(back["code"]))
    assert answer.headers["cache-control"] == "no-store"
    pair = answer.json()
    assert {"token_type": "bearer", "expires_in": 7200, "scope": SCOPES}.items() <= pair.items()
    assert (await post(sim, pair["access_token"])).status_code == 201
    [item] = await sim.ledger()
    assert item["account"] == account["platform_account_id"]
    sim.clock.now += 7200
    assert (await post(sim, pair["access_token"], "too late")).status_code == 401


async def test_without_offline_access_there_is_no_refresh_token(sim: Sim) -> None:
    back = await consented(sim, asked(scope="tweet.read tweet.write users.read"))
    pair = (await token(sim, exchange(back["code"]))).json()
    assert "refresh_token" not in pair
    assert pair["scope"] == "tweet.read tweet.write users.read"


async def test_a_narrower_consent_gives_narrower_tokens(sim: Sim) -> None:
    await sim.client.post("/_control/consent", json={"network": "x", "scopes": ["tweet.read", "users.read"]})
    back = returned(await sim.client.get(AUTHORIZE, params=asked()))
    pair = (await token(sim, exchange(back["code"]))).json()
    assert pair["scope"] == "tweet.read users.read"
    assert (await post(sim, pair["access_token"])).status_code == 403


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"response_type": "token"}, "response_type"),
        ({"client_id": "nobody"}, "client_id"),
        ({"redirect_uri": "http://client.example/callback"}, "redirect_uri"),
        ({"redirect_uri": "https://client.example/#here"}, "redirect_uri"),
        ({"scope": None}, "scope"),
        ({"scope": "tweet.read everything"}, "everything"),
        ({"state": None}, "state"),
        ({"state": "s" * 501}, "state"),
        ({"code_challenge": None}, "code_challenge"),
        ({"code_challenge": "short"}, "code_challenge"),
        ({"code_challenge_method": None}, "code_challenge_method"),
        ({"code_challenge_method": "S512"}, "code_challenge_method"),
    ],
)
async def test_a_wrong_parameter_is_told_to_the_person_and_not_to_the_app(
    sim: Sim, changes: dict[str, str | None], reason: str
) -> None:
    answer = await sim.client.get(AUTHORIZE, params=asked(**changes))
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert reason in answer.text


async def test_a_state_of_500_characters_comes_back_whole(sim: Sim) -> None:
    assert (await consented(sim, asked(state="s" * 500)))["state"] == "s" * 500


async def test_the_page_names_app_scopes_and_accounts_and_its_form_decides(sim: Sim) -> None:
    await sim.account("x", handle="ada", name="<i>Ada</i>")
    page = await sim.client.get(AUTHORIZE, params=asked())
    assert page.status_code == 200
    assert "Simulated X app wants to access your X account" in page.text
    assert "media.write" in page.text
    assert "&lt;i&gt;Ada&lt;/i&gt; (@ada)" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]

    allowed = await sim.client.post(AUTHORIZE, params=asked(), data={"decision": "allow", "handle": "ada"})
    assert allowed.status_code == 302
    assert allowed.headers["location"].startswith(CALLBACK)
    assert (await token(sim, exchange(returned(allowed)["code"]))).status_code == 200


async def test_the_page_makes_an_account_of_a_new_name(sim: Sim) -> None:
    form = {"decision": "allow", "handle": "", "another": "grace"}
    back = returned(await sim.client.post(AUTHORIZE, params=asked(), data=form))
    assert (await token(sim, exchange(back["code"]))).status_code == 200
    accounts = (await sim.client.get("/_control/accounts")).json()["items"]
    assert [account["handle"] for account in accounts] == ["grace"]


async def test_cancel_goes_back_as_access_denied(sim: Sim) -> None:
    answer = await sim.client.post(AUTHORIZE, params=asked(), data={"decision": "deny", "handle": ""})
    assert returned(answer) == {"error": "access_denied", "state": "opaque"}
    assert await consented(sim, decision="deny") == {"error": "access_denied", "state": "opaque"}


async def test_an_ordered_consent_answers_one_request(sim: Sim) -> None:
    await consented(sim)
    assert (await sim.client.get(AUTHORIZE, params=asked())).status_code == 200


async def test_a_code_lives_thirty_seconds(sim: Sim) -> None:
    fresh, stale = (await consented(sim))["code"], (await consented(sim))["code"]
    sim.clock.now += 29
    assert (await token(sim, exchange(fresh))).status_code == 200
    sim.clock.now += 1
    refused = await token(sim, exchange(stale))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


async def test_a_code_works_once(sim: Sim) -> None:
    code = (await consented(sim))["code"]
    assert (await token(sim, exchange(code))).status_code == 200
    assert (await token(sim, exchange(code))).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER + "x"},
        {"redirect_uri": CALLBACK + "/"},
        {"code": "guessed"},
        {"code": ""},
        {"code_verifier": ""},
        {"grant_type": "password"},
        {"grant_type": ""},
    ],
)
async def test_what_does_not_belong_to_the_code_is_refused_and_the_code_stays(
    sim: Sim, changes: dict[str, str]
) -> None:
    code = (await consented(sim))["code"]
    refused = await token(sim, exchange(code) | changes)
    assert refused.status_code == 400
    assert set(refused.json()) == {"error", "error_description"}
    assert (await token(sim, exchange(code))).status_code == 200


async def test_a_plain_challenge_is_the_verifier_itself(sim: Sim) -> None:
    parameters = asked(code_challenge=VERIFIER, code_challenge_method="plain")
    code = (await consented(sim, parameters))["code"]
    assert (await token(sim, exchange(code, code_verifier=challenge()))).status_code == 400
    assert (await token(sim, exchange(code))).status_code == 200


@pytest.mark.parametrize("app", [None, ("simulated-x-app", "wrong"), ("nobody", "simulated-x-secret")])
async def test_a_confidential_app_must_show_its_secret(sim: Sim, app: tuple[str, str] | None) -> None:
    code = (await consented(sim))["code"]
    refused = await token(sim, exchange(code, client_id=SEEDED[0]), app)
    assert refused.status_code == 401
    assert refused.json() == {
        "error": "unauthorized_client",
        "error_description": "Missing valid authorization header",
    }


async def test_a_public_app_has_no_secret_and_names_itself(sim: Sim) -> None:
    order = {"network": "x", "client_id": "public", "confidential": False, "redirect_uris": [CALLBACK]}
    made = await sim.client.post("/_control/apps", json=order)
    assert (made.status_code, made.json()["client_secret"]) == (201, None)
    assert (await sim.client.get(AUTHORIZE, params=asked(client_id="public", redirect_uri=CALLBACK + "?a=b"))).is_error
    code = (await consented(sim, asked(client_id="public")))["code"]
    assert (await token(sim, exchange(code))).status_code == 400, "another app's code"
    assert (await token(sim, exchange(code, client_id="public"), None)).status_code == 200


async def test_the_token_call_takes_forms_only(sim: Sim) -> None:
    answer = await sim.client.post(f"{API}/2/oauth2/token", json=exchange("code"), auth=httpx.BasicAuth(*SEEDED))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_refresh_gives_a_new_pair_and_ends_the_old_refresh_token(sim: Sim) -> None:
    first = await tokens(sim)
    second = (await token(sim, renewal(first["refresh_token"]))).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == SCOPES
    assert (await post(sim, second["access_token"])).status_code == 201
    reused = await token(sim, renewal(first["refresh_token"]))
    assert reused.status_code == 400
    assert reused.json() == {
        "error": "invalid_request",
        "error_description": "Value passed for the token was invalid.",
    }
    assert (await token(sim, renewal(second["refresh_token"]))).status_code == 200


async def test_of_two_refreshes_at_once_one_wins(sim: Sim) -> None:
    pair = await tokens(sim)
    answers = await asyncio.gather(*(token(sim, renewal(pair["refresh_token"])) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]


async def test_a_refresh_token_ends_when_the_setting_says(sim: Sim) -> None:
    await sim.settings(x_refresh_token_seconds=100)
    short = await tokens(sim)
    await sim.settings(x_refresh_token_seconds=None)
    endless = await tokens(sim)
    sim.clock.now += 100
    assert (await token(sim, renewal(short["refresh_token"]))).status_code == 400
    sim.clock.now += 10 * 365 * 86400
    assert (await token(sim, renewal(endless["refresh_token"]))).status_code == 200


async def test_a_seeded_refresh_token_belongs_to_the_seeded_app(sim: Sim) -> None:
    account = await sim.account("x", expires_in=0)
    assert (await tweet(sim, account, text="late")).status_code == 401
    app = (account["app"]["client_id"], account["app"]["client_secret"])
    pair = (await token(sim, renewal(account["refresh_token"]), app)).json()
    assert (await post(sim, pair["access_token"])).status_code == 201


async def test_revoking_ends_a_token(sim: Sim) -> None:
    pair, other = await tokens(sim), await tokens(sim)

    async def revoke(value: str) -> httpx.Response:
        return await sim.client.post(f"{API}/2/oauth2/revoke", data={"token": value}, auth=httpx.BasicAuth(*SEEDED))

    assert (await revoke(pair["access_token"])).json() == {"revoked": True}
    assert (await post(sim, pair["access_token"])).status_code == 401
    renewed = (await token(sim, renewal(pair["refresh_token"]))).json()
    assert (await revoke(renewed["refresh_token"])).status_code == 200
    assert (await post(sim, renewed["access_token"])).status_code == 401
    assert (await token(sim, renewal(renewed["refresh_token"]))).status_code == 400
    assert (await post(sim, other["access_token"])).status_code == 201, "another consent is another matter"
    assert (await revoke("nonsense")).status_code == 400


async def test_an_app_only_token_is_refused_on_user_calls_and_may_read_what_is_public(sim: Sim) -> None:
    account = await sim.account("x", token="app_only")
    assert account["refresh_token"] is None
    refused = await tweet(sim, account, text="a")
    assert refused.status_code == 403
    assert refused.json()["title"] == "Unsupported Authentication"
    assert refused.json()["type"].endswith("/problems/unsupported-authentication")
    headers = {"Authorization": f"Bearer {account['access_token']}"}
    assert (await sim.client.get(f"{API}/2/users/me", headers=headers)).status_code == 403
    timeline = await sim.client.get(f"{API}/2/users/{account['platform_account_id']}/tweets", headers=headers)
    assert timeline.status_code == 200


async def test_the_old_host_name_answers_too(sim: Sim) -> None:
    account = await sim.account("x")
    headers = {"Authorization": f"Bearer {account['access_token']}"}
    answer = await sim.client.post("/api.twitter.com/2/tweets", json={"text": "a"}, headers=headers)
    assert answer.status_code == 201
