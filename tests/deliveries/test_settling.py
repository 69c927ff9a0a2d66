"""What becomes of a delivery and its account after each kind of failure."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dravo.deliveries import runner
from dravo.kit.http import AnswerLost, Reply
from dravo.platforms.base import Found
from dravo.platforms.errors import CredentialsExpired, Misconfigured, OutcomeUnknown, RateLimited, Transient
from support.book import TOKEN
from support.engine import Engine
from support.network import NAME, Id, reply
from support.time import move_to

DOWN = Transient("down", "The network is down.")


def failing(engine: Engine, failure: BaseException, *, times: int = 1) -> None:
    """Let the first answers of the network mean this."""
    left = [failure] * times

    def read(answer: Any) -> Id:
        if left:
            raise left.pop()
        return Id.model_validate(answer.json())

    engine.adapter.read = read


async def test_a_rate_limit_pauses_the_account_and_is_no_attempt(engine: Engine) -> None:
    failing(engine, RateLimited("Slow down.", wait=timedelta(minutes=5)))
    key = await engine.post()
    limited = await engine.run(key, random=0.5)
    assert (limited.status, limited.waiting_for, limited.attempts) == ("queued", "rate_limit", 0)
    assert limited.error_class == "rate_limited"
    account = await engine.book.account_of(key)
    assert account.paused_until is not None
    assert timedelta(minutes=5) <= account.paused_until - limited.created_at < timedelta(minutes=5, seconds=5)
    assert account.paused_until < limited.due_at <= account.paused_until + timedelta(seconds=15)
    published = await engine.run_when_due(key)
    assert (published.status, published.attempts) == ("published", 1)


async def test_the_accounts_other_deliveries_rest_with_it_and_do_not_grow_late(engine: Engine) -> None:
    failing(engine, RateLimited("Come back tomorrow.", wait=timedelta(hours=30)))
    account = await engine.book.account(NAME)
    (first,) = await engine.book.post(account)
    (second,) = await engine.book.post(account)
    await engine.run(first)
    paused_until = (await engine.book.account_of(first)).paused_until
    resting = await engine.book.delivery(second)
    assert (resting.due_at, resting.waiting_for, resting.rung_at) == (paused_until, "account_paused", None)
    assert engine.network.count("/prepare") == 1
    assert (await engine.run_when_due(first)).status == "published"
    assert (await engine.run_when_due(second)).status == "published"


async def test_a_delivery_claimed_during_the_pause_waits_and_makes_no_call(engine: Engine) -> None:
    key = await engine.post()
    await engine.book.run("UPDATE accounts SET paused_until = dravo_now() + interval '2 days'")
    waiting = await engine.run(key)
    assert (waiting.status, waiting.waiting_for) == ("queued", "account_paused")
    assert waiting.due_at == (await engine.book.account_of(key)).paused_until
    assert engine.network.calls == []
    assert (await engine.run_when_due(key)).status == "published"


async def test_a_longer_pause_is_not_made_shorter(engine: Engine) -> None:
    failing(engine, RateLimited("Slow down.", wait=timedelta(minutes=5)))
    key = await engine.post()

    async def pause_meanwhile(_request: Any) -> Any:
        await engine.book.run("UPDATE accounts SET paused_until = dravo_now() + interval '1 day'")
        return reply({"id": "x"})

    engine.network.on("/prepare", pause_meanwhile)
    await engine.run(key)
    account = await engine.book.account_of(key)
    assert account.paused_until is not None
    assert account.paused_until - account.created_at > timedelta(hours=23)


async def test_a_wrong_configuration_holds_the_delivery_and_burns_nothing(engine: Engine) -> None:
    failing(engine, Misconfigured("scope_missing", "Grant it.", scope="app"), times=4)
    key = await engine.post()
    settings = engine.resources.settings.model_copy(update={"late_after": timedelta(minutes=40)})
    engine.resources = replace(engine.resources, settings=settings)
    for _ in range(4):
        held = await engine.run_when_due(key)
        assert (held.status, held.waiting_for, held.attempts) == ("queued", "configuration", 0)
        assert (held.error_class, held.error_code) == ("misconfigured", "scope_missing")
    assert (await engine.run_when_due(key)).status == "published"  # an hour of holding has not made it late


async def test_the_time_of_a_rate_limit_does_not_make_a_post_late(engine: Engine) -> None:
    answers = iter([RateLimited("Come back tomorrow.", wait=timedelta(hours=30)), DOWN])

    def read(answer: Any) -> Id:
        for failure in answers:
            raise failure
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    key = await engine.post()
    await engine.run(key)
    assert (await engine.run_when_due(key)).waiting_for == "retry"
    assert (await engine.run_when_due(key)).status == "published"


async def test_expired_credentials_disconnect_the_account(engine: Engine) -> None:
    failing(engine, CredentialsExpired(f"The network says: {TOKEN} has expired."))
    key = await engine.post()
    failed = await engine.run(key)
    assert (failed.status, failed.error_class, failed.error_code) == ("failed", "reauth", "account_needs_reconnect")
    reason = (await engine.book.account_of(key)).reconnect_reason
    assert reason == "The network says: [hidden] has expired."


async def test_a_disconnected_account_makes_no_call(engine: Engine) -> None:
    key = await engine.post()
    await engine.book.run("UPDATE accounts SET reconnect_reason = 'The token has expired.'")
    failed = await engine.run(key)
    assert (failed.status, failed.error_code) == ("failed", "account_needs_reconnect")
    assert "The token has expired." in (failed.error_message or "")
    assert engine.network.calls == []


async def test_credentials_that_do_not_open_make_no_call(engine: Engine) -> None:
    one, other = await engine.post(), await engine.post()
    await engine.book.run(
        "UPDATE accounts SET credentials = (SELECT credentials FROM accounts WHERE id = :one) WHERE id = :other",
        one=(await engine.book.delivery(one)).account_id,
        other=(await engine.book.delivery(other)).account_id,
    )
    held = await engine.run(other)
    assert (held.status, held.waiting_for, held.error_code) == ("queued", "configuration", "credentials_unreadable")
    assert engine.network.calls == []


async def test_a_late_post_is_not_sent_at_all(engine: Engine) -> None:
    key = await engine.post()
    await engine.move(24 * 3600 + 60)
    failed = await engine.run(key)
    assert (failed.status, failed.error_code) == ("failed", "missed_schedule")
    assert engine.network.calls == []


async def test_a_post_that_kept_failing_until_it_was_late_says_why(engine: Engine) -> None:
    failing(engine, DOWN)
    key = await engine.post()
    await engine.run(key)
    engine.network.calls.clear()
    await engine.move(25 * 3600)
    failed = await engine.run(key)
    assert (failed.status, failed.error_code, failed.error_class) == ("failed", "missed_schedule", "rejected")
    assert "The network is down." in (failed.error_message or "")
    assert engine.network.calls == []


async def test_a_late_post_with_a_lost_answer_is_still_looked_for(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    await engine.run(key)
    await engine.move(30 * 3600)
    assert (await engine.run(key)).status == "published"


async def test_an_unknown_fault_is_retried_and_raises_an_alert(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(engine, KeyError("what nobody expected"))
    key = await engine.post()
    retried = await engine.run(key, random=0.9)
    assert (retried.status, retried.error_code, retried.attempts) == ("queued", "internal_error", 1)
    assert "what nobody expected" not in (retried.error_message or "")
    assert "alert=internal_error" in "".join(capsys.readouterr())
    assert (await engine.run_when_due(key)).status == "published"


async def test_the_backoff_grows_and_is_spread(engine: Engine) -> None:
    failing(engine, DOWN, times=5)
    key = await engine.post()
    pauses = []
    for _ in range(3):
        delivery = await engine.book.delivery(key)
        await move_to(engine.clock, engine.resources, delivery.due_at)
        await runner.deliver(engine.resources, key, random=lambda: 0.999)
        after = await engine.book.delivery(key)
        pauses.append((after.due_at - delivery.due_at).total_seconds())
    assert [round(pause / 15) for pause in pauses] == [1, 2, 4]


async def test_a_post_that_reached_one_of_two_accounts_is_partial(engine: Engine) -> None:
    failing(engine, CredentialsExpired("Reconnect."))
    first, second = await engine.book.post(await engine.book.account(NAME), await engine.book.account(NAME))
    assert (await engine.run(first)).status == "failed"
    assert (await engine.book.post_of(first)).status == "processing"
    assert (await engine.run(second)).status == "published"
    post = await engine.book.post_of(first)
    assert post.status == "partial"
    assert post.published_at is not None
    assert await engine.book.events() == ["post.published"]


async def test_an_account_keeps_the_first_reason_for_which_it_must_be_reconnected(engine: Engine) -> None:
    failing(engine, CredentialsExpired("The network refused the token."))
    account = await engine.book.account(NAME)
    first, second, third = [(await engine.book.post(account))[0] for _ in range(3)]
    for key in (first, second, third):
        failed = await engine.run(key)
        assert (failed.status, failed.error_code) == ("failed", "account_needs_reconnect")
    assert failed.error_message == "The account must be connected again: The network refused the token."
    assert (await engine.book.account_of(third)).reconnect_reason == "The network refused the token."


async def test_a_result_that_is_not_known_says_what_the_network_answered(engine: Engine) -> None:
    """That an answer was lost would be untrue of one that came and settled nothing."""

    def read(answer: Reply) -> Id:
        if answer.status == 400:
            raise OutcomeUnknown(
                "The network answered (#506) Twice in a row, after which the post may stand all the same."
            )
        return Id.model_validate(answer.json())

    engine.adapter.read = read
    engine.network.on("/publish", reply(status=400))
    key = await engine.post()
    ended = await engine.until_final(key)
    assert ended.status == "unconfirmed"
    assert str(ended.error_message).startswith("The network answered (#506) Twice in a row")
    assert "answer lost" not in str(ended.error_message)
