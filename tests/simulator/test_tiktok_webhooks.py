"""What an app hears of TikTok by itself, and how often."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dravo_simulator.tiktok import events
from simulator.harness import JSON, MEDIA_ORIGIN, Sim, bearer
from simulator.tiktok_calls import OPEN, cut, film, init_draft, post_video, upload

ADDRESS = f"{MEDIA_ORIGIN}/events"
APP = {"client_key": "simulated-tiktok-app", "client_secret": "simulated-tiktok-secret"}
DAY = 86400


class Ear(httpx.MockTransport):
    """An app's address, which answers as it is told."""

    def __init__(self) -> None:
        super().__init__(self._hear)
        self.heard: list[httpx.Request] = []
        self.status = 200

    def _hear(self, request: httpx.Request) -> httpx.Response:
        if self.status == 0:
            raise httpx.ConnectError("nobody is there")
        self.heard.append(request)
        return httpx.Response(self.status, headers={"location": ADDRESS} if self.status == 302 else {})

    def bodies(self) -> list[JSON]:
        return [json.loads(request.content) for request in self.heard]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
async def sim(ear: Ear) -> AsyncIterator[Sim]:
    simulator = Sim(hosts=ear)
    yield simulator
    await simulator.close()


async def listen(sim: Sim, url: str | None = ADDRESS, **more: str) -> httpx.Response:
    return await sim.client.post("/_control/webhooks", json={"network": "tiktok", "url": url, **more})


async def happen(sim: Sim, app: str = APP["client_key"]) -> str:
    """A publish of this app completes; answers whose it was."""
    account = (await sim.account("tiktok"))["platform_account_id"]
    world = sim.app.world
    with world.store.transaction():
        publish = world.create("tiktok", "publish", f"v_pub_file~v2-1.{world.snowflake()}", account, {"app": app})
        content = {"publish_id": publish.id, "publish_type": "DIRECT_PUBLISH"}
        events.happened(world, publish, "post.publish.complete", content)
    return str(account)


async def pass_time(sim: Sim, seconds: float) -> None:
    sim.clock.now += seconds
    await sim.ledger()


