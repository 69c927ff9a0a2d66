"""How an app gets a person's token by Facebook Login, makes it last, and loses it."""

from urllib.parse import urlsplit

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer
from simulator.meta_calls import (
    APP,
    BACK,
    DAY,
    GRAPH,
    SCOPES,
    authorize,
    code,
    consent,
    examined,
    exchange,
    get,
    lengthen,
    pages,
    refusal,
    returned,
    user_token,
)

INSTAGRAM = ["instagram_basic", "instagram_content_publish"]


async def test_a_person_allows_an_app_on_a_page_and_it_posts(sim: Sim) -> None:
    page = await sim.account("facebook", handle="bakery")
    shown = await authorize(sim)
    assert shown.status_code == 200
    assert "Simulated Facebook app" in shown.text
    assert "pages_manage_posts" in shown.text
    back = returned(await sim.client.post(str(shown.url), data={"handle": "bakery", "decision": "allow"}))
    assert back["state"] == "s&t=1"
    short = (await exchange(sim, code=back["code"])).json()
    assert (short["token_type"], short["expires_in"]) == ("bearer", 3600)
    long = (await lengthen(sim, short["access_token"])).json()
    assert (long["token_type"], long["expires_in"]) == ("bearer", 60 * DAY)
    [listed] = await pages(sim, long["access_token"])
    assert listed["id"] == page["platform_account_id"]
    post = await sim.client.post(f"{GRAPH}/{listed['id']}/feed", data={"message": "Bread"}, headers=bearer(listed))
    assert post.status_code == 200, post.text


async def test_refusing_comes_back_as_an_error(sim: Sim) -> None:
    shown = await authorize(sim)
    back = returned(await sim.client.post(str(shown.url), data={"decision": "deny"}))
    assert (back["error"], back["error_reason"], back["state"]) == ("access_denied", "user_denied", "s&t=1")
    assert back["error_description"]
    assert "code" not in back
    await consent(sim, decision="deny")
    assert returned(await authorize(sim))["error"] == "access_denied"


async def test_the_state_is_optional_and_the_version_too(sim: Sim) -> None:
    await consent(sim)
    assert set(returned(await authorize(sim, state=None))) == {"code"}
    await consent(sim)
    answer = await sim.client.get(
        "/www.facebook.com/dialog/oauth", params={"client_id": APP["client_id"], "redirect_uri": BACK}
    )
    assert returned(answer)["code"]


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "http://app.example/back"},
        {"redirect_uri": BACK + "#x"},
        {"response_type": "token"},
        {"scope": "pages_show_list,manage_everything"},
        {"auth_type": "guess"},
        {"config_id": "77"},
    ],
)
async def test_a_wrong_request_is_shown_to_the_person_and_sends_nobody_back(sim: Sim, change: JSON) -> None:
    await consent(sim)
    page = await authorize(sim, **change)
    assert page.status_code == 400
    assert "location" not in page.headers
    assert "this cannot go on" in page.text


async def test_registered_addresses_are_compared_to_the_letter(sim: Sim) -> None:
    order = {"network": "facebook", "redirect_uris": [BACK]}
    client = (await sim.client.post("/_control/apps", json=order)).json()
    assert (await authorize(sim, client_id=client["client_id"])).status_code == 200
    assert (await authorize(sim, client_id=client["client_id"], redirect_uri=BACK + "/")).status_code == 400


@pytest.mark.parametrize("auth_type", ["rerequest", "reauthenticate", "reauthorize"])
async def test_a_person_can_be_asked_again(sim: Sim, auth_type: str) -> None:
    await consent(sim)
    assert returned(await authorize(sim, auth_type=auth_type))["code"]


async def test_a_configuration_stands_for_all_permissions_of_the_app(sim: Sim) -> None:
    await consent(sim)
    back = returned(await authorize(sim, scope=None, config_id="77"))
    token = (await exchange(sim, code=back["code"])).json()["access_token"]
    assert {"business_management", "instagram_content_publish"} <= set((await examined(sim, token))["scopes"])


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_code_works_once(sim: Sim, method: str) -> None:
    value = await code(sim)
    assert (await exchange(sim, method, code=value)).status_code == 200
    assert refusal(await exchange(sim, method, code=value)) == (100, 36009)


