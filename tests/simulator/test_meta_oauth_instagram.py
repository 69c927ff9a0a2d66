"""How an app gets, keeps and loses the token of an Instagram account by Instagram Login."""

import pytest

from simulator.harness import JSON, Sim
from simulator.meta_calls import (
    BACK,
    DAY,
    GRAPH,
    INSTAGRAM,
    INSTAGRAM_APP,
    INSTAGRAM_SCOPES,
    authorize_instagram,
    consent,
    get,
    instagram_code,
    instagram_token,
    lengthen_instagram,
    refresh_instagram,
    refusal,
    returned,
)

ME = f"{INSTAGRAM}/v26.0/me"


async def short_token(sim: Sim) -> str:
    answer = await instagram_token(sim, code=await instagram_code(sim))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def long_token(sim: Sim) -> str:
    answer = await lengthen_instagram(sim, await short_token(sim))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def test_a_person_allows_an_app_on_a_page_and_is_known_to_it(sim: Sim) -> None:
    account = await sim.account("instagram", handle="bakes", name="Bakes")
    shown = await authorize_instagram(sim)
    assert shown.status_code == 200
    assert "Simulated Instagram app" in shown.text
    answer = await sim.client.post(str(shown.url), data={"handle": "bakes", "decision": "allow"})
    assert answer.headers["location"].endswith("#_")
    back = returned(answer)
    assert back["state"] == "s&t=1"
    short = (await instagram_token(sim, code=back["code"])).json()
    long = (await lengthen_instagram(sim, short["access_token"])).json()
    assert (long["token_type"], long["expires_in"]) == ("bearer", 60 * DAY)
    fields = "user_id,id,username,name,account_type,profile_picture_url"
    me = (await get(sim, ME, long["access_token"], fields=fields)).json()
    assert me.pop("profile_picture_url").startswith("http")
    assert me.pop("id") == str(short["user_id"]) != account["platform_account_id"]
    assert me == {
        "user_id": account["platform_account_id"],
        "username": "bakes",
        "name": "Bakes",
        "account_type": "BUSINESS",
    }


async def test_me_tells_a_creator_and_only_what_is_asked_for(sim: Sim) -> None:
    account = await sim.account("instagram", attributes={"account_type": "MEDIA_CREATOR"})
    token = account["access_token"]
    assert (await get(sim, ME, token, fields="account_type")).json()["account_type"] == "MEDIA_CREATOR"
    assert set((await get(sim, ME, token)).json()) == {"id"}
    assert refusal(await get(sim, ME, token, fields="shoe_size")) == (100, None)


async def test_refusing_comes_back_as_an_error(sim: Sim) -> None:
    await consent(sim, "instagram", decision="deny")
    back = returned(await authorize_instagram(sim))
    assert (back["error"], back["error_reason"], back["state"]) == ("access_denied", "user_denied", "s&t=1")
    assert "code" not in back


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "1000000000000001"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "http://app.example/back"},
        {"response_type": "token"},
        {"response_type": None},
        {"scope": None},
        {"scope": "instagram_business_basic,instagram_content_publish"},
    ],
)
async def test_a_wrong_request_is_shown_to_the_person_and_sends_nobody_back(sim: Sim, change: JSON) -> None:
    await consent(sim, "instagram")
    page = await authorize_instagram(sim, **change)
    assert page.status_code == 400
    assert "location" not in page.headers


async def test_a_consent_can_be_asked_for_again(sim: Sim) -> None:
    await consent(sim, "instagram")
    assert returned(await authorize_instagram(sim, force_reauth="true", enable_fb_login="0"))["code"]


async def test_the_answer_to_a_code_has_one_of_two_shapes(sim: Sim) -> None:
    account = await sim.account("instagram")
    flat = (await instagram_token(sim, code=await instagram_code(sim))).json()
    assert set(flat) == {"access_token", "user_id", "permissions"}
    assert flat["permissions"] == INSTAGRAM_SCOPES
    assert flat["user_id"] > 2**53
    await sim.settings(instagram_code_reply="wrapped", instagram_permissions="string", instagram_code_user_id="account")
    [wrapped] = (await instagram_token(sim, code=await instagram_code(sim))).json()["data"]
    assert wrapped["permissions"] == ",".join(INSTAGRAM_SCOPES)
    assert str(wrapped["user_id"]) == account["platform_account_id"]


