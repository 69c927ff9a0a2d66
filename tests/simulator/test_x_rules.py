from typing import Any

import pytest

from simulator.harness import JSON, Sim, bearer, picture
from simulator.x_calls import API, one_shot, posted, tweet, with_media

LONG = "many words " * 40 + "https://example.com/end"


async def refusal(sim: Sim, account: JSON, **body: Any) -> JSON:
    answer = await tweet(sim, account, **body)
    assert answer.is_error, answer.text
    return dict(answer.json()) | {"status": answer.status_code}


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a", "poll": {"options": ["1", "2"], "duration_minutes": 4}},
        {"text": "a", "poll": {"options": ["1", "2"], "duration_minutes": 10081}},
        {"text": "a", "poll": {"options": ["1", "2", "3", "4", "5"], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["1", ""], "duration_minutes": 5}},
        {"text": "a", "poll": {"options": ["1", "2"]}},
        {"text": "a", "poll": {"options": ["1", "2"], "duration_minutes": "5"}},
        {"text": "a", "geo": {}},
        {"text": "a", "geo": {"place_id": "1", "lat": 1}},
        {"text": "a", "reply": {"in_reply_to_tweet_id": "12345678901234567890"}},
        {"text": "a", "reply": {}},
        {"text": "a", "media": {"media_ids": []}},
        {"text": "a", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "a", "media": {"media_ids": ["3_1"]}},
        {"text": "a", "media": {"media_ids": [1]}},
        {"text": "a", "media": {"media_ids": ["1"], "tagged_user_ids": [str(n) for n in range(11)]}},
        {"text": "a", "reply_settings": None},
        {"text": "a", "media": {"media_ids": ["1", None]}},
        {"text": "a", "edit_options": {}},
        {"text": "a", "card_uri": "card://1", "poll": {"options": ["1", "2"], "duration_minutes": 5}},
        {"text": "a", "card_uri": "card://1", "direct_message_deep_link": "https://x.com/messages/compose"},
        {"text": "   "},
    ],
)
async def test_the_schema_is_held_to_the_letter(sim: Sim, body: JSON) -> None:
    answer = await refusal(sim, await sim.account("x"), **body)
    assert answer["status"] == 400
    assert answer["title"] == "Invalid Request"
    assert answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "p", "poll": {"options": ["1", "t" * 25], "duration_minutes": 10080, "reply_settings": "verified"}},
        {"text": "a", "reply_settings": "mentionedUsers", "paid_partnership": True, "share_with_followers": True},
        {"text": "", "card_uri": "card://1"},
        {"text": "a", "community_id": "1", "nullcast": True, "edit_options": {"previous_post_id": "1"}},
    ],
)
async def test_what_the_schema_has_is_taken(sim: Sim, body: JSON) -> None:
    assert (await tweet(sim, await sim.account("x"), **body)).status_code == 201


async def test_the_message_about_exclusive_fields_names_them(sim: Sim) -> None:
    poll = {"options": ["1", "2"], "duration_minutes": 5}
    answer = await refusal(sim, await sim.account("x"), text="a", poll=poll, media={"media_ids": ["1"]})
    assert answer["errors"][0]["message"].startswith("You can only provide one of")
    assert set(answer["errors"][0]["parameters"]) == {"poll", "media"}


async def test_a_long_text_is_refused_without_premium_in_the_words_x_uses_for_much(sim: Sim) -> None:
    answer = await refusal(sim, await sim.account("x"), text=LONG)
    assert (answer["status"], answer["detail"]) == (403, "You are not permitted to perform this action.")


@pytest.mark.parametrize("tier", ["Basic", "Premium", "PremiumPlus"])
async def test_which_subscription_writes_long_is_a_setting(sim: Sim, tier: str) -> None:
    account = await sim.account("x", attributes={"subscription_type": tier})
    assert (await tweet(sim, account, text=LONG)).status_code == 201
    await sim.settings(x_long_post_tiers=[])
    assert (await tweet(sim, account, text=LONG + "!")).status_code == 403


