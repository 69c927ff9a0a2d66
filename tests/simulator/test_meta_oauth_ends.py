"""What an app can learn of a token of Facebook, and how a token of Meta ends before its time."""

import httpx
import pytest

from simulator.harness import JSON, Sim
from simulator.meta_calls import APP, DAY, GRAPH, SCOPES, examined, get, lengthen, pages, refusal, user_token

INSTAGRAM = ["instagram_basic", "instagram_content_publish"]
LASTING = [*SCOPES, "pages_manage_engagement", "business_management"]
REASONS = {
    "revoked": 458,
    "checkpointed": 459,
    "password_changed": 460,
    "unconfirmed": 464,
    "invalidated": 467,
    "role_lost": 492,
}


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


async def test_data_access_lasts_with_everything_for_pages_and_nothing_of_instagram(sim: Sim) -> None:
    start = int(sim.clock.now)
    for lacking in LASTING:
        fewer = await user_token(sim, scopes=[scope for scope in LASTING if scope != lacking])
        assert (await examined(sim, fewer))["data_access_expires_at"] == start + 90 * DAY
    more = await user_token(sim, scopes=[*LASTING, "instagram_basic"])
    assert (await examined(sim, more))["data_access_expires_at"] == start + 90 * DAY
    assert (await examined(sim, await user_token(sim, scopes=LASTING)))["data_access_expires_at"] == 0


async def test_the_end_of_data_access_refuses_calls_where_that_is_ordered(sim: Sim) -> None:
    await sim.settings(facebook_data_access="enforced")
    plain = await user_token(sim, scopes=LASTING)
    reaching = await user_token(sim, scopes=[*SCOPES, "instagram_basic"])
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
