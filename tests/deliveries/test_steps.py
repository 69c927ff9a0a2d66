"""The journal's steps and waits: kept answers stand in for calls, until they die."""

from datetime import timedelta

from dravo.kit.http import AnswerLost, NotSent
from dravo.kit.storage import StorageUnavailable
from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected, StepsExpired, Transient
from support.book import TOKEN
from support.engine import Engine
from support.network import Id, reply

SECONDS = timedelta(seconds=1)


async def test_a_kept_answer_is_given_back_without_a_call(engine: Engine) -> None:
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    assert (await engine.run(key)).status == "queued"
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.calls == ["/prepare", "/publish", "/publish"]


async def test_another_request_is_sent_though_an_answer_is_kept(engine: Engine) -> None:
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    await engine.run(key)
    engine.adapter.prepare = {"v": 2}
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/prepare") == 2


async def test_after_the_send_a_kept_answer_counts_whatever_the_request(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    engine.adapter.prepare = {"v": 2}
    assert (await engine.until_final(key)).status == "unconfirmed"
    assert engine.network.count("/prepare") == 1


async def test_an_answer_kept_too_long_begins_a_new_generation(engine: Engine) -> None:
    engine.adapter.keep_for = 60 * SECONDS
    engine.network.on("/prepare", reply({"id": "old"}), reply({"id": "new"}))
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    await engine.run(key)
    await engine.move(61)
    expired = await engine.run_when_due(key)
    assert (expired.status, expired.generation, expired.error_code) == ("queued", 2, "steps_expired")
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/prepare") == 2


async def test_an_answer_that_is_young_enough_is_kept(engine: Engine) -> None:
    engine.adapter.keep_for = 60 * SECONDS
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    await engine.run(key)
    await engine.move(30)
    assert (await engine.run_when_due(key)).generation == 1
    assert engine.network.count("/prepare") == 1


async def test_after_the_send_nothing_that_was_prepared_dies(engine: Engine) -> None:
    engine.adapter.keep_for = 60 * SECONDS
    engine.adapter.waits = False

    async def wait(run: Run) -> None:
        await run.wait(
            "processed", engine.adapter._asker(run), answer=Id, every=[3600 * SECONDS], at_most=9000 * SECONDS
        )

    engine.adapter.after_publish = wait
    engine.network.on("/ready", reply({"id": "no"}), reply({"id": "yes"}))
    key = await engine.post()
    await engine.run(key)
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.calls == ["/prepare", "/publish", "/ready", "/ready"]


async def test_an_adapter_may_say_that_its_steps_are_dead(engine: Engine) -> None:
    answers = iter([StepsExpired("gone")])

    def read(answer: object) -> Id:
        for expired in answers:
            raise expired
        return Id(id="fresh")

    engine.adapter.read = read
    key = await engine.post()
    first = await engine.run(key)
    assert (first.status, first.generation, first.waiting_for) == ("queued", 2, "retry")
    assert (await engine.run_when_due(key)).status == "published"


async def test_a_publish_refused_because_its_steps_are_dead_is_prepared_anew_and_sent_again(engine: Engine) -> None:
    seen = []

    def read(answer: object) -> Id:
        seen.append(answer)
        if len(seen) == 2:
            raise StepsExpired("the upload has lapsed")
        return Id(id=f"id-{len(seen)}")

    engine.adapter.read = read
    key = await engine.post()
    assert (await engine.run(key)).generation == 2
    assert (await engine.run_when_due(key)).status == "published"
    assert await engine.book.commit_states(key) == [("publish", "refused"), ("publish", "confirmed")]


async def test_answers_with_secrets_are_sealed_in_the_row(engine: Engine) -> None:
    engine.adapter.secret = True
    engine.network.on("/prepare", reply({"id": "https://up.test/?sig=very-secret"}))
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    await engine.run(key)
    step = (await engine.book.steps(key))["prepare"]
    assert step.answer is None
    assert step.sealed is not None
    assert b"very-secret" not in step.sealed
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/prepare") == 1


async def test_a_sealed_answer_that_was_moved_from_another_delivery_does_not_open(engine: Engine) -> None:
    engine.adapter.secret = True
    engine.network.on("/publish", NotSent("no route"), NotSent("no route"), reply({"id": "p1"}))
    one, other = await engine.post(), await engine.post()
    await engine.run(one)
    await engine.run(other)
    await engine.book.run(
        "UPDATE steps SET sealed = (SELECT sealed FROM steps WHERE delivery_id = :one) WHERE delivery_id = :other",
        one=one.id,
        other=other.id,
    )
    assert (await engine.run_when_due(other)).status == "published"
    assert engine.network.count("/prepare") == 3


async def test_an_answer_that_does_not_parse_any_more_is_asked_for_again(engine: Engine) -> None:
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    await engine.run(key)
    await engine.book.run("""UPDATE steps SET answer = '{"number": 1}'""")
    assert (await engine.run_when_due(key)).status == "published"
    assert engine.network.count("/prepare") == 2


async def test_an_unreadable_preparation_of_something_sent_is_not_made_again(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    await engine.book.run("""UPDATE steps SET answer = '{"number": 1}'""")
    assert (await engine.run_when_due(key)).status == "unconfirmed"
    assert engine.network.calls == ["/prepare", "/publish"]


async def test_a_step_whose_answer_was_lost_is_simply_tried_again(engine: Engine) -> None:
    engine.network.on("/prepare", AnswerLost("reset"), reply(b"<html>"), reply({"other": 1}), reply({"id": "prepared"}))
    key = await engine.post()
    for attempt in range(1, 4):
        delivery = await engine.run_when_due(key)
        assert (delivery.status, delivery.error_class, delivery.attempts) == ("queued", "transient", attempt)
    assert (await engine.run_when_due(key)).status == "published"


async def test_every_call_is_signed_with_the_accounts_own_token(engine: Engine) -> None:
    await engine.run(await engine.post())
    assert set(engine.network.tokens) == {TOKEN}


async def test_a_waiting_delivery_holds_no_lease_and_is_no_attempt(engine: Engine) -> None:
    engine.adapter.waits = True
    engine.network.on("/ready", reply({"id": "no"}))
    key = await engine.post()
    waiting = await engine.run(key)
    assert (waiting.status, waiting.waiting_for, waiting.attempts) == ("queued", "ready", 0)
    assert waiting.lease_token is None
    assert waiting.rung_at is None
    assert timedelta() < waiting.due_at - waiting.created_at < 4 * SECONDS
    again = await engine.run_when_due(key)
    assert 29 * SECONDS < again.due_at - waiting.due_at < 34 * SECONDS
    third = await engine.run_when_due(key)
    assert third.due_at - again.due_at > 29 * SECONDS
    assert third.error_code is None


async def test_what_was_waited_for_is_kept(engine: Engine) -> None:
    engine.adapter.waits = True
    engine.network.on("/ready", reply({"id": "no"}), reply({"id": "yes"}))
    engine.network.on("/publish", NotSent("no route"), reply({"id": "p1"}))
    key = await engine.post()
    assert (await engine.until_final(key)).status == "published"
    assert engine.network.count("/ready") == 2


async def test_a_question_that_fails_is_a_failure_of_the_attempt(engine: Engine) -> None:
    engine.adapter.waits = True
    engine.network.on("/ready", AnswerLost("reset"), reply({"id": "yes"}))
    key = await engine.post()
    assert (await engine.run(key)).waiting_for == "retry"
    assert (await engine.run_when_due(key)).status == "published"


async def test_before_the_send_too_long_a_wait_begins_a_new_generation(engine: Engine) -> None:
    engine.adapter.waits = True
    engine.network.on("/ready", reply({"id": "no"}))
    key = await engine.post()
    await engine.run(key)
    await engine.move(601)
    over = await engine.run_when_due(key)
    assert (over.status, over.generation, over.waiting_for) == ("queued", 2, "retry")
    fresh = await engine.run_when_due(key)
    assert (fresh.status, fresh.waiting_for) == ("queued", "ready")
    assert engine.network.count("/prepare") == 2


async def test_after_the_send_too_long_a_wait_ends_unconfirmed(engine: Engine) -> None:
    async def wait(run: Run) -> None:
        await run.wait("processed", engine.adapter._asker(run), answer=Id, every=[SECONDS], at_most=3600 * SECONDS)

    engine.adapter.after_publish = wait
    engine.network.on("/ready", reply({"id": "no"}))
    key = await engine.post()
    assert (await engine.run(key)).waiting_for == "processed"
    await engine.move(3601)
    over = await engine.run_when_due(key)
    assert (over.status, over.error_class, over.publish_state) == ("unconfirmed", "unknown_outcome", "confirmed")
    assert engine.network.count("/publish") == 1


async def test_a_refuted_publish_ends_failed_with_the_evidence(engine: Engine) -> None:
    async def fail(run: Run) -> None:
        run.refute("publish", {"status": "FAILED", "token": "x", "said": TOKEN})
        raise Rejected("publish_failed", "The network took the post and dropped it.")

    engine.adapter.after_publish = fail
    key = await engine.post()
    failed = await engine.run(key)
    assert (failed.status, failed.error_code, failed.publish_state) == ("failed", "publish_failed", "refuted")
    (commit,) = await engine.book.commits(key)
    assert commit.state == "refuted"
    assert commit.evidence == {"status": "FAILED", "token": "[hidden]", "said": "[hidden]"}
    assert await engine.book.events() == ["post.failed"]


async def test_a_refuted_publish_that_may_be_tried_again_is_prepared_anew(engine: Engine) -> None:
    failures = iter([Transient("media_unreachable", "The network could not pull the photo.")])

    async def fail_once(run: Run) -> None:
        for failure in failures:
            run.refute("publish", {"status": "FAILED"})
            raise failure

    engine.adapter.after_publish = fail_once
    key = await engine.post()
    again = await engine.run(key)
    assert (again.status, again.generation, again.publish_state) == ("queued", 2, "refuted")
    assert (await engine.run_when_due(key)).status == "published"
    assert await engine.book.commit_states(key) == [("publish", "refuted"), ("publish", "confirmed")]
    assert engine.network.count("/prepare") == 2


async def test_an_adapter_is_told_how_often_nothing_came_of_the_post(engine: Engine) -> None:
    told = []

    async def fail_twice(run: Run) -> None:
        told.append(run.times_refuted)
        if run.times_refuted < 2:
            run.refute("publish", {"status": "FAILED"})
            raise Transient("media_unreachable", "The network could not pull the photo.")

    engine.adapter.after_publish = fail_twice
    key = await engine.post()
    await engine.run(key)
    await engine.run_when_due(key)
    assert (await engine.run_when_due(key)).status == "published"
    assert told == [0, 1, 2]


async def test_what_follows_a_publish_is_said_to_wait_and_not_the_post(engine: Engine) -> None:
    async def fail(_run: Run) -> None:
        raise Transient("network_unavailable", "Out of service.")

    engine.adapter.after_publish = fail
    waiting = await engine.run(await engine.post())
    assert (waiting.status, waiting.publish_state) == ("queued", "confirmed")
    assert waiting.error_message == "The network has taken the post; what follows waits. Out of service."


async def test_a_storage_that_does_not_give_the_bytes_is_tried_again(engine: Engine) -> None:
    engine.network.on("/prepare", StorageUnavailable("gone"), reply({"id": "1"}))
    key = await engine.post()
    waiting = await engine.run(key)
    assert (waiting.status, waiting.error_code, waiting.error_class) == ("queued", "media_unavailable", "transient")
    assert (await engine.run_when_due(key)).status == "published"
