"""The door of the simulated LinkedIn: versions, headers, tokens, encoding, quotas."""

import pytest

from simulator.harness import Sim, bearer, picture
from simulator.linkedin_calls import (
    API,
    IMAGES,
    PAGE,
    POSTS,
    at,
    body,
    comments_of,
    editor,
    headers,
    image,
    post,
    posted,
)

USERINFO = f"{API}/v2/userinfo"


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [
        ("", 400, "VERSION_MISSING"),
        ("202512", 426, "NONEXISTENT_VERSION"),
        ("202511", 426, "NONEXISTENT_VERSION"),
        ("202610", 426, "NONEXISTENT_VERSION"),
        ("202601", 201, None),
        ("202609", 201, None),
    ],
)
async def test_only_a_living_version_is_served(sim: Sim, version: str, status: int, code: str | None) -> None:
    account = await sim.account("linkedin")
    answer = await sim.client.post(POSTS, json=body(account), headers=headers(account, version=version))
    assert answer.status_code == status
    if code:
        assert answer.json()["code"] == code
        assert answer.json()["status"] == status


async def test_a_version_dies_on_its_day(sim: Sim) -> None:
    account = await sim.account("linkedin")
    sim.clock.now += 60 * 86400
    answer = await sim.client.post(POSTS, json=body(account), headers=headers(account, version="202601"))
    assert (answer.status_code, answer.json()["code"]) == (426, "NONEXISTENT_VERSION")


async def test_the_versions_that_are_served_can_be_set(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_active_versions=["202611"])
    assert (await post(sim, account)).status_code == 426
    answer = await sim.client.post(POSTS, json=body(account), headers=headers(account, version="202611"))
    assert answer.status_code == 201


async def test_the_protocol_header_is_required_and_userinfo_needs_neither(sim: Sim) -> None:
    account = await sim.account("linkedin")
    without = bearer(account, **{"LinkedIn-Version": "202609"})
    assert (await sim.client.post(POSTS, json=body(account), headers=without)).status_code == 400
    assert (await sim.client.get(USERINFO, headers=bearer(account))).status_code == 200


@pytest.mark.parametrize("method", [None, "GET", "finder"])
async def test_a_finder_must_be_named(sim: Sim, method: str | None) -> None:
    account = await editor(sim)
    asked = {"q": "author", "author": PAGE}
    assert (await sim.client.get(POSTS, params=asked, headers=headers(account, method))).status_code == 400
    assert (await sim.client.get(POSTS, params=asked, headers=headers(account, "FINDER"))).status_code == 200


async def test_edit_and_delete_must_be_named(sim: Sim) -> None:
    account = await sim.account("linkedin")
    path = at(POSTS, await posted(sim, account))
    patch = {"patch": {"$set": {"commentary": "new"}}}
    assert (await sim.client.post(path, json=patch, headers=headers(account))).status_code == 400
    assert (await sim.client.delete(path, headers=headers(account))).status_code == 400
    assert (await sim.client.post(path, json=patch, headers=headers(account, "PARTIAL_UPDATE"))).status_code == 204
    assert (await sim.client.delete(path, headers=headers(account, "DELETE"))).status_code == 204


@pytest.mark.parametrize(
    ("state", "number", "code"),
    [("expired", 65602, "EXPIRED_ACCESS_TOKEN"), ("revoked", 65601, "REVOKED_ACCESS_TOKEN")],
)
async def test_a_dead_token_says_how_it_died(sim: Sim, state: str, number: int, code: str) -> None:
    refused = await post(sim, await sim.account("linkedin", token=state))
    assert refused.status_code == 401
    assert (refused.json()["serviceErrorCode"], refused.json()["code"]) == (number, code)


async def test_a_foreign_and_a_missing_token_are_told_apart(sim: Sim) -> None:
    account = await sim.account("linkedin")
    foreign = headers(account) | {"Authorization": "Bearer AQnothing"}
    refused = await sim.client.post(POSTS, json=body(account), headers=foreign)
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 65600)
    del foreign["Authorization"]
    refused = await sim.client.post(POSTS, json=body(account), headers=foreign)
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 401)
    assert refused.json()["message"] == "Empty oauth2_access_token"


async def test_a_fresh_token_may_lag(sim: Sim) -> None:
    await sim.settings(linkedin_token_lag_seconds=5)
    account = await sim.account("linkedin")
    refused = await post(sim, account)
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (401, 65601)
    sim.clock.now += 5
    assert (await post(sim, account)).status_code == 201


@pytest.mark.parametrize("fault", ["expire_token", "revoke_token"])
async def test_a_token_can_die_between_two_calls(sim: Sim, fault: str) -> None:
    account = await sim.account("linkedin")
    assert (await post(sim, account, "first")).status_code == 201
    order = {"network": "linkedin", "action": fault}
    assert (await sim.client.post("/_control/faults", json=order)).status_code == 201
    refused = await post(sim, account, "second")
    assert (refused.status_code, refused.json()["serviceErrorCode"]) == (
        401,
        65602 if fault == "expire_token" else 65601,
    )


