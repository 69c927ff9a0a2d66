from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture

TWEETS = "/api.x.com/2/tweets"


async def tweet(sim: Sim, account: JSON, **body: Any) -> httpx.Response:
    return await sim.client.post(TWEETS, json=body, headers=bearer(account))


async def upload(sim: Sim, account: JSON, content: bytes, category: str = "tweet_image") -> httpx.Response:
    return await sim.client.post(
        "/api.x.com/2/media/upload",
        files={"media": ("picture", content, "image/png")},
        data={"media_category": category},
        headers=bearer(account),
    )


async def test_a_post_with_described_pictures_reaches_timeline_and_ledger(sim: Sim) -> None:
    account = await sim.account("x")
    uploaded = (await upload(sim, account, picture("PNG"))).json()["data"]
    assert uploaded["image"] == {"image_type": "image/png", "w": 40, "h": 40}
    described = await sim.client.post(
        "/api.x.com/2/media/metadata",
        json={"id": uploaded["id"], "metadata": {"alt_text": {"text": "a teal square"}}},
        headers=bearer(account),
    )
    assert described.status_code == 200

    text = "Fish & chips at https://example.com/menu 🐟"
    answer = await tweet(sim, account, text=text, media={"media_ids": [uploaded["id"]]}, made_with_ai=True)
    assert answer.status_code == 201
    assert answer.headers["x-rate-limit-limit"] == "100"
    assert answer.headers["x-rate-limit-remaining"] == "99"
    post = answer.json()["data"]
    assert post["text"].startswith("Fish &amp; chips at https://t.co/")

    user = account["platform_account_id"]
    timeline = await sim.client.get(
        f"/api.x.com/2/users/{user}/tweets",
        params={"max_results": "5", "start_time": "2026-01-01T00:00:00Z", "tweet.fields": "entities,attachments"},
        headers=bearer(account),
    )
    [seen] = timeline.json()["data"]
    link, picture_link = seen["entities"]["urls"]
    assert (seen["id"], link["expanded_url"]) == (post["id"], "https://example.com/menu")
    assert picture_link["media_key"] == uploaded["media_key"]
    assert seen["text"][link["start"] : link["end"]] == link["url"]
    assert len(seen["attachments"]["media_keys"]) == 1

    [item] = await sim.ledger()
    assert (item["kind"], item["text"], item["options"]) == ("post", text, {"made_with_ai": True})
    assert item["media"][0]["alt_text"] == "a teal square"


async def test_a_reply_to_ones_own_post_is_a_comment_of_it(sim: Sim) -> None:
    account = await sim.account("x")
    parent = (await tweet(sim, account, text="first")).json()["data"]["id"]
    reply = await tweet(sim, account, text="second", reply={"in_reply_to_tweet_id": parent})
    assert reply.status_code == 201
    assert [(item["kind"], item.get("parent")) for item in await sim.ledger()] == [("post", None), ("comment", parent)]


async def test_a_reply_to_a_stranger_is_refused_unless_mentioned(sim: Sim) -> None:
    stranger, account = await sim.account("x", handle="stranger"), await sim.account("x", handle="me")
    silent = (await tweet(sim, stranger, text="nobody in particular")).json()["data"]["id"]
    calling = (await tweet(sim, stranger, text="hello @me")).json()["data"]["id"]
    assert (await tweet(sim, account, text="hi", reply={"in_reply_to_tweet_id": silent})).status_code == 403
    assert (await tweet(sim, account, text="hi", reply={"in_reply_to_tweet_id": calling})).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "a", "surprise": 1},
        {"text": 5},
        {"text": "a", "media": {"media_ids": ["1"]}},
        {"text": "a", "poll": {"options": ["one"], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["one", "t" * 26], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["1", "2"], "duration_minutes": 5}, "media": {"media_ids": ["1"]}},
        {"text": "a", "reply_settings": "everyone"},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "99"}},
    ],
)
async def test_a_body_outside_the_schema_is_an_invalid_request(sim: Sim, body: JSON) -> None:
    answer = await tweet(sim, await sim.account("x"), **body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/problems/invalid-request")
    assert await sim.ledger() == []


async def test_half_a_character_is_no_text(sim: Sim) -> None:
    account = await sim.account("x")
    headers = bearer(account, **{"Content-Type": "application/json"})
    answer = await sim.client.post(TWEETS, content=rb'{"text": "\ud83d"}', headers=headers)
    assert answer.status_code == 400


async def test_only_premium_accounts_write_past_280(sim: Sim) -> None:
    plain, premium = await sim.account("x"), await sim.account("x", handle="rich", attributes={"premium": True})
    assert (await tweet(sim, plain, text="漢" * 140)).status_code == 201
    assert (await tweet(sim, plain, text="漢" * 141)).status_code == 403
    assert (await tweet(sim, premium, text="漢" * 141)).status_code == 201


async def test_the_same_text_twice_is_refused_until_the_window_ends(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await tweet(sim, account, text="again")).status_code == 201
    refused = await tweet(sim, account, text="again")
    assert (refused.status_code, "duplicate" in refused.json()["detail"]) == (403, True)
    sim.clock.now += 2 * 86400
    assert (await tweet(sim, account, text="again")).status_code == 201


async def test_media_of_another_account_and_lapsed_media_are_invalid(sim: Sim) -> None:
    mine, other = await sim.account("x"), await sim.account("x", handle="other")
    media_id = (await upload(sim, mine, picture())).json()["data"]["id"]
    assert (await tweet(sim, other, text="a", media={"media_ids": [media_id]})).status_code == 400
    sim.clock.now += 86401
    assert (await tweet(sim, mine, text="a", media={"media_ids": [media_id]})).status_code == 400


async def test_what_is_no_picture_or_too_big_is_not_taken(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await upload(sim, account, b"%PDF-1.7")).status_code == 400
    assert (await upload(sim, account, picture("PNG"), "tweet_gif")).status_code == 400
    assert (await upload(sim, account, picture() + b"\0" * 5 * 1024 * 1024)).status_code == 400


async def test_tokens_and_scopes_are_checked(sim: Sim) -> None:
    reader = await sim.account("x", scopes=["tweet.read", "users.read"])
    assert (await sim.client.post(TWEETS, json={"text": "a"})).status_code == 401
    assert (await tweet(sim, reader, text="a")).status_code == 403
    sim.clock.now += 366 * 86400
    assert (await tweet(sim, reader, text="a")).status_code == 401


async def test_the_hundred_and_first_post_of_a_quarter_is_too_many(sim: Sim) -> None:
    account = await sim.account("x")
    for number in range(100):
        assert (await tweet(sim, account, text=f"post {number}")).status_code == 201
    refused = await tweet(sim, account, text="one more")
    assert (refused.status_code, refused.headers["x-rate-limit-remaining"]) == (429, "0")
    assert int(refused.headers["x-rate-limit-reset"]) == int(sim.clock.now) + 900
    sim.clock.now += 901
    assert (await tweet(sim, account, text="one more")).status_code == 201
