"""How an app gets a creator's tokens from the simulated TikTok, renews them and loses them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer

SITE, API = "/www.tiktok.com", "/open.tiktokapis.com"
BACK = "https://app.example/back"
APP = {"client_key": "simulated-tiktok-app", "client_secret": "simulated-tiktok-secret"}
SCOPES = "user.info.basic,video.publish,video.upload"
VERIFIER = "v" * 43
HEX = hashlib.sha256(VERIFIER.encode()).hexdigest()
BASE64 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
DAY = 86400


def without_none(parameters: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value is not None}


async def authorize(sim: Sim, **change: Any) -> httpx.Response:
    asked = {
        "client_key": APP["client_key"],
        "response_type": "code",
        "scope": SCOPES,
        "redirect_uri": BACK,
        "state": "s&t=1",
    }
    return await sim.client.get(f"{SITE}/v2/auth/authorize/", params=without_none(asked | change))


def returned(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def consented(sim: Sim, order: JSON | None = None, **change: Any) -> dict[str, str]:
    """What comes back to the app after a consent that was ordered."""
    consent = {"network": "tiktok"} | (order or {})
    assert (await sim.client.post("/_control/consent", json=consent)).status_code == 201
    return returned(await authorize(sim, **change))


async def token(sim: Sim, **change: Any) -> httpx.Response:
    form = APP | {"grant_type": "authorization_code", "redirect_uri": BACK}
    return await sim.client.post(f"{API}/v2/oauth/token/", data=without_none(form | change))


async def refresh(sim: Sim, refresh_token: str, **change: Any) -> httpx.Response:
    return await token(sim, grant_type="refresh_token", redirect_uri=None, refresh_token=refresh_token, **change)


async def tokens(sim: Sim, **change: Any) -> JSON:
    answer = await token(sim, code=(await consented(sim, **change))["code"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def user_info(sim: Sim, access_token: str, fields: str | None = "open_id") -> httpx.Response:
    parameters = without_none({"fields": fields})
    headers = bearer({"access_token": access_token})
    return await sim.client.get(f"{API}/v2/user/info/", params=parameters, headers=headers)


async def test_a_creator_leaves_out_what_the_app_shall_not_do(sim: Sim) -> None:
    account = await sim.account("tiktok")
    page = await authorize(sim)
    assert 'type="checkbox" name="scope video.publish" checked' in page.text
    assert 'type="checkbox" name="scope user.info.basic"' not in page.text
    ticked = {"choosing": "on", "scope user.info.basic": "on", "scope video.upload": "on"}
    form = {"handle": account["handle"], "decision": "allow"} | ticked
    back = returned(await sim.client.post(str(page.url), data=form))
    assert (back["state"], back["scopes"]) == ("s&t=1", "user.info.basic,video.upload")
    got = (await token(sim, code=back["code"])).json()
    assert got["access_token"].startswith("act.")
    assert got["refresh_token"].startswith("rft.")
    del got["access_token"], got["refresh_token"]
    assert got == {
        "expires_in": 7200,
        "open_id": account["platform_account_id"],
        "refresh_expires_in": 180 * DAY,
        "scope": "user.info.basic,video.upload",
        "token_type": "Bearer",
    }


async def test_a_creator_who_says_no_comes_back_with_an_error(sim: Sim) -> None:
    back = await consented(sim, {"decision": "deny"})
    assert (back["error"], back["state"]) == ("access_denied", "s&t=1")
    assert back["error_description"]
    assert "code" not in back


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"client_key": "nobody"}, "client_key"),
        ({"client_key": None, "client_id": APP["client_key"]}, "client_key"),
        ({"response_type": "token"}, "response_type"),
        ({"scope": None}, "scope"),
        ({"scope": "user.info.basic video.publish"}, "scope"),
        ({"scope": "user.info.basic,"}, "scope"),
        ({"scope": "user.info.basic,live.read"}, "scope"),
        ({"state": None}, "state"),
        ({"redirect_uri": None}, "redirect_uri"),
        ({"redirect_uri": "http://app.example/back"}, "redirect_uri"),
        ({"redirect_uri": BACK + "?x=1"}, "redirect_uri"),
        ({"redirect_uri": BACK + "#x"}, "redirect_uri"),
        ({"redirect_uri": BACK + "/" * 512}, "redirect_uri"),
        ({"redirect_uri": "http://127.0.0.1/back"}, "redirect_uri"),
        ({"redirect_uri": "https://[bad"}, "redirect_uri"),
        ({"code_challenge": HEX}, "code_challenge_method"),
        ({"code_challenge": HEX, "code_challenge_method": "plain"}, "code_challenge_method"),
        ({"code_challenge": BASE64, "code_challenge_method": "S256"}, "code_challenge"),
        ({"code_challenge_method": "S256"}, "code_challenge"),
    ],
)
async def test_a_wrong_parameter_is_named_to_the_person_and_nobody_is_sent_back(
    sim: Sim, change: JSON, named: str
) -> None:
    page = await authorize(sim, **change)
    assert page.status_code == 400
    assert f'<p role="alert">{named}' in page.text


async def test_a_registered_star_is_any_port_of_this_machine(sim: Sim) -> None:
    order = {"network": "tiktok", "client_id": "desk", "redirect_uris": ["http://localhost:*/back", BACK]}
    assert (await sim.client.post("/_control/apps", json=order)).status_code == 201
    for uri, status in (
        ("http://localhost:3455/back", 200),
        ("http://localhost:3455/other", 400),
        ("http://127.0.0.1:3455/back", 400),
        (BACK, 200),
        (BACK + "/", 400),
    ):
        assert (await authorize(sim, client_key="desk", redirect_uri=uri)).status_code == status, uri


@pytest.mark.parametrize(("pkce", "challenge"), [("hex", HEX), ("base64url", BASE64)])
async def test_a_challenge_is_proved_by_its_verifier_alone(sim: Sim, pkce: str, challenge: str) -> None:
    await sim.settings(tiktok_pkce=pkce)
    back = await consented(sim, code_challenge=challenge, code_challenge_method="S256")
    for wrong in (None, "w" * 43, VERIFIER[:42], challenge):
        refused = await token(sim, code=back["code"], code_verifier=wrong)
        said = refused.json()["error_description"]
        assert (refused.status_code, said) == (400, "Code verifier or code challenge is invalid.")
    assert (await token(sim, code=back["code"], code_verifier=VERIFIER)).status_code == 200


async def test_a_verifier_without_a_challenge_proves_nothing(sim: Sim) -> None:
    refused = await token(sim, code=(await consented(sim))["code"], code_verifier=VERIFIER)
    assert refused.json()["error"] == "invalid_request"


async def test_some_web_apps_may_send_no_challenge(sim: Sim) -> None:
    await sim.settings(tiktok_pkce="refused")
    page = await authorize(sim, code_challenge=HEX, code_challenge_method="S256")
    assert (page.status_code, "code_challenge" in page.text) == (400, True)
    assert (await authorize(sim)).status_code == 200


async def test_a_code_works_once_while_it_lives_and_with_its_own_address(sim: Sim) -> None:
    back = await consented(sim)
    other = (await sim.client.post("/_control/apps", json={"network": "tiktok"})).json()
    stranger = {"client_key": other["client_id"], "client_secret": other["client_secret"]}
    assert (await token(sim, code=back["code"], **stranger)).json()["error"] == "invalid_grant"
    assert (await token(sim, code=back["code"], redirect_uri=BACK + "/")).json()["error"] == "invalid_request"
    assert (await token(sim, code=back["code"])).status_code == 200
    assert (await token(sim, code=back["code"])).json()["error"] == "invalid_grant"
    late = await consented(sim)
    sim.clock.now += 600
    assert (await token(sim, code=late["code"])).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_key": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"code": "act.nothing"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_request"),
    ],
)
async def test_the_token_call_says_flat_what_is_wrong(sim: Sim, change: JSON, status: int, error: str) -> None:
    refused = await token(sim, **({"code": (await consented(sim))["code"]} | change))
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert set(refused.json()) == {"error", "error_description", "log_id"}


async def test_tokens_are_asked_for_with_a_form(sim: Sim) -> None:
    answer = await sim.client.post(f"{API}/v2/oauth/token/", json=APP)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_refresh_token_works_once_and_half_a_year(sim: Sim) -> None:
    first = await tokens(sim)
    sim.clock.now += 7200
    assert (await user_info(sim, first["access_token"])).json()["error"]["code"] == "access_token_invalid"
    second = (await refresh(sim, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert (second["expires_in"], second["refresh_expires_in"]) == (7200, 180 * DAY)
    assert (await user_info(sim, second["access_token"])).status_code == 200
    again = await refresh(sim, first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    sim.clock.now += 180 * DAY
    assert (await refresh(sim, second["refresh_token"])).json()["error"] == "invalid_grant"


async def test_tokens_as_older_pages_have_them(sim: Sim) -> None:
    await sim.settings(tiktok_tokens="24h")
    first = await tokens(sim)
    assert (first["expires_in"], first["refresh_expires_in"]) == (DAY, 365 * DAY)
    sim.clock.now += 100 * DAY
    for _ in range(2):
        renewed = (await refresh(sim, first["refresh_token"])).json()
        assert (renewed["refresh_token"], renewed["refresh_expires_in"]) == (first["refresh_token"], 265 * DAY)
        assert (await user_info(sim, renewed["access_token"])).status_code == 200


async def test_a_dead_refresh_token_may_be_refused_with_200(sim: Sim) -> None:
    await sim.settings(tiktok_invalid_grant_status=200)
    refused = await refresh(sim, "rft.nothing")
    assert (refused.status_code, refused.json()["error"]) == (200, "invalid_grant")


async def test_the_tokens_of_the_control_door_are_renewed_with_the_app_it_names(sim: Sim) -> None:
    account = await sim.account("tiktok", expires_in=60)
    sim.clock.now += 60
    app = {"client_key": account["app"]["client_id"], "client_secret": account["app"]["client_secret"]}
    renewed = (await refresh(sim, account["refresh_token"], **app)).json()
    assert renewed["scope"].split(",") == account["scopes"]
    assert (await user_info(sim, renewed["access_token"])).json()["data"]["user"]["open_id"] == renewed["open_id"]
    assert (await refresh(sim, account["refresh_token"])).json()["error"] == "invalid_grant"


async def test_revoking_ends_all_that_came_of_the_same_consent(sim: Sim) -> None:
    first, other = await tokens(sim), await tokens(sim)
    second = (await refresh(sim, first["refresh_token"])).json()

    async def revoke(value: str) -> httpx.Response:
        return await sim.client.post(f"{API}/v2/oauth/revoke/", data=APP | {"token": value})

    done = await revoke(second["access_token"])
    assert (done.status_code, done.content) == (200, b"")
    for dead in (first, second):
        assert (await user_info(sim, dead["access_token"])).status_code == 401
    assert (await refresh(sim, second["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await user_info(sim, other["access_token"])).status_code == 200
    for wrong in (second["access_token"], other["refresh_token"], "act.nothing"):
        assert (await revoke(wrong)).json()["error"] == "invalid_request"


async def test_a_profile_has_the_fields_that_were_named(sim: Sim) -> None:
    account = await sim.account("tiktok", handle="ada.weaves", name="Ada Weaver")
    answer = await user_info(sim, account["access_token"], "open_id,union_id,avatar_url,display_name")
    user = answer.json()["data"]["user"]
    assert answer.json()["error"]["code"] == "ok"
    assert (user["open_id"], user["display_name"]) == (account["platform_account_id"], "Ada Weaver")
    assert set(user) == {"open_id", "union_id", "avatar_url", "display_name"}
    assert (await sim.client.get(user["avatar_url"])).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        (None, 400, "invalid_params"),
        ("", 400, "invalid_params"),
        ("open_id,email", 400, "invalid_params"),
        ("open_id,username", 401, "scope_not_authorized"),
        ("video_count", 401, "scope_not_authorized"),
    ],
)
async def test_a_field_must_be_there_and_within_the_scopes(
    sim: Sim, fields: str | None, status: int, code: str
) -> None:
    account = await sim.account("tiktok")
    refused = await user_info(sim, account["access_token"], fields)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


async def test_the_handle_needs_a_scope_of_its_own(sim: Sim) -> None:
    account = await sim.account("tiktok", handle="ada.weaves", scopes=["user.info.profile"])
    answer = await user_info(sim, account["access_token"], "username,is_verified")
    assert answer.json()["data"]["user"] == {"username": "ada.weaves", "is_verified": False}
    assert (await user_info(sim, account["access_token"], "open_id")).status_code == 401