async def test_an_event_is_signed_with_the_secret_of_its_app(sim: Sim, ear: Ear) -> None:
    assert (await listen(sim)).status_code == 201
    account = await happen(sim)
    await pass_time(sim, 3)
    [request] = ear.heard
    assert (request.method, str(request.url), request.headers["content-type"]) == ("POST", ADDRESS, "application/json")
    moment, signature = (part.partition("=")[2] for part in request.headers["tiktok-signature"].split(","))
    signed = f"{moment}.".encode() + request.content
    assert signature == hmac.new(APP["client_secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert int(moment) == int(sim.clock.now)
    [body] = ear.bodies()
    assert json.loads(body.pop("content"))["publish_type"] == "DIRECT_PUBLISH"
    assert body == {
        "client_key": APP["client_key"],
        "event": "post.publish.complete",
        "create_time": int(sim.clock.now) - 3,
        "user_openid": account,
    }


@pytest.mark.parametrize("status", [0, 201, 302, 500])
async def test_anything_but_200_brings_the_event_again_after_longer_and_longer(sim: Sim, ear: Ear, status: int) -> None:
    await listen(sim)
    ear.status = status
    await happen(sim)
    await pass_time(sim, 0)
    ear.status, ear.heard = 500, []
    for seconds, heard in ((9, 0), (1, 1), (19, 1), (1, 2)):
        await pass_time(sim, seconds)
        assert len(ear.heard) == heard
    ear.status = 200
    await pass_time(sim, 40)
    await pass_time(sim, 3 * DAY)
    assert len(ear.heard) == 3
    assert len({request.content for request in ear.heard}) == 1
    assert len({request.headers["tiktok-signature"] for request in ear.heard}) == 3


async def test_an_event_is_given_up_after_72_hours(sim: Sim, ear: Ear) -> None:
    await listen(sim)
    ear.status = 500
    await happen(sim)
    for _ in range(20):
        await pass_time(sim, DAY / 4)
    tried = len(ear.heard)
    assert 10 < tried < 20
    ear.status = 200
    await pass_time(sim, 30 * DAY)
    assert len(ear.heard) == tried


async def test_events_may_come_twice(sim: Sim, ear: Ear) -> None:
    await sim.settings(tiktok_webhooks_twice=True)
    await listen(sim)
    await happen(sim)
    await pass_time(sim, 0)
    first, second = ear.bodies()
    assert first == second


@pytest.mark.parametrize("reason", [5, 1])
async def test_an_app_is_told_that_it_is_let_in_no_more(sim: Sim, ear: Ear, reason: int) -> None:
    await listen(sim)
    account = await sim.account("tiktok")
    if reason == 5:
        form = APP | {"token": account["access_token"]}
        assert (await sim.client.post("/open.tiktokapis.com/v2/oauth/revoke/", data=form)).status_code == 200
    else:
        await sim.fault("tiktok", "revoke_token")
        info = await sim.client.get("/open.tiktokapis.com/v2/user/info/", headers=bearer(account))
        assert info.status_code == 401
    await pass_time(sim, 0)
    [body] = ear.bodies()
    assert (body["event"], body["user_openid"]) == ("authorization.removed", account["platform_account_id"])
    assert json.loads(body["content"]) == {"reason": reason}


async def test_a_post_tells_what_becomes_of_it(sim: Sim, ear: Ear) -> None:
    await listen(sim)
    await sim.settings(tiktok_public_id_seconds=60, tiktok_taken_down_seconds=60, tiktok_draft_posted_seconds=600)
    account = await sim.account("tiktok", attributes=OPEN)
    public = await post_video(sim, account, privacy_level="PUBLIC_TO_EVERYONE")
    draft = await init_draft(sim, account, cut(len(film())))
    await upload(sim, draft["upload_url"], film())
    await sim.fault("tiktok", "fail", reason="spam_risk")
    failed = await post_video(sim, account)
    for seconds in (2, 60, 60, 480):
        await pass_time(sim, seconds)
    told = [(body["event"].removeprefix("post.publish."), json.loads(body["content"])) for body in ear.bodies()]
    of: dict[str, list[str]] = {public: [], draft["publish_id"]: [], failed: []}
    for event, content in told:
        of[content["publish_id"]].append(event)
    assert of[public] == ["complete", "publicly_available", "no_longer_publicaly_available"]
    assert of[draft["publish_id"]] == ["inbox_delivered", "complete"]
    assert of[failed] == ["failed"]
    [why] = [content["reason"] for event, content in told if event == "failed"]
    assert why == "spam_risk"
    assert {type(content["post_id"]) for event, content in told if "publicly" in event} == {int}


async def test_what_is_on_its_way_outlives_a_restart_and_a_deaf_address(ear: Ear, tmp_path: Path) -> None:
    first = Sim(state=str(tmp_path / "state.db"), hosts=ear)
    await listen(first)
    ear.status = 0
    await happen(first)
    await first.ledger()
    await first.close()
    ear.status = 200
    second = Sim(state=str(tmp_path / "state.db"), hosts=ear)
    await pass_time(second, 10)
    await second.close()
    assert len(ear.heard) == 1


async def test_an_app_hears_of_what_its_own_tokens_did_and_only_while_it_has_an_address(sim: Sim, ear: Ear) -> None:
    other = (await sim.client.post("/_control/apps", json={"network": "tiktok"})).json()["client_id"]
    await listen(sim, client_id=other)
    await happen(sim)
    await pass_time(sim, 0)
    assert ear.heard == []
    await happen(sim, other)
    await pass_time(sim, 0)
    assert [body["client_key"] for body in ear.bodies()] == [other]
    await listen(sim, None, client_id=other)
    await happen(sim, other)
    await pass_time(sim, 0)
    assert len(ear.heard) == 1


@pytest.mark.parametrize(
    "order",
    [
        {"network": "x", "url": ADDRESS},
        {"network": "tiktok"},
        {"network": "tiktok", "url": "http://elsewhere.test/events"},
        {"network": "tiktok", "url": "events"},
        {"network": "tiktok", "url": ADDRESS, "client_id": "nobody"},
    ],
)
async def test_an_address_must_be_of_a_verified_origin_and_for_an_app(sim: Sim, order: JSON) -> None:
    refused = await sim.client.post("/_control/webhooks", json=order)
    assert refused.status_code == 422
    assert refused.json()["error"]


async def test_a_reset_forgets_addresses_and_what_was_on_its_way(sim: Sim, ear: Ear) -> None:
    await listen(sim)
    ear.status = 500
    await happen(sim)
    await pass_time(sim, 0)
    await sim.client.post("/_control/reset")
    await happen(sim)
    await pass_time(sim, 100)
    assert len(ear.heard) == 1
