import httpx
import pytest

from simulator.harness import JSON, Sim, bearer

TWEETS = "/api.x.com/2/tweets"
PAGE = "urn:li:organization:4711"


async def order(sim: Sim, **body: object) -> httpx.Response:
    return await sim.client.post("/_control/accounts", json=body)


async def test_an_account_tells_its_app(sim: Sim) -> None:
    apps = {network: (await sim.account(network))["app"] for network in ("x", "linkedin", "facebook", "tiktok")}
    assert apps["x"] == {"client_id": "simulated-x-app", "client_secret": "simulated-x-secret"}
    assert apps["linkedin"]["client_id"] == "simulated-linkedin-app"
    assert apps["facebook"] == {"client_id": "1000000000000001", "client_secret": "simulated-facebook-secret"}
    assert apps["tiktok"] == {"client_id": "simulated-tiktok-app", "client_secret": "simulated-tiktok-secret"}


async def test_extras_say_what_a_connection_needs_to_know(sim: Sim) -> None:
    premium = await sim.account("x", attributes={"premium": True})
    assert premium["extras"] == {"premium": True}
    page = {"urn": "urn:li:organization:2", "name": "Second", "role": "CONTENT_ADMIN"}
    member = await sim.account("linkedin", attributes={"organizations": [PAGE, page]})
    assert member["extras"]["author_urn"] == f"urn:li:person:{member['platform_account_id']}"
    assert member["extras"]["organizations"] == [PAGE, "urn:li:organization:2"]
    assert member["attributes"]["pages"][1] == page | {"state": "APPROVED"}
    assert "w_organization_social" in member["scopes"]


async def test_a_client_learns_of_the_pages_it_may_post_as_and_no_others(sim: Sim) -> None:
    roles = ["ADMINISTRATOR", "ANALYST", "DIRECT_SPONSORED_CONTENT_POSTER", "CONTENT_ADMIN", "CURATOR"]
    pages = [{"urn": f"{PAGE}{number}", "role": role} for number, role in enumerate(roles)]
    pages += [{"urn": f"{PAGE}9", "state": "REQUESTED"}, {"urn": f"{PAGE}0", "role": "CONTENT_ADMIN"}]
    member = await sim.account("linkedin", attributes={"organizations": pages})
    assert member["extras"]["organizations"] == [f"{PAGE}{number}" for number in (0, 2, 3)]
    assert member["attributes"]["organizations"] == [page["urn"] for page in pages]


@pytest.mark.parametrize(
    ("network", "attributes"),
    [
        ("x", {"premiun": True}),
        ("x", {"premium": "yes"}),
        ("x", {"state": "asleep"}),
        ("linkedin", {"organizations": ["4711"]}),
        ("linkedin", {"organizations": [{"urn": PAGE, "rank": 1}]}),
        ("facebook", {"premium": True}),
    ],
)
async def test_an_attribute_that_means_nothing_is_refused(sim: Sim, network: str, attributes: JSON) -> None:
    refused = await order(sim, network=network, attributes=attributes)
    assert refused.status_code == 422
    assert refused.json()["error"]


async def test_attributes_of_an_account_can_be_changed_one_by_one(sim: Sim) -> None:
    first = await sim.account("linkedin", attributes={"organizations": [{"urn": PAGE, "role": "ANALYST"}]})
    same = await sim.account("linkedin", name="New Name")
    assert (same["attributes"], same["display_name"]) == (first["attributes"], "New Name")
    assert same["access_token"] == first["access_token"]
    await sim.account("x", attributes={"premium": True})
    changed = await sim.account("x", attributes={"geo": False})
    assert (changed["attributes"]["premium"], changed["attributes"]["geo"]) == (True, False)


async def test_an_account_can_have_several_tokens_at_once(sim: Sim) -> None:
    first = await sim.account("x")
    second = await sim.account("x", scopes=["tweet.read", "users.read"])
    assert second["platform_account_id"] == first["platform_account_id"]
    assert second["access_token"] != first["access_token"]
    me = "/api.x.com/2/users/me"
    for account in (first, second):
        answer = await sim.client.get(me, headers=bearer(account))
        assert answer.json()["data"]["id"] == first["platform_account_id"]
    assert (await sim.account("x"))["access_token"] == second["access_token"], "the one handed out last"


