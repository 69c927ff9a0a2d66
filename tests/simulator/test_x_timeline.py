from typing import Any

import httpx
import pytest

from simulator.harness import JSON, Sim, bearer, picture
from simulator.x_calls import API, one_shot, posted, tweet, with_media

EVERYTHING = "created_at,entities,attachments,conversation_id,in_reply_to_user_id"


async def timeline(sim: Sim, account: JSON, **query: Any) -> httpx.Response:
    path = f"{API}/2/users/{account['platform_account_id']}/tweets"
    return await sim.client.get(path, params=query, headers=bearer(account))


async def ids(sim: Sim, account: JSON, **query: Any) -> list[str]:
    return [post["id"] for post in (await timeline(sim, account, **query)).json().get("data", [])]


async def test_newest_first_in_pages(sim: Sim) -> None:
    account = await sim.account("x")
    posts = [await posted(sim, account, text=f"post {number}") for number in range(7)]
    first = (await timeline(sim, account, max_results=5)).json()
    assert [post["id"] for post in first["data"]] == posts[:1:-1]
    assert first["meta"]["result_count"] == 5
    token = first["meta"]["next_token"]
    second = (await timeline(sim, account, max_results=5, pagination_token=token)).json()
    assert [post["id"] for post in second["data"]] == posts[1::-1]
    assert "next_token" not in second["meta"]
    assert await ids(sim, account, since_id=posts[4]) == posts[:4:-1]


@pytest.mark.parametrize(
    "query",
    [
        {"max_results": 4},
        {"max_results": 101},
        {"max_results": "ten"},
        {"start_time": "yesterday"},
        {"start_time": "2026-11-18T00:00:00"},
        {"since_id": "a"},
        {"surprise": "1"},
        {"tweet.fields": "everything"},
    ],
)
async def test_a_query_outside_the_specification_is_refused(sim: Sim, query: dict[str, Any]) -> None:
    assert (await timeline(sim, await sim.account("x"), **query)).status_code == 400