async def test_a_code_ends(sim: Sim) -> None:
    value = await code(sim)
    sim.clock.now += 600
    assert refusal(await exchange(sim, code=value)) == (100, 36007)
    value = await code(sim)
    sim.clock.now += 599
    assert (await exchange(sim, code=value)).status_code == 200


async def test_a_code_is_for_its_app_and_its_address(sim: Sim) -> None:
    other = (await sim.client.post("/_control/apps", json={"network": "facebook"})).json()
    value = await code(sim)
    stranger = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
    assert refusal(await exchange(sim, code=value, **stranger)) == (100, None)
    assert refusal(await exchange(sim, code=value, redirect_uri=BACK + "/")) == (100, 36008)
    assert refusal(await exchange(sim, code=value, redirect_uri=None)) == (100, 36008)
    assert (await exchange(sim, code=value)).status_code == 200


@pytest.mark.parametrize(
    ("change", "code_of_error"),
    [
        ({"client_id": None}, 101),
        ({"client_id": "nobody"}, 101),
        ({"client_secret": "wrong"}, 1),
        ({"client_secret": None}, 1),
        ({"code": "AQnothing"}, 100),
        ({"code": None}, 100),
        ({"grant_type": "password"}, 100),
        ({"grant_type": "fb_exchange_token"}, 100),
        ({"grant_type": "fb_exchange_token", "fb_exchange_token": "EAAnothing"}, 190),
    ],
)
async def test_the_exchange_says_what_is_wrong(sim: Sim, change: JSON, code_of_error: int) -> None:
    refused = await exchange(sim, **({"code": await code(sim)} | change))
    assert refusal(refused) == (code_of_error, None)


async def test_a_version_that_never_was_is_no_path(sim: Sim) -> None:
    refused = await sim.client.get("/graph.facebook.com/v99.0/oauth/access_token", params=APP)
    assert refusal(refused) == (2500, None)
    assert refusal(await sim.client.get("/graph.facebook.com/oauth/access_token", params=APP)) == (100, None)


async def test_a_short_lived_token_lives_an_hour_and_cannot_be_exchanged_after_it(sim: Sim) -> None:
    token = (await exchange(sim, code=await code(sim))).json()["access_token"]
    sim.clock.now += 3599
    assert (await get(sim, f"{GRAPH}/me", token)).status_code == 200
    sim.clock.now += 1
    assert refusal(await get(sim, f"{GRAPH}/me", token)) == (190, 463)
    assert refusal(await lengthen(sim, token)) == (190, 463)


async def test_a_long_lived_token_lives_sixty_days_and_can_be_made_to_last(sim: Sim) -> None:
    token = await user_token(sim)
    sim.clock.now += 59 * DAY
    again = (await lengthen(sim, token)).json()
    assert again["expires_in"] == 60 * DAY
    assert again["access_token"] != token
    sim.clock.now += DAY
    assert refusal(await get(sim, f"{GRAPH}/me", token)) == (190, 463)
    assert (await get(sim, f"{GRAPH}/me", again["access_token"])).status_code == 200


async def test_a_second_exchange_may_bring_the_same_token(sim: Sim) -> None:
    await sim.settings(facebook_second_exchange="same")
    token = await user_token(sim)
    sim.clock.now += DAY
    assert (await lengthen(sim, token)).json() == {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": 59 * DAY,
    }


async def test_only_a_persons_token_of_the_same_app_can_be_exchanged(sim: Sim) -> None:
    other = (await sim.client.post("/_control/apps", json={"network": "facebook"})).json()
    token = await user_token(sim)
    stranger = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
    assert refusal(await lengthen(sim, token, **stranger)) == (100, None)
    [page] = await pages(sim, token)
    assert refusal(await lengthen(sim, page["access_token"])) == (100, None)
    account = await sim.account("instagram")
    assert refusal(await lengthen(sim, account["access_token"])) == (190, None)