@pytest.mark.parametrize("network", ["x", "linkedin", "facebook", "instagram", "tiktok"])
@pytest.mark.parametrize("state", ["expired", "revoked"])
async def test_a_token_can_be_dead_from_the_start(sim: Sim, network: str, state: str) -> None:
    account = await sim.account(network, token=state)
    calls = {
        "x": ("GET", "/api.x.com/2/users/me"),
        "linkedin": ("GET", "/api.linkedin.com/v2/userinfo"),
        "facebook": ("GET", "/graph.facebook.com/v26.0/me"),
        "instagram": ("GET", "/graph.instagram.com/v26.0/me"),
        "tiktok": ("POST", "/open.tiktokapis.com/v2/post/publish/creator_info/query/"),
    }
    method, path = calls[network]
    assert (await sim.client.request(method, path, headers=bearer(account))).is_error
    renewed = await sim.account(network, token="live")
    assert (await sim.client.request(method, path, headers=bearer(renewed))).status_code == 200


async def test_how_long_a_token_lives_and_whether_it_can_be_refreshed(sim: Sim) -> None:
    account = await sim.account("x", expires_in=60, refreshable=False)
    assert account["refresh_token"] is None
    sim.clock.now += 59
    assert (await sim.client.post(TWEETS, json={"text": "a"}, headers=bearer(account))).status_code == 201
    sim.clock.now += 1
    assert (await sim.client.post(TWEETS, json={"text": "b"}, headers=bearer(account))).status_code == 401
    assert (await sim.account("linkedin", refreshable=True))["refresh_token"]


async def test_only_x_has_app_only_tokens(sim: Sim) -> None:
    assert (await order(sim, network="x", token="app_only")).status_code == 201
    assert (await order(sim, network="tiktok", token="app_only")).status_code == 422


async def test_accounts_are_listed_with_what_was_handed_out(sim: Sim) -> None:
    one, two = await sim.account("x"), await sim.account("tiktok")
    listed = (await sim.client.get("/_control/accounts")).json()["items"]
    assert listed == [one, two]
    assert (await sim.client.get("/_control/accounts", params={"network": "tiktok"})).json()["items"] == [two]


async def test_apps_can_be_added_and_listed(sim: Sim) -> None:
    made = await sim.client.post("/_control/apps", json={"network": "linkedin", "name": "Mine", "refreshable": True})
    assert made.status_code == 201
    app = made.json()
    assert app["client_secret"]
    again = await sim.client.post("/_control/apps", json={"network": "linkedin", "client_id": app["client_id"]})
    assert again.status_code == 422
    listed = (await sim.client.get("/_control/apps")).json()["items"]
    meta = ["1000000000000001", "1000000000000002"]
    seeded = ["simulated-x-app", "simulated-linkedin-app", *meta, "simulated-tiktok-app"]
    assert [item["client_id"] for item in listed] == [*seeded, app["client_id"]]
    assert (await sim.client.post("/_control/apps", json={"network": "myspace"})).status_code == 422


async def test_a_consent_must_name_one_account_that_is_there(sim: Sim) -> None:
    account = await sim.account("x")
    for body in (
        {"network": "x", "account": "1"},
        {"network": "x", "account": account["platform_account_id"], "handle": "ada"},
        {"network": "tiktok", "pages": ["1"]},
        {"network": "x", "decision": "perhaps"},
    ):
        assert (await sim.client.post("/_control/consent", json=body)).status_code == 422
    ordered = {"network": "x", "account": account["platform_account_id"]}
    assert (await sim.client.post("/_control/consent", json=ordered)).status_code == 201


async def test_reset_takes_accounts_tokens_and_apps_along(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.client.post("/_control/apps", json={"network": "x"})
    await sim.client.post("/_control/reset")
    assert (await sim.client.get("/_control/accounts")).json()["items"] == []
    assert len((await sim.client.get("/_control/apps")).json()["items"]) == 5
    assert (await sim.client.get("/api.x.com/2/users/me", headers=bearer(account))).status_code == 401
