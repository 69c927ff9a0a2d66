"""What every call to the simulated Graph API is asked first: its version, its token, its quota."""

import json

import httpx
import pytest

from simulator.facebook_calls import GRAPH, done, refused, said_in, send, unseen
from simulator.harness import JSON, Sim, bearer


def usage_of(answer: httpx.Response, account: JSON) -> JSON:
    """What an answer tells of the account's own quota."""
    [told] = json.loads(answer.headers["x-business-use-case-usage"])[account["platform_account_id"]]
    return dict(told)


@pytest.mark.parametrize(
    ("asked", "used"), [("v26.0", "v26.0"), ("v21.0", "v21.0"), ("v20.0", "v21.0"), ("v2.0", "v21.0")]
)
async def test_a_version_that_has_ended_moves_up_to_the_oldest_that_is_left(sim: Sim, asked: str, used: str) -> None:
    page = await sim.account("facebook")
    answer = await sim.client.get(f"/graph.facebook.com/{asked}/me", headers=bearer(page))
    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, used)


@pytest.mark.parametrize("asked", ["v99.0", "v27.0", "latest"])
async def test_a_version_that_never_was_is_no_path(sim: Sim, asked: str) -> None:
    page = await sim.account("facebook")
    answer = await sim.client.get(f"/graph.facebook.com/{asked}/me", headers=bearer(page))
    assert said_in(answer) == (2500, None)
    assert "Unknown path components" in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["graph.facebook.com", "graph.instagram.com"])
async def test_a_path_without_a_version_is_told_without_its_host_and_traced(sim: Sim, host: str) -> None:
    errors = [(await sim.client.get(f"/{host}/1234")).json()["error"] for _ in range(2)]
    assert [error["message"] for error in errors] == ["Unknown path components: /1234"] * 2
    assert {len(error["fbtrace_id"]) for error in errors} == {23}
    assert errors[0]["fbtrace_id"] != errors[1]["fbtrace_id"]


async def test_versions_end_by_the_clock_and_the_newest_by_its_switch(sim: Sim) -> None:
    page = await sim.account("facebook")
    sim.clock.now = 1_800_580_000.0  # 2027-01-22, a day after v21.0 has ended
    answer = await sim.client.get("/graph.facebook.com/v21.0/me", headers=bearer(page))
    assert answer.headers["facebook-api-version"] == "v22.0"
    await sim.settings(graph_newest_version="v27.0")
    answer = await sim.client.get("/graph.facebook.com/v27.0/me", headers=bearer(page))
    assert answer.headers["facebook-api-version"] == "v27.0"


