import asyncio
import html
from pathlib import Path

import httpx
import pytest

from dravo_simulator.disturb import ConnectionDropped
from simulator.harness import JSON, Sim, bearer, picture, serving

TWEETS = "/api.x.com/2/tweets"


async def tweet(sim: Sim, account: JSON, text: str) -> httpx.Response:
    return await sim.client.post(TWEETS, json={"text": text}, headers=bearer(account))


async def test_an_account_order_says_what_a_connection_needs(sim: Sim) -> None:
    for network in ("x", "linkedin", "facebook", "instagram", "tiktok"):
        account = await sim.account(network, handle="ada", name="Ada Lovelace")
        assert (account["network"], account["handle"], account["display_name"]) == (network, "ada", "Ada Lovelace")
        assert (account["refresh_token"] is not None) == (network in {"x", "tiktok"})
        assert (account["expires_at"] is None) == (network == "facebook")
        assert account["scopes"]


async def test_the_same_handle_is_the_same_account(sim: Sim) -> None:
    answers = [await sim.client.post("/_control/accounts", json={"network": "x", "handle": "ada"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("order", [{}, {"network": "myspace"}, {"network": "x", "surprise": 1}, {"network": 5}])
async def test_a_wrong_order_is_refused(sim: Sim, order: JSON) -> None:
    assert (await sim.client.post("/_control/accounts", json=order)).status_code == 422


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "state.db")
    before = Sim(state)
    account = await before.account("x")
    page = await before.account("facebook")
    assert (await tweet(before, account, "first")).status_code == 201
    photo = await before.client.post(
        "/graph.facebook.com/v26.0/me/photos", files={"source": ("a.png", picture("PNG"))}, headers=bearer(page)
    )
    assert photo.status_code == 200
    await before.client.aclose()  # and no more: a killed process closes nothing

    after = Sim(state)
    assert await after.account("x") == account
    assert (await tweet(after, account, "first")).status_code == 403
    assert (await tweet(after, account, "second")).status_code == 201
    items = await after.ledger()
    assert [item["text"] for item in items] == ["first", "", "second"]
    shown = await after.client.get(f"/wall/media/{items[1]['media'][0]['sha256']}")
    assert shown.content == picture("PNG")
    await after.close()
    before.app.world.store.close()


async def test_faults_disturb_only_what_they_name(sim: Sim) -> None:
    account = await sim.account("x")
    order = {"network": "x", "method": "POST", "path": "/2/tweets", "count": 2, "action": "status", "status": 503}
    assert (await sim.client.post("/_control/faults", json=order | {"body": {"title": "away"}})).status_code == 201
    me = await sim.client.get("/api.x.com/2/users/me", headers=bearer(account))
    assert me.status_code == 200
    answers = [await tweet(sim, account, "a") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 201]
    assert answers[0].json() == {"title": "away"}
    assert len(await sim.ledger()) == 1


async def test_faults_can_be_taken_back(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.client.post("/_control/faults", json={"network": "x", "action": "garbage"})
    assert (await sim.client.delete("/_control/faults")).status_code == 204
    assert (await tweet(sim, account, "a")).status_code == 201


async def test_in_process_a_dropped_connection_is_an_exception(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.client.post("/_control/faults", json={"network": "x", "action": "drop_after"})
    with pytest.raises(ConnectionDropped):
        await tweet(sim, account, "a")
    assert len(await sim.ledger()) == 1


@pytest.mark.parametrize(("action", "effects"), [("drop_before", 0), ("drop_after", 1)])
async def test_over_a_socket_the_connection_ends_without_an_answer(sim: Sim, action: str, effects: int) -> None:
    account = await sim.account("x")
    async with serving(sim.app) as address, httpx.AsyncClient(base_url=address) as client:
        await client.post("/_control/faults", json={"network": "x", "path": "/2/tweets", "action": action})
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await client.post(TWEETS, json={"text": "a"}, headers=bearer(account))
        assert len((await client.get("/_control/ledger")).json()["items"]) == effects
        assert (await client.post(TWEETS, json={"text": "b"}, headers=bearer(account))).status_code == 201


async def test_under_a_server_time_passes_without_anybody_looking(sim: Sim) -> None:
    account = await sim.account("tiktok")
    order = {
        "media_type": "PHOTO",
        "post_mode": "MEDIA_UPLOAD",
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [sim.host("/a.jpg", picture())],
            "photo_cover_index": 0,
        },
    }
    init = "/open.tiktokapis.com/v2/post/publish/content/init/"
    assert (await sim.client.post(init, json=order, headers=bearer(account))).status_code == 200
    sim.clock.now += 2
    async with serving(sim.app, lifespan="on"), asyncio.timeout(2):
        while not sim.app.world.store.ledger():  # noqa: ASYNC110 - nothing announces an effect, it is looked up
            await asyncio.sleep(0.01)


async def test_the_clock_and_reset_are_orders_too(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.client.post("/_control/clock", json={"advance_seconds": 366 * 86400})
    assert (await tweet(sim, account, "a")).status_code == 401
    assert (await sim.client.post("/_control/reset")).status_code == 204
    renewed = await sim.account("x")
    assert renewed["access_token"] != account["access_token"]
    assert (await tweet(sim, renewed, "a")).status_code == 201


async def test_the_log_names_no_token(sim: Sim, caplog: pytest.LogCaptureFixture) -> None:
    page = await sim.account("facebook")
    caplog.set_level("INFO")
    await sim.client.get("/graph.facebook.com/v26.0/me", params={"access_token": page["access_token"]})
    ours = [record.getMessage() for record in caplog.records if record.name == "dravo_simulator"]
    assert any("/graph.facebook.com/v26.0/me" in line for line in ours)
    assert not any(page["access_token"] in line for line in ours)


async def test_the_wall_shows_what_was_written_and_runs_nothing(sim: Sim) -> None:
    account = await sim.account("x", name="<b>Bold</b>")
    text = "<script>alert(1)</script>\nsecond line"
    assert (await tweet(sim, account, text)).status_code == 201
    page = (await sim.client.get("/wall")).text
    assert html.escape(text) in page
    assert "<script" not in page
    assert "<b>Bold" not in page
    assert "Nothing posted on TikTok yet." in page


async def test_the_wall_threads_comments_under_their_post(sim: Sim) -> None:
    page = await sim.account("facebook")
    post = await sim.client.post(
        "/graph.facebook.com/v26.0/me/feed", data={"message": "the post"}, headers=bearer(page)
    )
    await sim.client.post(
        f"/graph.facebook.com/v26.0/{post.json()['id']}/comments", data={"message": "the comment"}, headers=bearer(page)
    )
    shown = (await sim.client.get("/wall")).text
    assert shown.index("the post") < shown.index('class="replies"') < shown.index("the comment")


async def test_healthz_answers(sim: Sim) -> None:
    assert (await sim.client.get("/healthz")).status_code == 200
