from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dravo_simulator.disturb import ConnectionDropped
from simulator.harness import JSON, Sim, bearer, picture, video

CALLS = {
    "x": ("GET", "/api.x.com/2/users/me"),
    "linkedin": ("GET", "/api.linkedin.com/v2/userinfo"),
    "facebook": ("GET", "/graph.facebook.com/v26.0/me"),
    "instagram": ("GET", "/graph.instagram.com/v26.0/me"),
    "tiktok": ("POST", "/open.tiktokapis.com/v2/post/publish/creator_info/query/"),
}
NETWORKS = sorted(CALLS)


async def call(sim: Sim, network: str, account: JSON) -> httpx.Response:
    method, path = CALLS[network]
    return await sim.client.request(method, path, headers=bearer(account))


async def armed(sim: Sim) -> list[JSON]:
    return list((await sim.client.get("/_control/faults")).json()["items"])


@pytest.mark.parametrize(
    ("order", "about"),
    [
        ({"action": "explode"}, "action"),
        ({"action": "status", "status": 99}, "status"),
        ({"action": "status", "seconds": 5}, "seconds means nothing to status"),
        ({"action": "garbage", "body": "a"}, "body means nothing to garbage"),
        ({"action": "status", "path": "2/tweets"}, "path"),
        ({"action": "status", "method": "post"}, "method"),
        ({"action": "status", "count": 0}, "count"),
        ({"action": "throttle"}, "either seconds or until"),
        ({"action": "throttle", "seconds": 5, "until": "2026-12-01T00:00:00Z"}, "either seconds or until"),
        ({"action": "throttle", "until": "2026-12-01T00:00:00"}, "until"),
        ({"action": "throttle", "seconds": 5, "count": 2}, "count"),
        ({"action": "slow"}, "seconds, polls"),
        ({"action": "fail", "network": "tiktok", "while_in_progress": True}, "habit of X"),
    ],
)
async def test_a_fault_that_means_nothing_is_refused_with_a_sentence(sim: Sim, order: JSON, about: str) -> None:
    refused = await sim.client.post("/_control/faults", json={"network": "x"} | order)
    assert refused.status_code == 422
    assert about in refused.json()["error"]
    assert await armed(sim) == []


async def test_what_is_still_armed_is_listed_and_can_be_cleared(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "status", count=2, status=502, body={"a": 1})
    await sim.fault("tiktok", "stuck")
    await sim.fault("x", "throttle", seconds=10, path="/2/media")
    await call(sim, "x", account)
    status, stuck, throttle = await armed(sim)
    assert (status["count"], status["status"], status["body"]) == (1, 502, {"a": 1})
    assert stuck == {"network": "tiktok", "action": "stuck", "method": None, "path": None, "count": 1}
    until = datetime.fromtimestamp(sim.clock.now, UTC) + timedelta(seconds=10)
    assert datetime.fromisoformat(throttle["until"]) == until
    await call(sim, "x", account)
    sim.clock.now += 10
    assert [fault["action"] for fault in await armed(sim)] == ["stuck"]
    await sim.client.delete("/_control/faults")
    assert await armed(sim) == []


async def test_a_status_may_carry_headers_and_replace_the_content_type(sim: Sim) -> None:
    account = await sim.account("x")
    headers = {"Retry-After": "7", "Content-Type": "text/html"}
    await sim.fault("x", "status", status=502, body="<h1>Bad gateway</h1>", headers=headers)
    answer = await call(sim, "x", account)
    assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (502, "<h1>Bad gateway</h1>", "7")
    assert answer.headers["content-type"] == "text/html"