async def test_a_person_may_allow_less_than_is_asked_for(sim: Sim) -> None:
    answer = await instagram_token(sim, code=await instagram_code(sim, scopes=None))
    assert answer.json()["permissions"] == INSTAGRAM_SCOPES
    await consent(sim, "instagram", scopes=["instagram_business_basic"])
    code = returned(await authorize_instagram(sim))["code"]
    assert (await instagram_token(sim, code=code)).json()["permissions"] == ["instagram_business_basic"]


async def test_a_code_works_once_and_lives_an_hour(sim: Sim) -> None:
    code = await instagram_code(sim)
    assert (await instagram_token(sim, code=code)).status_code == 200
    again = await instagram_token(sim, code=code)
    assert (again.status_code, again.json()["error_type"], again.json()["code"]) == (400, "OAuthException", 400)
    assert "used" in again.json()["error_message"]
    code = await instagram_code(sim)
    sim.clock.now += 3600
    assert (await instagram_token(sim, code=code)).status_code == 400
    code = await instagram_code(sim)
    sim.clock.now += 3599
    assert (await instagram_token(sim, code=code)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_secret": "wrong"},
        {"client_secret": None},
        {"grant_type": None},
        {"grant_type": "password"},
        {"code": "AQnothing"},
        {"code": None},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": None},
    ],
)
async def test_a_code_is_refused_without_an_envelope(sim: Sim, change: JSON) -> None:
    code = await instagram_code(sim)
    refused = await instagram_token(sim, **({"code": code} | change))
    assert refused.status_code == 400
    assert set(refused.json()) == {"error_type", "code", "error_message"}
    assert (await instagram_token(sim, code=code)).status_code == 200, "a refusal does not use the code up"


async def test_a_code_is_for_its_app(sim: Sim) -> None:
    other = (await sim.client.post("/_control/apps", json={"network": "instagram"})).json()
    refused = await instagram_token(
        sim, code=await instagram_code(sim), client_id=other["client_id"], client_secret=other["client_secret"]
    )
    assert refused.status_code == 400


async def test_the_code_may_come_in_a_multipart_form_but_not_as_json(sim: Sim) -> None:
    form = INSTAGRAM_APP | {"grant_type": "authorization_code", "redirect_uri": BACK, "code": await instagram_code(sim)}
    path = "/api.instagram.com/oauth/access_token"
    assert (await sim.client.post(path, json=form)).status_code == 400
    fields = {name: (None, value) for name, value in form.items()}
    assert (await sim.client.post(path, files=fields)).status_code == 200


async def test_a_short_lived_token_lives_an_hour_and_cannot_be_exchanged_after_it(sim: Sim) -> None:
    token = await short_token(sim)
    sim.clock.now += 3599
    assert (await get(sim, ME, token)).status_code == 200
    sim.clock.now += 1
    assert refusal(await get(sim, ME, token)) == (190, 463)
    assert refusal(await lengthen_instagram(sim, token)) == (190, 463)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant_type": None}, 100),
        ({"grant_type": "fb_exchange_token"}, 100),
        ({"client_secret": "wrong"}, 1),
        ({"client_secret": None}, 1),
        ({"access_token": "IGAnothing"}, 190),
        ({"access_token": None}, 2500),
    ],
)
async def test_the_exchange_says_what_is_wrong(sim: Sim, change: JSON, code: int) -> None:
    assert refusal(await lengthen_instagram(sim, await short_token(sim), **change)) == (code, None)


async def test_only_a_short_lived_token_can_be_exchanged(sim: Sim) -> None:
    assert refusal(await lengthen_instagram(sim, await long_token(sim))) == (100, None)
    page = await sim.account("facebook")
    assert refusal(await lengthen_instagram(sim, page["access_token"])) == (190, None)


async def test_a_long_lived_token_can_be_refreshed_from_the_second_day_to_the_last(sim: Sim) -> None:
    token = await long_token(sim)
    sim.clock.now += DAY - 1
    assert refusal(await refresh_instagram(sim, token)) == (100, None)
    sim.clock.now += 1
    renewed = (await refresh_instagram(sim, token)).json()
    assert (renewed["token_type"], renewed["expires_in"]) == ("bearer", 60 * DAY)
    assert renewed["access_token"] != token
    sim.clock.now += 59 * DAY
    assert refusal(await refresh_instagram(sim, token)) == (190, 463)
    last = (await refresh_instagram(sim, renewed["access_token"])).json()
    sim.clock.now += 59 * DAY
    assert (await get(sim, ME, last["access_token"])).status_code == 200