async def test_a_post_appears_after_the_lag(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(x_timeline_lag_seconds=30)
    post_id = await posted(sim, account, text="soon")
    assert (await timeline(sim, account)).json() == {"meta": {"result_count": 0}}
    sim.clock.now += 30
    assert await ids(sim, account) == [post_id]


async def test_links_are_rewritten_and_told(sim: Sim) -> None:
    account = await sim.account("x")
    await posted(sim, account, text="<b> & https://example.com/a?b=c")
    [post] = (await timeline(sim, account, **{"tweet.fields": EVERYTHING})).json()["data"]
    [link] = post["entities"]["urls"]
    assert post["text"] == f"&lt;b&gt; &amp; {link['url']}"
    assert link["url"].startswith("https://t.co/")
    assert link["expanded_url"] == "https://example.com/a?b=c"


async def test_media_add_a_link_that_nobody_wrote(sim: Sim) -> None:
    account = await sim.account("x")
    media = (await one_shot(sim, account, picture())).json()["data"]
    post_id = await posted(sim, account, text="look", **with_media(media["id"]))
    [post] = (await timeline(sim, account, **{"tweet.fields": EVERYTHING})).json()["data"]
    [link] = post["entities"]["urls"]
    assert post["text"] == f"look {link['url']}"
    assert post["text"][link["start"] : link["end"]] == link["url"]
    assert link["expanded_url"] == f"https://x.com/sim_x/status/{post_id}/photo/1"
    assert link["media_key"] == media["media_key"] == post["attachments"]["media_keys"][0]


async def test_a_long_post_is_cut_and_whole_in_its_note(sim: Sim) -> None:
    account = await sim.account("x", attributes={"premium": True})
    text = "words & more " * 40 + "https://example.com/end"
    await posted(sim, account, text=text)
    [post] = (await timeline(sim, account, **{"tweet.fields": "note_tweet,entities"})).json()["data"]
    assert post["text"].endswith("…")
    assert post["note_tweet"]["text"].startswith("words &amp; more")
    [link] = post["note_tweet"]["entities"]["urls"]
    assert link["expanded_url"] == "https://example.com/end"
    assert "entities" not in post, "the link is not in the part that is shown"


async def test_a_cut_divides_neither_link_nor_entity(sim: Sim) -> None:
    account = await sim.account("x", attributes={"premium": True})
    await posted(sim, account, text="a" * 275 + " https://example.com/1 " + "b" * 50)
    await posted(sim, account, text="a" * 276 + "&" + "b" * 50)
    amp, link = (await timeline(sim, account, **{"tweet.fields": "entities"})).json()["data"]
    assert link["text"] == "a" * 275 + "…"
    assert "entities" not in link
    assert amp["text"] == "a" * 276 + "…"


async def test_a_reply_tells_its_parent_under_both_names(sim: Sim) -> None:
    account = await sim.account("x")
    parent = await posted(sim, account, text="first")
    await posted(sim, account, text="second", reply={"in_reply_to_tweet_id": parent})
    reference = [{"type": "replied_to", "id": parent}]
    for parameter, field in (("tweet.fields", "referenced_tweets"), ("post.fields", "referenced_posts")):
        query = {parameter: f"{field},conversation_id,in_reply_to_user_id"}
        reply, _ = (await timeline(sim, account, **query)).json()["data"]
        assert reply[field] == reference
        assert reply["conversation_id"] == parent
        assert reply["in_reply_to_user_id"] == account["platform_account_id"]
    assert await ids(sim, account, exclude="replies,retweets") == [parent]


@pytest.mark.parametrize(("spoken", "other"), [("tweet", "post"), ("post", "tweet")])
async def test_a_setting_leaves_one_spelling(sim: Sim, spoken: str, other: str) -> None:
    account = await sim.account("x")
    post_id = await posted(sim, account, text="a")
    await sim.settings(x_names=spoken)
    [post] = (await timeline(sim, account, **{f"{spoken}.fields": "created_at"})).json()["data"]
    assert post[f"edit_history_{spoken}_ids"] == [post_id]
    assert (await timeline(sim, account, **{f"{other}.fields": "created_at"})).status_code == 400
    assert (await timeline(sim, account, **{f"{spoken}.fields": f"referenced_{other}s"})).status_code == 400


async def test_a_single_post_can_be_read(sim: Sim) -> None:
    account = await sim.account("x")
    post_id = await posted(sim, account, text="a")
    path = f"{API}/2/tweets/{post_id}"
    answer = await sim.client.get(path, params={"tweet.fields": "author_id"}, headers=bearer(account))
    assert answer.json()["data"]["author_id"] == account["platform_account_id"]
    assert (await sim.client.get(path, params={"max_results": "5"}, headers=bearer(account))).status_code == 400


async def test_an_unknown_user_has_no_timeline(sim: Sim) -> None:
    account = await sim.account("x")
    answer = await timeline(sim, account | {"platform_account_id": "1"})
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found Error")


async def test_dark_posts_are_in_the_ledger_only(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await tweet(sim, account, text="hidden", nullcast=True)).status_code == 201
    assert await ids(sim, account) == []
    assert len(await sim.ledger()) == 1


@pytest.mark.parametrize(
    ("attributes", "verified", "kind", "tier"),
    [
        ({}, False, "none", "None"),
        ({"premium": True}, True, "blue", "Premium"),
        ({"subscription_type": "PremiumPlus"}, True, "blue", "PremiumPlus"),
        ({"verified_type": "government"}, True, "government", "None"),
    ],
)
async def test_me_tells_the_subscription_when_asked(
    sim: Sim, attributes: JSON, *, verified: bool, kind: str, tier: str
) -> None:
    account = await sim.account("x", attributes=attributes)
    path = f"{API}/2/users/me"
    plain = (await sim.client.get(path, headers=bearer(account))).json()["data"]
    assert set(plain) == {"id", "name", "username"}
    query = {"user.fields": "verified,verified_type,subscription_type"}
    full = (await sim.client.get(path, params=query, headers=bearer(account))).json()["data"]
    assert (full["verified"], full["verified_type"], full["subscription_type"]) == (verified, kind, tier)
    assert account["extras"]["premium"] == (tier != "None")