async def test_premium_ends_at_25000(sim: Sim) -> None:
    account = await sim.account("x", attributes={"premium": True})
    assert (await tweet(sim, account, text="a" * 25_000)).status_code == 201
    assert (await tweet(sim, account, text="b" * 25_001)).status_code == 403


async def test_a_url_counts_23_and_an_emoji_2(sim: Sim) -> None:
    account = await sim.account("x")
    link = "https://example.com/" + "x" * 300
    assert (await tweet(sim, account, text="a" * 256 + " " + link)).status_code == 201
    assert (await tweet(sim, account, text="a" * 257 + " " + link)).status_code == 403
    assert (await tweet(sim, account, text="👨‍👩‍👧‍👦" * 140)).status_code == 201
    assert (await tweet(sim, account, text="👨‍👩‍👧‍👦" * 140 + "a")).status_code == 403


async def test_the_answer_to_a_long_post_holds_its_beginning_or_all_of_it(sim: Sim) -> None:
    account = await sim.account("x", attributes={"premium": True})
    beginning = (await tweet(sim, account, text=LONG)).json()["data"]["text"]
    assert beginning.endswith("…")
    assert len(beginning) <= 280
    await sim.settings(x_long_text_in_answer="whole")
    assert len((await tweet(sim, account, text="more " + LONG)).json()["data"]["text"]) > 400


async def test_two_cashtags_are_one_too_many(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await tweet(sim, account, text="$ABC is up, 5$ and US$ are none")).status_code == 201
    assert (await refusal(sim, account, text="$ABC or $XYZ?"))["status"] == 403


async def test_whether_the_same_cashtag_twice_is_two_is_a_setting(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await refusal(sim, account, text="$ABC, and again $abc"))["status"] == 403
    await sim.settings(x_cashtags_count="distinct")
    assert (await refusal(sim, account, text="$ABC or $XYZ?"))["status"] == 403
    assert (await tweet(sim, account, text="$ABC, and again $abc")).status_code == 201


@pytest.mark.parametrize(
    ("setting", "options"),
    [
        ("x_blank_poll_options", ["Yes", " \u3000"]),
        ("x_equal_poll_options", ["Yes", "No", "Yes "]),
    ],
)
async def test_what_poll_options_may_say_is_a_setting(sim: Sim, setting: str, options: list[str]) -> None:
    account, poll = await sim.account("x"), {"options": options, "duration_minutes": 5}
    answer = await refusal(sim, account, text="Which?", poll=poll)
    assert (answer["status"], answer["errors"][0]["parameters"]) == (400, {"poll.options": options})
    assert await sim.ledger() == []
    await sim.settings(**{setting: "accept"})
    assert (await tweet(sim, account, text="Which?", poll=poll)).status_code == 201
    assert [item["options"]["poll"]["options"] for item in await sim.ledger()] == [options]


async def test_a_reply_needs_a_summons_a_mention_with_its_borders(sim: Sim) -> None:
    author, account = await sim.account("x", handle="author"), await sim.account("x", handle="me")
    near = await posted(sim, author, text="hello @merlin and mail@me")
    answer = await refusal(sim, account, text="hi", reply={"in_reply_to_tweet_id": near})
    assert answer["detail"] == "You can only reply to or quote posts where you are mentioned or are the author."
    assert (answer["title"], answer["status"]) == ("Authorization Error", 403)
    assert answer["type"].endswith("/problems/not-authorized-for-resource")


async def test_a_restricted_conversation_is_refused_in_other_words(sim: Sim) -> None:
    author, account = await sim.account("x", handle="author"), await sim.account("x", handle="me")
    root = await posted(sim, author, text="for @friend only", reply_settings="mentionedUsers")
    answer = await refusal(sim, account, text="hi", reply={"in_reply_to_tweet_id": root})
    assert answer["detail"].startswith("Reply to this conversation is not allowed because")