async def test_a_201_without_an_id_after_the_effect(sim: Sim) -> None:
    account = await sim.account("linkedin")
    await sim.fault("linkedin", "status_after", path="/rest/posts", status=201)
    body = {
        "author": account["extras"]["author_urn"],
        "commentary": "hello",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    headers = bearer(account, **{"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"})
    answer = await sim.client.post("/api.linkedin.com/rest/posts", json=body, headers=headers)
    assert (answer.status_code, answer.content, "x-restli-id" in answer.headers) == (201, b"", False)
    assert len(await sim.ledger()) == 1


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_throttle_speaks_as_the_network_does(sim: Sim, network: str) -> None:
    account = await sim.account(network)
    await sim.fault(network, "throttle", seconds=90)
    answers = [await call(sim, network, account) for _ in range(2)]
    body = answers[0].json()
    assert answers[1].is_error
    if network in {"facebook", "instagram"}:
        assert (answers[0].status_code, body["error"]["code"]) == (
            400,
            {"facebook": 80001, "instagram": 80002}[network],
        )
        assert '"estimated_time_to_regain_access": 2' in answers[0].headers["x-business-use-case-usage"]
    else:
        assert answers[0].status_code == 429
    if network == "linkedin":
        assert body["serviceErrorCode"] == 101
        assert "retry-after" not in answers[0].headers
    if network == "tiktok":
        assert body["error"]["code"] == "rate_limit_exceeded"
    sim.clock.now += 90
    assert (await call(sim, network, account)).status_code == 200


async def test_a_throttle_may_end_at_a_moment(sim: Sim) -> None:
    account = await sim.account("x")
    end = datetime.fromtimestamp(sim.clock.now + 60, UTC)
    await sim.fault("x", "throttle", until=end.isoformat())
    answer = await call(sim, "x", account)
    assert int(answer.headers["x-rate-limit-reset"]) == int(end.timestamp())


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("action", ["expire_token", "revoke_token"])
async def test_a_token_that_ends_is_refused_in_the_networks_own_words(sim: Sim, network: str, action: str) -> None:
    account = await sim.account(network)
    await sim.fault(network, action)
    answer = await call(sim, network, account)
    words = {
        "x": "Unauthorized",
        "linkedin": "65602" if action == "expire_token" else "65601",
        "facebook": "190",
        "instagram": "190",
        "tiktok": "access_token_invalid",
    }
    assert answer.is_error
    assert words[network] in answer.text
    assert (await call(sim, network, account)).is_error, "it stays dead"


async def test_a_token_in_the_query_can_end_too(sim: Sim) -> None:
    account = await sim.account("facebook")
    await sim.fault("facebook", "revoke_token")
    answer = await sim.client.get(CALLS["facebook"][1], params={"access_token": account["access_token"]})
    assert answer.json()["error"]["code"] == 190


async def instagram_container(sim: Sim, account: JSON, url: str) -> str:
    path = f"/graph.instagram.com/v26.0/{account['platform_account_id']}/media"
    answer = await sim.client.post(path, data={"image_url": url}, headers=bearer(account))
    return str(answer.json()["id"])


async def container_status(sim: Sim, account: JSON, container: str) -> str:
    path, query = f"/graph.instagram.com/v26.0/{container}", {"fields": "status_code,status"}
    answer = await sim.client.get(path, params=query, headers=bearer(account))
    return str(answer.json()["status_code"])


async def test_instagram_containers_can_be_slow_stuck_or_fail(sim: Sim) -> None:
    account, url = await sim.account("instagram"), sim.host("/a.jpg", picture())
    await sim.fault("instagram", "slow", polls=2)
    await sim.fault("instagram", "stuck")
    await sim.fault("instagram", "fail", reason="2207026: unsupported")
    slow, stuck, failing = [await instagram_container(sim, account, url) for _ in range(3)]
    sim.clock.now += 10
    assert [await container_status(sim, account, slow) for _ in range(2)] == ["IN_PROGRESS", "FINISHED"]
    assert await container_status(sim, account, stuck) == "IN_PROGRESS"
    assert await container_status(sim, account, failing) == "ERROR"
    path = f"/graph.instagram.com/v26.0/{account['platform_account_id']}/media_publish"
    for container in (stuck, failing):
        answer = await sim.client.post(path, data={"creation_id": container}, headers=bearer(account))
        assert answer.json()["error"]["error_subcode"] == 2207027


async def test_tiktok_posts_can_fail_on_order(sim: Sim) -> None:
    account = await sim.account("tiktok")
    await sim.fault("tiktok", "fail", reason="spam_risk", path="/v2/post/publish/content/init/")
    source = {
        "source": "PULL_FROM_URL",
        "photo_images": [sim.host("/a.jpg", picture())],
        "photo_cover_index": 0,
    }
    order = {"media_type": "PHOTO", "post_mode": "MEDIA_UPLOAD", "source_info": source}
    init = "/open.tiktokapis.com/v2/post/publish/content/init/"
    publish_id = (await sim.client.post(init, json=order, headers=bearer(account))).json()["data"]["publish_id"]
    sim.clock.now += 2
    path = "/open.tiktokapis.com/v2/post/publish/status/fetch/"
    seen = (await sim.client.post(path, json={"publish_id": publish_id}, headers=bearer(account))).json()["data"]
    assert (seen["status"], seen["fail_reason"]) == ("FAILED", "spam_risk")
    assert await sim.ledger() == []


async def test_a_fault_passes_over_calls_about_the_other_network_of_a_host(sim: Sim) -> None:
    page = await sim.account("facebook", attributes={"user": "ada"})
    account = await sim.account("instagram", attributes={"login": "facebook"})
    graph, on_page = "/graph.facebook.com/v26.0", f"/{page['platform_account_id']}"
    post = (await sim.client.post(f"{graph}/me/feed", data={"message": "a"}, headers=bearer(page))).json()["id"]
    await sim.fault("instagram", "status", status=502)
    for path in (on_page, f"{on_page}/feed", f"/{post}"):
        assert (await sim.client.get(graph + path, headers=bearer(page))).status_code == 200
    own = f"{graph}/{account['platform_account_id']}/media"
    assert (await sim.client.get(own, headers=bearer(account))).status_code == 502
    await sim.fault("facebook", "status", status=503)
    media = {"image_url": sim.host("/a.jpg", picture())}
    made = await sim.client.post(own, data=media, headers=bearer(account))
    assert (await sim.client.get(f"{graph}/{made.json()['id']}", headers=bearer(account))).status_code == 200
    assert (await sim.client.get(graph + on_page, headers=bearer(page))).status_code == 503


async def test_processing_is_bent_for_the_network_that_was_named(sim: Sim) -> None:
    page = await sim.account("facebook")
    await sim.fault("instagram", "stuck")
    on_page = f"/graph.facebook.com/v26.0/{page['platform_account_id']}/videos"
    film = {"file_url": sim.host("/a.mp4", video(seconds=3, fps=24))}
    assert (await sim.client.post(on_page, data=film, headers=bearer(page))).status_code == 200
    assert [fault["action"] for fault in await armed(sim)] == ["stuck"]


async def test_faults_of_instagram_reach_the_facebook_host(sim: Sim) -> None:
    account = await sim.account("instagram")
    await sim.fault("instagram", "drop_before", path="/v26.0/me")
    with pytest.raises(ConnectionDropped):
        await sim.client.get("/graph.facebook.com/v26.0/me", headers=bearer(account))