async def test_a_urn_must_be_encoded_in_a_path_and_in_a_query(sim: Sim) -> None:
    account = await editor(sim)
    urn = await posted(sim, account)
    raw = comments_of(urn).replace("%3A", ":")
    plain = await sim.client.get(raw, headers=headers(account))
    assert (plain.status_code, plain.json()["message"]) == (400, "Syntax exception in path variables")
    assert (await sim.client.get(comments_of(urn), headers=headers(account))).status_code == 200
    finder = headers(account, "FINDER")
    assert (await sim.client.get(f"{POSTS}?q=author&author={PAGE}", headers=finder)).status_code == 400
    encoded = PAGE.replace(":", "%3A")
    assert (await sim.client.get(f"{POSTS}?q=author&author={encoded}", headers=finder)).status_code == 200


@pytest.mark.parametrize("query", ["&surprise=1", "&q=author", "&count=0", "&count=101", "&sortBy=NEWEST"])
async def test_a_query_is_read_strictly(sim: Sim, query: str) -> None:
    encoded = PAGE.replace(":", "%3A")
    asked = f"{POSTS}?q=author&author={encoded}{query}"
    assert (await sim.client.get(asked, headers=headers(await editor(sim), "FINDER"))).status_code == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [({"Content-Type": "text/plain"}, 415), ({"Content-Encoding": "gzip"}, 415), ({}, 400)],
)
async def test_a_body_must_be_plain_json(sim: Sim, change: dict[str, str], status: int) -> None:
    account = await sim.account("linkedin")
    sent = headers(account) | {"Content-Type": "application/json"} | change
    assert (await sim.client.post(POSTS, content=b"[1]", headers=sent)).status_code == status


async def test_a_missing_field_is_400_or_422(sim: Sim) -> None:
    account = await sim.account("linkedin")
    incomplete = body(account)
    del incomplete["visibility"]
    refused = await sim.client.post(POSTS, json=incomplete, headers=headers(account))
    assert (refused.status_code, refused.json()["code"]) == (400, "MISSING_FIELD")
    await sim.settings(linkedin_missing_field_status=422)
    refused = await sim.client.post(POSTS, json=incomplete, headers=headers(account))
    assert (refused.status_code, refused.json()["status"]) == (422, 422)


async def test_the_hundred_and_fifty_first_call_of_a_member_waits_for_midnight(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    for _ in range(150):
        assert (await sim.client.get(USERINFO, headers=bearer(account))).json()["sub"] == account["platform_account_id"]
    refused = await sim.client.get(USERINFO, headers=bearer(account))
    assert refused.status_code == 429
    assert "throttle limit" in refused.json()["message"]
    assert "retry-after" not in refused.headers
    assert (await sim.client.get(USERINFO, headers=bearer(other))).status_code == 200
    sim.clock.now += 86400 - sim.clock.now % 86400 - 1
    assert (await sim.client.get(USERINFO, headers=bearer(account))).status_code == 429
    sim.clock.now += 1
    assert (await sim.client.get(USERINFO, headers=bearer(account))).status_code == 200


async def test_an_app_has_a_day_of_its_own_and_may_be_told_when_to_come_again(sim: Sim) -> None:
    account, other = await sim.account("linkedin"), await sim.account("linkedin", handle="other")
    await sim.settings(linkedin_app_calls=1, linkedin_retry_after=True)
    assert (await sim.client.get(USERINFO, headers=bearer(account))).status_code == 200
    refused = await sim.client.get(USERINFO, headers=bearer(other))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 86400


async def test_uploads_do_not_count_towards_the_day(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.settings(linkedin_member_calls=1)
    await image(sim, account, picture())
    assert (await sim.client.post(IMAGES, headers=headers(account))).status_code == 429


async def test_every_answer_to_a_caller_has_an_id_for_support(sim: Sim) -> None:
    assert (await post(sim, await sim.account("linkedin"))).headers["x-li-uuid"]


async def test_userinfo_tells_what_the_scopes_allow(sim: Sim) -> None:
    account = await sim.account("linkedin", name="Ada King Lovelace")
    claims = (await sim.client.get(USERINFO, headers=bearer(account))).json()
    assert f"urn:li:person:{claims['sub']}" == account["extras"]["author_urn"]
    assert (claims["given_name"], claims["family_name"]) == ("Ada", "King Lovelace")
    assert claims["email_verified"] is True
    plain = await sim.account("linkedin", handle="plain", scopes=["openid", "profile", "w_member_social"])
    assert "email" not in (await sim.client.get(USERINFO, headers=bearer(plain))).json()
    none = await sim.account("linkedin", handle="none", scopes=["w_member_social"])
    assert (await sim.client.get(USERINFO, headers=bearer(none))).status_code == 403


async def test_faults_answer_in_the_networks_place(sim: Sim) -> None:
    """A reply without an id, a write conflict and a page of the edge: the situations that a client must tell apart."""
    account = await sim.account("linkedin")

    async def fault(**order: object) -> None:
        answer = await sim.client.post("/_control/faults", json={"network": "linkedin", "path": "/rest/posts", **order})
        assert answer.status_code == 201, answer.text

    await fault(action="status", status=409, body={"status": 409, "code": "CONFLICT", "message": "write conflict"})
    assert (await post(sim, account)).json()["code"] == "CONFLICT"
    await fault(action="status", status=502, body="<html>Bad gateway</html>")
    assert (await post(sim, account)).text == "<html>Bad gateway</html>"
    assert await sim.ledger() == []
    await fault(action="status_after", status=201)
    answer = await post(sim, account)
    assert answer.status_code == 201
    assert "x-restli-id" not in answer.headers
    assert len(await sim.ledger()) == 1