async def test_an_enterprise_replies_and_quotes_where_it_likes(sim: Sim) -> None:
    author, account = await sim.account("x", handle="author"), await sim.account("x", handle="me")
    other = await posted(sim, author, text="nobody in particular")
    assert (await refusal(sim, account, text="q", quote_tweet_id=other))["status"] == 403
    await sim.settings(x_plan="enterprise")
    assert (await tweet(sim, account, text="hi", reply={"in_reply_to_tweet_id": other})).status_code == 201
    assert (await tweet(sim, account, text="q", quote_tweet_id=other)).status_code == 201
    answer = await refusal(sim, account, text="q2", quote_tweet_id="99")
    assert answer["errors"][0]["message"] == "Your quote tweet ID is invalid."


async def test_a_place_is_dropped_when_location_is_off(sim: Sim) -> None:
    here, nowhere = (
        await sim.account("x", handle="here"),
        await sim.account("x", handle="off", attributes={"geo": False}),
    )
    for account in (here, nowhere):
        assert (await tweet(sim, account, text="a", geo={"place_id": "01a9a39529b27f36"})).status_code == 201
    first, second = await sim.ledger()
    assert first["options"] == {"geo": {"place_id": "01a9a39529b27f36"}}
    assert second["options"] == {}


async def test_posts_for_subscribers_need_subscriptions(sim: Sim) -> None:
    plain, offering = await sim.account("x"), await sim.account("x", handle="o", attributes={"subscriptions": True})
    body = {"text": "for you", "for_super_followers_only": True}
    assert (await tweet(sim, offering, **body)).status_code == 201
    assert (await refusal(sim, plain, **body))["status"] == 403
    await sim.settings(x_subscribers_only_refusal=400)
    assert (await refusal(sim, plain, **body))["status"] == 400


async def test_open_questions_about_replies_and_ai_are_settings(sim: Sim) -> None:
    account = await sim.account("x")
    parent = await posted(sim, account, text="first")
    reply = {"text": "second", "reply": {"in_reply_to_tweet_id": parent}, "reply_settings": "following"}
    assert (await tweet(sim, account, **reply)).status_code == 201
    assert (await tweet(sim, account, text="drawn by hand?", made_with_ai=True)).status_code == 201
    await sim.settings(x_reply_settings_on_replies="refuse", x_ai_without_media="refuse")
    assert (await refusal(sim, account, **reply | {"text": "third"}))["status"] == 400
    assert (await refusal(sim, account, text="again", made_with_ai=True))["status"] == 400
    media_id = (await one_shot(sim, account, picture())).json()["data"]["id"]
    assert (await tweet(sim, account, text="again", made_with_ai=True, **with_media(media_id))).status_code == 201


async def test_a_deleted_post_is_gone_for_readers_and_still_a_duplicate(sim: Sim) -> None:
    account, other = await sim.account("x"), await sim.account("x", handle="other")
    post_id = await posted(sim, account, text="once")
    path = f"{API}/2/tweets/{post_id}"
    assert (await sim.client.get(path, headers=bearer(account))).json()["data"]["text"] == "once"
    assert (await sim.client.delete(path, headers=bearer(other))).status_code == 403
    deleted = await sim.client.delete(path, headers=bearer(account))
    assert (deleted.status_code, deleted.json()) == (200, {"data": {"deleted": True}})
    assert (await sim.client.delete(path, headers=bearer(account))).status_code == 404
    gone = await sim.client.get(path, headers=bearer(account))
    assert (gone.status_code, gone.json()["type"].endswith("/problems/resource-not-found")) == (404, True)
    assert (await refusal(sim, account, text="reply", reply={"in_reply_to_tweet_id": post_id}))["status"] == 400
    assert (await refusal(sim, account, text="once"))["status"] == 403
    assert len(await sim.ledger()) == 1