async def test_refreshing_may_bring_the_same_token(sim: Sim) -> None:
    await sim.settings(instagram_refresh="same")
    token = await long_token(sim)
    sim.clock.now += 30 * DAY
    renewed = (await refresh_instagram(sim, token)).json()
    assert (renewed["access_token"], renewed["expires_in"]) == (token, 60 * DAY)
    assert refusal(await refresh_instagram(sim, token)) == (100, None), "it is young again"
    sim.clock.now += 59 * DAY
    assert (await get(sim, ME, token)).status_code == 200


async def test_what_cannot_be_refreshed(sim: Sim) -> None:
    token = await long_token(sim)
    short = await short_token(sim)
    narrow = (await sim.account("instagram", scopes=["instagram_business_content_publish"]))["access_token"]
    sim.clock.now += 2 * DAY
    assert refusal(await refresh_instagram(sim, token, grant_type=None)) == (100, None)
    assert refusal(await refresh_instagram(sim, short)) == (190, 463)
    assert refusal(await refresh_instagram(sim, narrow)) == (10, None)
    young = await short_token(sim)
    assert refusal(await refresh_instagram(sim, young)) == (100, None)


async def test_removing_the_app_ends_every_token_of_the_consent(sim: Sim) -> None:
    short = await short_token(sim)
    long = (await lengthen_instagram(sim, short)).json()["access_token"]
    await sim.fault("instagram", "revoke_token")
    assert refusal(await get(sim, ME, long)) == (190, 458)
    assert refusal(await get(sim, ME, short)) == (190, 458)
    sim.clock.now += 2 * DAY
    assert refusal(await refresh_instagram(sim, long)) == (190, 458)


async def test_the_accounts_of_facebook_login_may_sign_in_too(sim: Sim) -> None:
    account = await sim.account("instagram", handle="bakes", attributes={"login": "facebook"})
    token = (await instagram_token(sim, code=await instagram_code(sim, handle="bakes"))).json()["access_token"]
    me = (await get(sim, ME, token, fields="user_id")).json()
    assert me["user_id"] == account["platform_account_id"]


async def test_the_record_of_calls_hides_tokens_and_codes(sim: Sim) -> None:
    token = await long_token(sim)
    await get(sim, ME, token)
    recorded = await sim.calls()
    assert {call["network"] for call in recorded} == {"instagram"}
    assert token not in str(recorded)
    assert INSTAGRAM_APP["client_secret"] not in str(recorded)
    assert recorded[-1]["account"] is not None


async def test_the_number_for_the_app_may_stand_for_the_account(sim: Sim) -> None:
    account, other = await sim.account("instagram"), await sim.account("instagram", handle="other")
    token = account["access_token"]
    scoped, foreign = [(await get(sim, ME, whose["access_token"])).json()["id"] for whose in (account, other)]
    assert scoped != account["platform_account_id"]
    node, media = f"{INSTAGRAM}/v26.0/{scoped}", f"{INSTAGRAM}/v26.0/{scoped}/media"
    shown = (await get(sim, node, token, fields="id,user_id")).json()
    assert shown == {"id": scoped, "user_id": account["platform_account_id"]}
    assert (await get(sim, media, token)).json() == {"data": []}
    assert refusal(await get(sim, f"{INSTAGRAM}/v26.0/{foreign}/media", token)) == (100, 33)
    await sim.settings(instagram_scoped_ids="refuse")
    for path in (node, media):
        assert refusal(await get(sim, path, token)) == (100, 33)
    assert (await get(sim, f"{INSTAGRAM}/v26.0/{account['platform_account_id']}/media", token)).status_code == 200


async def test_the_number_for_the_app_means_nothing_to_facebook_login(sim: Sim) -> None:
    account = await sim.account("instagram")
    scoped = (await get(sim, ME, account["access_token"])).json()["id"]
    same = await sim.account("instagram", attributes={"login": "facebook"})
    assert same["platform_account_id"] == account["platform_account_id"]
    assert refusal(await get(sim, f"{GRAPH}/{scoped}/media", same["access_token"])) == (100, 33)
