"""How an app gets a person's token by Facebook Login, makes it last, and loses it."""

from urllib.parse import urlsplit

import pytest

from simulator.harness import JSON, Sim, bearer
from simulator.meta_calls import (
    APP,
    BACK,
    DAY,
    GRAPH,
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
    assert client["client_id"].isdecimal()
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


async def test_the_record_of_calls_hides_tokens_and_codes(sim: Sim) -> None:
    value = await code(sim)
    token = (await exchange(sim, code=value)).json()["access_token"]
    await lengthen(sim, token)
    recorded = [call for call in await sim.calls() if call["path"].endswith("/oauth/access_token")]
    assert [call["network"] for call in recorded] == ["facebook", "facebook"]
    for secret in (value, token, APP["client_secret"]):
        assert secret not in str(recorded)
    assert urlsplit(BACK).netloc in recorded[0]["query"]["redirect_uri"]