async def test_what_makes_a_duplicate_is_a_setting(sim: Sim) -> None:
    account = await sim.account("x")
    parent = await posted(sim, account, text="same")
    reply = {"text": "same", "reply": {"in_reply_to_tweet_id": parent}}
    await sim.settings(x_duplicate_compares="text")
    await posted(sim, account, text="other")
    assert (await refusal(sim, account, text="other", reply=reply["reply"]))["status"] == 403
    await sim.settings(x_duplicate_compares="thread")
    assert (await tweet(sim, account, **reply)).status_code == 201
    first, second = [(await one_shot(sim, account, picture(colour=c))).json()["data"]["id"] for c in ("red", "blue")]
    await sim.settings(x_duplicate_compares="everything")
    assert (await tweet(sim, account, text="pictures", **with_media(first))).status_code == 201
    assert (await tweet(sim, account, text="pictures", **with_media(second))).status_code == 201
    assert (await refusal(sim, account, text="pictures", **with_media(first)))["status"] == 403
    await sim.settings(x_duplicate_seconds=10)
    sim.clock.now += 10
    assert (await tweet(sim, account, text="pictures", **with_media(first))).status_code == 201


async def test_duplicates_are_an_accounts_own(sim: Sim) -> None:
    one, two = await sim.account("x"), await sim.account("x", handle="two")
    await posted(sim, one, text="hello")
    assert (await tweet(sim, two, text="hello")).status_code == 201


@pytest.mark.parametrize("state", ["suspended", "locked"])
async def test_a_suspended_or_locked_account_is_forbidden(sim: Sim, state: str) -> None:
    account = await sim.account("x")
    await sim.account("x", attributes={"state": state})
    answer = await refusal(sim, account, text="a")
    assert (answer["status"], state in answer["detail"]) == (403, True)
    await sim.account("x", attributes={"state": "active"})
    assert (await tweet(sim, account, text="a")).status_code == 201


async def test_credits_run_out_for_one_account_or_for_all(sim: Sim) -> None:
    broke, rich = await sim.account("x", attributes={"credits_depleted": True}), await sim.account("x", handle="rich")
    answer = await refusal(sim, broke, text="a")
    assert (answer["status"], answer["title"]) == (402, "CreditsDepleted")
    assert answer["type"].endswith("/problems/credits")
    assert (await tweet(sim, rich, text="a")).status_code == 201
    await sim.settings(x_credits_depleted=True)
    assert (await refusal(sim, rich, text="b"))["status"] == 402


async def test_scopes_are_the_tokens_not_the_accounts(sim: Sim) -> None:
    writer = await sim.account("x")
    reader = await sim.account("x", scopes=["tweet.read", "users.read"])
    assert reader["platform_account_id"] == writer["platform_account_id"]
    assert (await tweet(sim, reader, text="a")).status_code == 403
    assert (await one_shot(sim, reader, picture())).json() == {
        "title": "Forbidden",
        "detail": "Forbidden",
        "type": "about:blank",
        "status": 403,
    }
    assert (await tweet(sim, writer, text="a")).status_code == 201


async def test_problems_may_name_either_host(sim: Sim) -> None:
    account = await sim.account("x")
    assert (await refusal(sim, account, text=""))["type"].startswith("https://api.twitter.com/")
    await sim.settings(x_problem_host="api.x.com")
    assert (await refusal(sim, account, text=""))["type"] == "https://api.x.com/2/problems/invalid-request"


async def test_a_success_may_carry_errors_and_either_name_of_the_history(sim: Sim) -> None:
    account = await sim.account("x")
    assert set((await tweet(sim, account, text="a")).json()["data"]) == {"id", "text", "edit_history_tweet_ids"}
    await sim.settings(x_partial_errors=True, x_names="post")
    answer = (await tweet(sim, account, text="b")).json()
    assert set(answer["data"]) == {"id", "text", "edit_history_post_ids"}
    assert answer["errors"]


async def test_the_products_own_cap_is_refused_as_the_setting_says(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.settings(x_update_limit=1)
    await posted(sim, account, text="a")
    answer = await refusal(sim, account, text="b")
    assert (answer["status"], answer["detail"]) == (403, "User is over daily status update limit.")
    await sim.settings(x_update_limit_status=429)
    assert (await refusal(sim, account, text="b"))["status"] == 429
    sim.clock.now += 86400
    assert (await tweet(sim, account, text="b")).status_code == 201