async def test_a_person_may_allow_less_than_is_asked_for(sim: Sim) -> None:
    token = await user_token(sim, scopes=["pages_show_list", "pages_manage_posts"], account=None)
    everything = (await get(sim, f"{GRAPH}/me/permissions", token)).json()["data"]
    assert {item["status"] for item in everything} == {"granted"}
    await consent(sim, scopes=["pages_show_list"])
    back = returned(await authorize(sim))
    token = (await exchange(sim, code=back["code"])).json()["access_token"]
    assert (await get(sim, f"{GRAPH}/me/permissions", token)).json()["data"] == [
        {"permission": "public_profile", "status": "granted"},
        {"permission": "pages_show_list", "status": "granted"},
        {"permission": "pages_read_engagement", "status": "declined"},
        {"permission": "pages_manage_posts", "status": "declined"},
    ]
    [page] = await pages(sim, token)
    refused = await sim.client.post(f"{GRAPH}/me/feed", data={"message": "a"}, headers=bearer(page))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 200)
    long = (await lengthen(sim, token)).json()["access_token"]
    assert (await get(sim, f"{GRAPH}/me/permissions", long)).json()["data"][3]["status"] == "declined"


async def test_debug_token_tells_an_app_what_its_token_is(sim: Sim) -> None:
    bakery = await sim.account("facebook", handle="bakery", attributes={"user": "ada"})
    instagram = await sim.account("instagram", attributes={"page": "bakery"})
    start = int(sim.clock.now)
    token = await user_token(sim, scopes=[*SCOPES, *INSTAGRAM], handle="bakery")
    page_id, instagram_id = bakery["platform_account_id"], instagram["platform_account_id"]
    person = (await get(sim, f"{GRAPH}/me", token)).json()
    assert person["name"] == "Ada"
    assert await examined(sim, token) == {
        "app_id": APP["client_id"],
        "type": "USER",
        "application": "Simulated Facebook app",
        "data_access_expires_at": start + 90 * DAY,
        "expires_at": start + 60 * DAY,
        "is_valid": True,
        "issued_at": start,
        "scopes": ["public_profile", *SCOPES, *INSTAGRAM],
        "granular_scopes": [
            {"scope": "public_profile"},
            *({"scope": scope, "target_ids": [page_id]} for scope in SCOPES),
            *({"scope": scope, "target_ids": [instagram_id]} for scope in INSTAGRAM),
        ],
        "user_id": person["id"],
    }
    [page] = await pages(sim, token)
    known = await examined(sim, page["access_token"], access_token=token)
    assert (known["type"], known["profile_id"], known["user_id"]) == ("PAGE", page_id, person["id"])
    assert (known["expires_at"], known["data_access_expires_at"]) == (0, start + 90 * DAY)


async def test_debug_token_says_why_a_token_is_dead(sim: Sim) -> None:
    token = await user_token(sim)
    sim.clock.now += 60 * DAY
    known = await examined(sim, token)
    assert (known["is_valid"], known["error"]["code"], known["error"]["subcode"]) == (False, 190, 463)
    unknown = await examined(sim, "EAAnothing")
    assert (unknown["is_valid"], unknown["error"]["code"]) == (False, 190)


async def test_debug_token_answers_only_the_app_that_a_token_is_of(sim: Sim) -> None:
    other = (await sim.client.post("/_control/apps", json={"network": "facebook"})).json()
    token = await user_token(sim)

    async def ask(**asked: str) -> httpx.Response:
        return await sim.client.get(f"{GRAPH}/debug_token", params=asked)

    foreign = f"{other['client_id']}|{other['client_secret']}"
    assert refusal(await ask(input_token=token, access_token=foreign)) == (100, None)
    assert refusal(await ask(input_token=token, access_token=f"{APP['client_id']}|wrong")) == (190, None)
    assert refusal(await ask(input_token=token)) == (2500, None)
    assert refusal(await ask(access_token=token)) == (100, None)


