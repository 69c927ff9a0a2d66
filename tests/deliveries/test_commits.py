"""A call that publishes: written down before it is sent, looked for when its answer is lost, never sent twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from dravo.kit.db import Database, DatabaseUnavailable
from dravo.kit.http import AnswerLost, NotSent, Reply, Request
from dravo.platforms.base import Found
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Rejected, Transient
from support.book import TOKEN
from support.engine import Engine
from support.network import Id, reply

COMMENTED = {"fake": {"first_comment": "First!"}}


async def test_the_intent_is_in_the_book_before_the_call_and_the_answer_after(engine: Engine) -> None:
    key = await engine.post()
    seen: list[Any] = []

    async def look_into_the_book(_request: Request) -> Reply:
        (commit,) = await engine.book.commits(key)
        delivery = await engine.book.delivery(key)
        seen.append((commit.state, commit.answer, delivery.publish_state, commit.lease_token == delivery.lease_token))
        assert delivery.lease_until is not None
        assert delivery.lease_until - commit.opened_at >= timedelta(
            seconds=40
        )  # it outlives the call's 30 seconds by 10
        return reply({"id": "p1"})

    engine.network.on("/publish", look_into_the_book)
    published = await engine.run(key)
    assert seen == [("open", None, "open", True)]
    (commit,) = await engine.book.commits(key)
    assert (commit.state, commit.answer) == ("confirmed", {"id": "p1"})
    assert (published.status, published.publish_state, published.platform_post_id) == ("published", "confirmed", "p1")
    assert published.attempts == 1
    assert published.lease_token is None


async def test_a_call_that_never_left_is_refused_and_tried_again(engine: Engine) -> None:
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    retried = await engine.run(key, random=0.5)
    assert (retried.status, retried.waiting_for, retried.error_class) == ("queued", "retry", "transient")
    assert retried.publish_state == "refused"
    assert await engine.book.commit_states(key) == [("publish", "refused")]
    published = await engine.run_when_due(key)
    assert (published.status, published.attempts) == ("published", 2)
    assert (published.error_code, published.error_message) == (None, None)
    assert await engine.book.commit_states(key) == [("publish", "refused"), ("publish", "confirmed")]


LOST = [AnswerLost("reset"), reply(b"<html>", 200), reply({"no": "id"}, 201), reply(b"[" * 100_000, 200)]


@pytest.mark.parametrize("lost", LOST, ids=["reset", "html", "no id", "nested"])
async def test_a_lost_answer_is_looked_for_after_five_seconds(engine: Engine, lost: Any) -> None:
    engine.network.on("/publish", lost)
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    looking = await engine.run(key)
    assert (looking.status, looking.waiting_for, looking.publish_state) == ("queued", "look", "open")
    assert looking.lease_token is None
    assert engine.network.count("/find") == 0
    found = await engine.run_when_due(key)
    assert timedelta(seconds=5) <= looking.due_at - looking.created_at < timedelta(seconds=7)
    assert (found.status, found.platform_post_id) == ("published", "p1")
    assert engine.network.count("/publish") == 1


async def test_a_look_that_fails_is_made_again(engine: Engine) -> None:
    engine.adapter.find = Found(Id(id="p1"))
    engine.network.on("/publish", AnswerLost("reset"))
    engine.network.on("/find", AnswerLost("reset"), reply({"id": "x"}))
    key = await engine.post()
    await engine.run(key)
    waiting = await engine.run_when_due(key)
    assert (waiting.status, waiting.waiting_for, waiting.publish_state) == ("queued", "retry", "open")
    published = await engine.run_when_due(key)
    assert (published.status, published.platform_post_id) == ("published", "p1")
    assert engine.network.count("/publish") == 1


async def test_looks_that_fail_until_it_is_late_settle_nothing(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    engine.network.on("/find", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    assert (await engine.run_when_due(key)).status == "queued"
    await engine.move(25 * 3600)
    assert (await engine.run(key)).status == "unconfirmed"
    assert engine.network.count("/publish") == 1


async def test_a_fault_of_ours_while_reading_the_answer_leaves_the_intent_open(engine: Engine) -> None:
    def broken(answer: Reply) -> Id:
        if engine.network.calls[-1] == "/publish":
            raise KeyError("a fault of ours")
        return Id.model_validate(answer.json())

    engine.adapter.read = broken
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    retried = await engine.run(key)
    assert (retried.status, retried.error_code, retried.publish_state) == ("queued", "internal_error", "open")
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/publish") == 1


def refusing(failure: PlatformError, path: str) -> Any:
    """A reader of answers that refuses what comes from `path`."""

    def read(engine: Engine) -> Any:
        def judge(answer: Reply) -> Id:
            if engine.network.calls[-1] == path:
                raise failure
            return Id.model_validate(answer.json())

        return judge

    return read


async def test_a_refusal_ends_failed_with_nothing_sent(engine: Engine) -> None:
    refusal = Rejected("too_long", "Shorten it.", raw={"status": 400, "access_token": "x"})
    engine.adapter.read = refusing(refusal, "/publish")(engine)
    key = await engine.post()
    failed = await engine.run(key)
    assert (failed.status, failed.error_code, failed.error_class) == ("failed", "too_long", "rejected")
    assert failed.raw_response == {"status": 400, "access_token": "[hidden]"}
    (commit,) = await engine.book.commits(key)
    assert (commit.state, commit.evidence) == ("refused", {"code": "too_long", "message": "Shorten it."})
    assert await engine.book.events() == ["post.failed"]


@pytest.mark.parametrize(
    "failure",
    [Rejected("forbidden", "No comments."), Misconfigured("scope", "s", scope="app"), CredentialsExpired("r")],
)
async def test_a_refused_first_comment_is_a_warning(engine: Engine, failure: PlatformError) -> None:
    engine.adapter.read = refusing(failure, "/comment")(engine)
    published = await engine.run(await engine.post(options=COMMENTED))
    assert published.status == "published"
    assert [warning["code"] for warning in published.warnings] == ["first_comment_failed"]
    assert engine.network.count("/comment") == 1


@pytest.mark.parametrize("failure", [Transient("down", "Later."), RateLimited("slow", wait=timedelta(seconds=9))])
async def test_a_first_comment_is_tried_three_times_and_then_a_warning(engine: Engine, failure: PlatformError) -> None:
    engine.adapter.read = refusing(failure, "/comment")(engine)
    key = await engine.post(options=COMMENTED)
    assert (await engine.run(key)).status == "queued"
    published = await engine.until_final(key)
    assert published.status == "published"
    assert [warning["code"] for warning in published.warnings] == ["first_comment_failed"]
    assert (engine.network.count("/comment"), engine.network.count("/publish")) == (3, 1)
    assert await engine.book.commit_states(key) == [("publish", "confirmed"), *[("first_comment", "refused")] * 3]


async def test_a_first_comment_whose_answer_was_lost_is_looked_for_and_not_sent_again(engine: Engine) -> None:
    engine.network.on("/comment", AnswerLost("reset"))
    key = await engine.post(options=COMMENTED)
    assert (await engine.run(key)).waiting_for == "look"
    published = await engine.until_final(key)
    assert published.status == "published"
    assert (await engine.book.commits(key))[1].looks == 3
    assert [warning["code"] for warning in published.warnings] == ["first_comment_unconfirmed"]
    assert (engine.network.count("/comment"), engine.network.count("/publish")) == (1, 1)


async def test_a_late_first_comment_that_fails_does_not_unsettle_a_published_post(engine: Engine) -> None:
    engine.network.on("/comment", NotSent("no route"))
    key = await engine.post(options=COMMENTED)
    await engine.run(key)
    await engine.move(25 * 3600)
    published = await engine.run_when_due(key)
    assert published.status == "published"
    assert [warning["code"] for warning in published.warnings] == ["first_comment_failed"]


async def test_a_kept_publish_that_does_not_parse_any_more_is_looked_for_and_not_sent_again(engine: Engine) -> None:
    engine.network.on("/comment", NotSent("no route"), reply({"id": "c1"}))
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post(options=COMMENTED)
    await engine.run(key)
    await engine.book.run("""UPDATE commits SET answer = '{"number": 1}' WHERE name = 'publish'""")
    published = await engine.run_when_due(key)
    assert (published.status, published.platform_post_id) == ("published", "p1")
    assert engine.network.count("/publish") == 1


async def test_a_post_of_the_network_is_bound_to_one_delivery_only(engine: Engine) -> None:
    account = await engine.book.account("fake")
    engine.network.on("/publish", reply({"id": "p1"}), AnswerLost("reset"))
    engine.adapter.find = Found(Id(id="p1"))
    (first,) = await engine.book.post(account)
    (second,) = await engine.book.post(account)
    assert (await engine.run(first)).status == "published"
    unsettled = await engine.until_final(second)
    assert (unsettled.status, unsettled.platform_post_id) == ("unconfirmed", None)
    assert (await engine.book.post_of(second)).status == "unconfirmed"


@pytest.mark.parametrize(
    ("first_answer", "words", "days", "unnamed"),
    [
        (AnswerLost("reset"), "A plain post", 0, True),
        (AnswerLost("reset"), "Other words", 0, False),
        (AnswerLost("reset"), "A plain post", 2, False),
        (reply({"id": "p0"}), "A plain post", 0, False),
        (NotSent("no route"), "A plain post", 0, False),
    ],
    ids=["lost as well", "other words", "long ago", "named", "never sent"],
)
async def test_a_look_is_told_of_others_that_may_own_what_it_finds(
    engine: Engine, first_answer: Any, words: str, days: int, *, unnamed: bool
) -> None:
    account = await engine.book.account("fake")
    engine.network.on("/publish", first_answer, AnswerLost("reset"))
    (first,) = await engine.book.post(account, words=words)
    await engine.run(first)
    await engine.move(86400 * days)
    (second,) = await engine.book.post(account, words="A plain post")
    await engine.run(second)
    await engine.run_when_due(second)
    assert engine.adapter.looked[-1].unnamed is unnamed


async def test_a_worker_that_is_stopped_ends_the_call_that_it_has_begun(engine: Engine) -> None:
    """A cancelled call would be an unknown outcome of our own making."""
    key = await engine.post()
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_request: Request) -> Reply:
        begun.set()
        await may_end.wait()
        return reply({"id": "p1"})

    engine.network.on("/publish", slow)
    running = asyncio.create_task(engine.run(key))
    await begun.wait()
    running.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    given_back = await engine.book.delivery(key)
    assert (given_back.status, given_back.publish_state) == ("queued", "confirmed")
    assert (await engine.run(key)).status == "published"
    assert engine.network.count("/publish") == 1


async def test_an_answer_is_written_down_though_postgres_is_away_for_a_moment(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await engine.post()
    pings = []
    ping = Database.ping

    async def away_twice(self: Database) -> None:
        pings.append(1)
        if len(pings) <= 2:
            raise DatabaseUnavailable("away")
        await ping(self)

    monkeypatch.setattr(Database, "ping", away_twice)
    assert (await engine.run(key)).status == "published"
    assert len(pings) == 3


async def test_the_words_of_a_network_that_quote_the_token_are_kept_without_it(engine: Engine) -> None:
    engine.adapter.read = refusing(Rejected("bad", f"Meta says: {TOKEN}\0 is bad"), "/publish")(engine)
    key = await engine.post()
    failed = await engine.run(key)
    assert failed.error_message == "Meta says: [hidden]\ufffd is bad"
    assert TOKEN not in await engine.book.everything()


async def test_a_disconnected_account_lets_a_published_post_be_published(engine: Engine) -> None:
    engine.network.on("/comment", NotSent("no route"), reply({"id": "c1"}))
    key = await engine.post(options=COMMENTED)
    await engine.run(key)
    await engine.book.run("UPDATE accounts SET reconnect_reason = 'the token has expired'")
    assert (await engine.run_when_due(key)).status == "published"


async def test_the_call_that_publishes_has_its_own_short_time(engine: Engine) -> None:
    seen: list[float] = []

    async def look(request: Request) -> Reply:
        seen.append(request.timeout_seconds)
        return reply({"id": "p1"})

    engine.network.on("/publish", look)
    await engine.run(await engine.post())
    assert seen == [30.0]
