import httpx
import pytest

from simulator.harness import JSON, Sim, bearer
from simulator.x_calls import API, TWEETS, one_shot, tweet

LIMITS = [
    ("POST", "/2/tweets", 100),
    ("DELETE", "/2/tweets/1", 50),
    ("POST", "/2/media/upload", 500),
    ("GET", "/2/media/upload", 1000),
    ("POST", "/2/media/upload/initialize", 1875),
    ("POST", "/2/media/upload/1/append", 1875),
    ("POST", "/2/media/upload/1/finalize", 1875),
    ("POST", "/2/media/metadata", 500),
    ("GET", "/2/users/me", 75),
    ("GET", "/2/users/1/tweets", 900),
]


def rate(answer: httpx.Response) -> tuple[int, int, int]:
    limit, remaining, reset = (int(answer.headers[f"x-rate-limit-{name}"]) for name in ("limit", "remaining", "reset"))
    return limit, remaining, reset


@pytest.mark.parametrize(("method", "path", "limit"), LIMITS)
async def test_every_answer_tells_the_window_errors_too(sim: Sim, method: str, path: str, limit: int) -> None:
    account = await sim.account("x")
    end = int(sim.clock.now) + 900
    first, second = [await sim.client.request(method, API + path, headers=bearer(account)) for _ in range(2)]
    assert first.is_error or path == "/2/users/me"
    assert (rate(first), rate(second)) == ((limit, limit - 1, end), (limit, limit - 2, end))
    nobody = await sim.client.request(method, API + path)
    assert (nobody.status_code, rate(nobody)) == (401, (limit, limit, end))


async def test_users_have_windows_of_their_own(sim: Sim) -> None:
    one, two = await sim.account("x"), await sim.account("x", handle="two")
    await sim.settings(x_posts_per_window=1)
    assert (await tweet(sim, one, text="a")).status_code == 201
    assert (await tweet(sim, one, text="b")).status_code == 429
    assert (await tweet(sim, two, text="c")).status_code == 201


async def test_the_24_hour_headers_come_only_where_there_is_a_daily_limit(sim: Sim) -> None:
    account = await sim.account("x")
    assert not any("24hour" in name for name in (await tweet(sim, account, text="a")).headers)
    await sim.settings(x_posts_per_day=1)
    posted, refused = await tweet(sim, account, text="b"), await tweet(sim, account, text="c")
    assert posted.headers["x-app-limit-24hour-limit"] == "10000"
    assert refused.status_code == 429
    assert refused.headers["x-user-limit-24hour-limit"] == "1"
    assert refused.headers["x-user-limit-24hour-remaining"] == "0"
    assert int(refused.headers["x-user-limit-24hour-reset"]) == int(sim.clock.now) + 86400
    assert int(refused.headers["x-rate-limit-remaining"]) > 0
    sim.clock.now += 900
    assert (await tweet(sim, account, text="c")).status_code == 429
    sim.clock.now += 86400
    assert (await tweet(sim, account, text="c")).status_code == 201


async def test_both_shapes_of_429(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(x_posts_per_window=0)
    problem = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    assert (await tweet(sim, account, text="a")).json() == problem
    await sim.settings(x_429_shape="legacy")
    refused = await tweet(sim, account, text="a")
    assert (refused.status_code, refused.json()) == (
        429,
        {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
    )


@pytest.mark.parametrize("period", ["Daily", "Monthly"])
async def test_a_usage_cap_is_a_429_of_another_kind(sim: Sim, period: str) -> None:
    account = await sim.account("x")
    await sim.settings(x_usage_capped=period)
    body = (await tweet(sim, account, text="a")).json()
    assert body["type"].endswith("/problems/usage-capped")
    assert (body["status"], body["period"], body["scope"]) == (429, period, "Product")


async def test_an_ordered_throttle_ends_at_its_time_and_tells_it(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "throttle", path="/2/tweets", seconds=120)
    for _ in range(3):
        refused = await tweet(sim, account, text="a")
        assert (refused.status_code, rate(refused)) == (429, (100, 0, int(sim.clock.now) + 120))
    assert (await sim.client.get(f"{API}/2/users/me", headers=bearer(account))).status_code == 200
    assert await sim.ledger() == []
    sim.clock.now += 120
    assert (await tweet(sim, account, text="a")).status_code == 201


async def test_a_429_may_come_with_calls_left(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", "throttle", seconds=5, remaining=42)
    refused = await tweet(sim, account, text="a")
    assert (refused.status_code, rate(refused)[1]) == (429, 42)


async def test_503_before_or_after_the_effect(sim: Sim) -> None:
    account = await sim.account("x")
    body = {"title": "Service Unavailable", "detail": "Service Unavailable", "type": "about:blank", "status": 503}
    for number, action in enumerate(("status", "status_after")):
        await sim.fault("x", action, method="POST", path="/2/tweets", status=503, body=body)
        answer = await tweet(sim, account, text="a")
        assert (answer.status_code, answer.json()) == (503, body)
        assert len(await sim.ledger()) == number


@pytest.mark.parametrize("action", ["expire_token", "revoke_token"])
async def test_a_token_can_end_at_the_moment_of_a_call(sim: Sim, action: str) -> None:
    account = await sim.account("x")
    await sim.fault("x", action, path="/2/tweets")
    assert (await sim.client.post(TWEETS, json={"text": "a"})).status_code == 401, "no token, so the fault waits"
    assert (await one_shot(sim, account, b"")).status_code == 400
    refused = await tweet(sim, account, text="a")
    assert (refused.status_code, refused.json()["title"]) == (401, "Unauthorized")
    assert (await one_shot(sim, account, b"")).status_code == 401
    assert await sim.ledger() == []
    form = {"grant_type": "refresh_token", "refresh_token": account["refresh_token"]}
    app: JSON = account["app"]
    auth = httpx.BasicAuth(app["client_id"], app["client_secret"])
    renewed = await sim.client.post(f"{API}/2/oauth2/token", data=form, auth=auth)
    assert renewed.status_code == (200 if action == "expire_token" else 400)