async def test_data_access_ends_only_where_a_permission_of_instagram_was_given(sim: Sim) -> None:
    await sim.settings(facebook_data_access="enforced")
    plain = await user_token(sim, scopes=[*SCOPES, "business_management"])
    reaching = await user_token(sim, scopes=[*SCOPES, "instagram_basic"])
    assert (await examined(sim, plain))["data_access_expires_at"] == 0
    [page], [reached] = await pages(sim, plain), await pages(sim, reaching)
    sim.clock.now += 90 * DAY - 1
    assert (await get(sim, f"{GRAPH}/me", reached["access_token"])).status_code == 200
    sim.clock.now += 1
    assert refusal(await get(sim, f"{GRAPH}/me", reached["access_token"])) == (190, None)
    assert (await get(sim, f"{GRAPH}/me", page["access_token"])).status_code == 200
    await sim.settings(facebook_data_access="told")
    assert (await get(sim, f"{GRAPH}/me", reached["access_token"])).status_code == 200


async def test_data_access_is_not_extended_by_an_exchange(sim: Sim) -> None:
    start = int(sim.clock.now)
    token = await user_token(sim, scopes=[*SCOPES, "instagram_basic"])
    sim.clock.now += 30 * DAY
    again = (await lengthen(sim, token)).json()["access_token"]
    assert (await examined(sim, again))["data_access_expires_at"] == start + 90 * DAY


REASONS = {
    "revoked": 458,
    "checkpointed": 459,
    "password_changed": 460,
    "unconfirmed": 464,
    "invalidated": 467,
    "role_lost": 492,
}


@pytest.mark.parametrize("network", ["facebook", "instagram"])
@pytest.mark.parametrize(("state", "subcode"), REASONS.items())
async def test_a_dead_token_is_refused_with_its_reason(sim: Sim, network: str, state: str, subcode: int) -> None:
    host = {"facebook": GRAPH, "instagram": "/graph.instagram.com/v26.0"}[network]
    account = await sim.account(network, token=state)
    assert refusal(await get(sim, f"{host}/me", account["access_token"])) == (190, subcode)


@pytest.mark.parametrize("reason", [None, "checkpointed", "password_changed", "unconfirmed", "invalidated"])
async def test_an_order_ends_whatever_came_of_a_consent(sim: Sim, reason: str | None) -> None:
    token = await user_token(sim)
    [page] = await pages(sim, token)
    await sim.fault("facebook", "revoke_token", **({} if reason is None else {"reason": reason}))
    expected = (190, REASONS[reason or "revoked"])
    assert refusal(await get(sim, f"{GRAPH}/me", page["access_token"])) == expected
    assert refusal(await get(sim, f"{GRAPH}/me", token)) == expected
    assert refusal(await lengthen(sim, token)) == expected
    assert (await examined(sim, token))["error"]["subcode"] == expected[1]


async def test_a_lost_role_ends_the_pages_token_alone(sim: Sim) -> None:
    token = await user_token(sim)
    [page] = await pages(sim, token)
    await sim.fault("facebook", "revoke_token", reason="role_lost")
    assert refusal(await get(sim, f"{GRAPH}/me", page["access_token"])) == (190, 492)
    assert (await get(sim, f"{GRAPH}/me", token)).status_code == 200


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"network": "x", "reason": "checkpointed"}, "checkpointed ends no token of x"),
        ({"network": "facebook", "reason": "boredom"}, "boredom ends no token of facebook"),
    ],
)
async def test_a_reason_that_ends_no_token_is_refused(sim: Sim, order: JSON, words: str) -> None:
    refused = await sim.client.post("/_control/faults", json={"action": "revoke_token", **order})
    assert (refused.status_code, refused.json()["error"]) == (422, words)


async def test_the_record_of_calls_hides_tokens_and_codes(sim: Sim) -> None:
    value = await code(sim)
    token = (await exchange(sim, code=value)).json()["access_token"]
    await lengthen(sim, token)
    recorded = [call for call in await sim.calls() if call["path"].endswith("/oauth/access_token")]
    assert [call["network"] for call in recorded] == ["facebook", "facebook"]
    for secret in (value, token, APP["client_secret"]):
        assert secret not in str(recorded)
    assert urlsplit(BACK).netloc in recorded[0]["query"]["redirect_uri"]