async def test_a_call_needs_a_token_that_facebook_knows(sim: Sim) -> None:
    page = await sim.account("facebook")
    assert said_in(await sim.client.get(f"{GRAPH}/me")) == (2500, None)
    assert await unseen(sim, page | {"access_token": "EAAgarbage"}, "me") == (190, None)
    for scheme in ("Bearer", "OAuth"):
        headers = {"Authorization": f"{scheme} {page['access_token']}"}
        assert (await sim.client.get(f"{GRAPH}/me", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("state", "subcode"),
    [
        ("expired", 463),
        ("revoked", 458),
        ("checkpointed", 459),
        ("password_changed", 460),
        ("unconfirmed", 464),
        ("invalidated", 467),
        ("role_lost", 492),
    ],
)
async def test_a_dead_token_tells_why(sim: Sim, state: str, subcode: int) -> None:
    page = await sim.account("facebook", token=state)
    assert await unseen(sim, page, "me/feed") == (190, subcode)
    assert await refused(sim, page, "me/feed", message="a") == (190, subcode)


async def test_a_persons_token_is_no_pages_token(sim: Sim) -> None:
    person = await sim.account("facebook", attributes={"token_kind": "user"})
    assert await refused(sim, person, f"{person['platform_account_id']}/feed", message="a") == (190, 2069032)
    assert await sim.ledger() == []


async def test_each_graph_host_knows_its_own_tokens(sim: Sim) -> None:
    page, profile = await sim.account("facebook"), await sim.account("instagram")
    assert await refused(sim, profile, "me/feed", message="a") == (190, None)
    elsewhere = await sim.client.get("/graph.instagram.com/v26.0/me/media", headers=bearer(page))
    assert said_in(elsewhere) == (190, None)


async def test_a_page_is_only_reached_by_its_own_token(sim: Sim) -> None:
    page, other = await sim.account("facebook"), await sim.account("facebook", handle="other")
    post_id = (await done(sim, page, "me/feed", message="a"))["id"]
    assert await refused(sim, other, f"{page['platform_account_id']}/feed", message="a") == (100, 33)
    assert await unseen(sim, other, post_id) == (100, 33)


async def test_permissions_and_tasks_are_missed_by_name(sim: Sim) -> None:
    reader = await sim.account("facebook", scopes=["pages_read_engagement"])
    denied = await send(sim, reader, "me/feed", message="a")
    assert (denied.status_code, said_in(denied)) == (403, (200, None))
    blind = await sim.account("facebook", scopes=["pages_manage_posts"])
    assert await unseen(sim, blind, "me/feed") == (10, None)
    advertiser = await sim.account("facebook", handle="shop", attributes={"tasks": ["ADVERTISE"]})
    assert await refused(sim, advertiser, "me/feed", message="a") == (1, 2853006)


async def test_every_answer_tells_the_usage(sim: Sim) -> None:
    page = await sim.account("facebook")
    for answer in (await send(sim, page, "me/feed", message="a"), await send(sim, page, "me/feed")):
        assert json.loads(answer.headers["x-app-usage"])["call_count"] == 1
        usage = usage_of(answer, page)
        assert (usage["type"], usage["call_count"], usage["estimated_time_to_regain_access"]) == ("pages", 1, 0)
    await sim.settings(graph_account_usage=95, graph_app_usage=80)
    answer = await send(sim, page, "me/feed", message="b")
    assert json.loads(answer.headers["x-app-usage"])["call_count"] == 80
    assert usage_of(answer, page)["call_count"] == 95


@pytest.mark.parametrize(
    ("network", "host", "code"),
    [("facebook", "graph.facebook.com", 80001), ("instagram", "graph.instagram.com", 80002)],
)
async def test_an_account_that_has_used_everything_is_refused(sim: Sim, network: str, host: str, code: int) -> None:
    account = await sim.account(network)
    await sim.settings(graph_account_usage=100, graph_regain_minutes=7)
    answer = await sim.client.get(f"/{host}/v26.0/{account['platform_account_id']}", headers=bearer(account))
    assert (answer.status_code, said_in(answer)) == (400, (code, None))
    usage = usage_of(answer, account)
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (100, 7)
    assert json.loads(answer.headers["x-app-usage"])["call_count"] == 1
    await sim.settings(graph_account_usage=1, graph_app_usage=100)
    answer = await sim.client.get(f"/{host}/v26.0/{account['platform_account_id']}", headers=bearer(account))
    assert said_in(answer) == (4, None)
    assert json.loads(answer.headers["x-app-usage"])["call_count"] == 100


@pytest.mark.parametrize(("code", "of_app"), [(4, 100), (17, 1), (32, 1), (341, 100), (613, 1)])
async def test_a_throttle_can_come_with_another_code(sim: Sim, code: int, of_app: int) -> None:
    page = await sim.account("facebook")
    await sim.settings(graph_throttle_code=code)
    await sim.fault("facebook", "throttle", seconds=601)
    answer = await send(sim, page, "me/feed", message="a")
    assert (answer.status_code, said_in(answer)) == (400, (code, None))
    assert usage_of(answer, page)["estimated_time_to_regain_access"] == 11
    assert json.loads(answer.headers["x-app-usage"])["call_count"] == of_app
    assert await sim.ledger() == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b"--x\r\nContent-Disposition: nonsense"])
async def test_a_body_that_cannot_be_read_is_refused(sim: Sim, body: bytes) -> None:
    page = await sim.account("facebook")
    kind = "multipart/form-data; boundary=x" if body.startswith(b"--") else "application/json"
    headers = bearer(page, **{"Content-Type": kind})
    assert said_in(await sim.client.post(f"{GRAPH}/me/feed", content=body, headers=headers)) == (100, None)
