"""After a lost answer the network is asked again and again; what it says counts when it can be true."""

from datetime import timedelta

import pytest

from dravo.deliveries import by_hand, runner
from dravo.deliveries.retry import Suspended
from dravo.deliveries.schemas import Resolution
from dravo.kit.http import AnswerLost, Reply
from dravo.kit.ids import Key
from dravo.models import Delivery
from dravo.platforms.base import Found, NotFound
from dravo.platforms.errors import Rejected
from support.engine import Engine
from support.network import Id, reply
from support.time import move_to

COMMENTED = {"fake": {"first_comment": "First!"}}


async def lost(engine: Engine) -> Key:
    engine.network.on("/publish", AnswerLost("reset"), reply({"id": "p2"}))
    key = await engine.post()
    await engine.run(key)
    return key


async def look(engine: Engine, key: Key) -> Delivery:
    """Move to the next look, wherever it is noted, and make it."""
    seen = await engine.book.delivery(key)
    await move_to(engine.clock, engine.resources, seen.next_look_at or seen.due_at)
    return await engine.run(key)


async def until_unconfirmed(engine: Engine, key: Key) -> Delivery:
    for _ in range(40):
        delivery = await look(engine, key)
        if delivery.status == "unconfirmed":
            return delivery
    raise AssertionError(f"still {delivery.status}: {delivery.error_message}")


async def test_the_network_is_looked_at_six_times_in_six_hours_and_the_third_shows_it_unconfirmed(
    engine: Engine,
) -> None:
    key = await lost(engine)
    (commit,) = await engine.book.commits(key)
    seen = []
    for _ in range(6):
        delivery = await look(engine, key)
        at = delivery.next_look_at or (delivery.due_at if delivery.status == "queued" else None)
        seen.append((delivery.status, None if at is None else round((at - commit.opened_at).total_seconds(), -1)))
    assert seen == [
        ("queued", 30),
        ("queued", 120),
        ("unconfirmed", 600),
        ("unconfirmed", 3600),
        ("unconfirmed", 21600),
        ("unconfirmed", None),
    ]
    assert await engine.book.events() == ["post.unconfirmed"]
    assert engine.network.count("/publish") == 1
    await engine.move(86_400)
    await engine.run(key)
    assert engine.network.count("/find") == 6


async def test_a_later_look_that_finds_it_publishes_what_was_unconfirmed(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post(options=COMMENTED)
    await engine.run(key)
    for _ in range(3):
        delivery = await look(engine, key)
    assert delivery.status == "unconfirmed"
    engine.adapter.find = Found(Id(id="p1"))
    published = await look(engine, key)
    assert (published.status, published.platform_post_id, published.error_code) == ("published", "p1", None)
    assert published.next_look_at is None
    assert (engine.network.count("/publish"), engine.network.count("/comment")) == (1, 1)
    assert await engine.book.events() == ["post.unconfirmed", "post.published"]


async def test_absence_counts_late_and_twice_and_then_it_is_sent_again(engine: Engine) -> None:
    engine.adapter.find = NotFound.absent
    key = await lost(engine)
    (commit,) = await engine.book.commits(key)
    counts_from = commit.send_before + timedelta(seconds=30 + 60)
    absences = []
    while (delivery := await look(engine, key)).publish_state == "open":
        absences.append((await engine.book.now()) >= counts_from)
        assert engine.network.count("/publish") == 1
    assert absences == [False, False, True]
    (refused,) = await engine.book.commits(key)
    assert refused.absent_at is not None
    assert refused.absent_at >= counts_from
    assert refused.settled_at is not None
    assert refused.settled_at - refused.absent_at >= timedelta(seconds=60)
    assert (refused.state, (refused.evidence or {})["code"]) == ("refused", "looked_for_absent")
    assert (delivery.status, delivery.waiting_for) == ("queued", "retry")
    published = await look(engine, key)
    assert (published.status, published.platform_post_id) == ("published", "p2")
    assert engine.network.count("/publish") == 2
    assert await engine.book.events() == ["post.published"]


async def test_a_list_that_does_not_show_it_counts_after_an_hour(engine: Engine) -> None:
    engine.adapter.find = NotFound.unlisted
    key = await lost(engine)
    (commit,) = await engine.book.commits(key)
    while (delivery := await look(engine, key)).publish_state == "open":
        assert engine.network.count("/publish") == 1
    (refused,) = await engine.book.commits(key)
    assert refused.absent_at is not None
    assert refused.absent_at - commit.send_before >= timedelta(hours=1)
    assert (delivery.status, (await look(engine, key)).status) == ("queued", "published")
    assert await engine.book.events() == ["post.unconfirmed", "post.queued", "post.published"]


async def test_absence_that_is_not_said_again_does_not_count(engine: Engine) -> None:
    engine.adapter.find = NotFound.absent
    key = await lost(engine)
    for _ in range(3):
        await look(engine, key)
    (commit,) = await engine.book.commits(key)
    assert commit.absent_at is not None
    engine.adapter.find = NotFound.unknown
    assert (await look(engine, key)).publish_state == "open"
    (commit,) = await engine.book.commits(key)
    assert commit.absent_at is None
    engine.adapter.find = NotFound.absent
    assert (await look(engine, key)).publish_state == "open"
    assert engine.network.count("/publish") == 1


async def test_a_network_that_is_wrong_about_absence_is_not_believed_for_ever(engine: Engine) -> None:
    engine.adapter.find = NotFound.absent
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    delivery = await until_unconfirmed(engine, key)
    assert (delivery.status, delivery.next_look_at) == ("unconfirmed", None)
    assert engine.network.count("/publish") == 4


async def test_a_lost_first_comment_that_is_proved_absent_is_sent_again(engine: Engine) -> None:
    engine.network.on("/comment", AnswerLost("reset"), reply({"id": "c2"}))
    engine.adapter.find = NotFound.absent
    key = await engine.post(options=COMMENTED)
    await engine.run(key)
    published = await engine.until_final(key)
    assert (published.status, published.warnings) == ("published", [])
    assert (engine.network.count("/comment"), engine.network.count("/publish")) == (2, 1)


async def test_a_network_that_offers_no_look_is_unconfirmed_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(_sent: object) -> NotFound:
        return NotFound.unknown

    monkeypatch.setattr(type(engine.adapter), "_finder", lambda _self, _run: blind)
    key = await lost(engine)
    delivery = await look(engine, key)
    assert (delivery.status, delivery.next_look_at) == ("unconfirmed", None)
    assert delivery.error_message is not None
    assert "no way to look" in delivery.error_message


async def test_a_look_that_cannot_be_made_leaves_it_unconfirmed_and_is_made_later(engine: Engine) -> None:
    key = await lost(engine)
    for _ in range(3):
        await look(engine, key)
    engine.network.on("/find", AnswerLost("reset"))
    delivery = await look(engine, key)
    assert (delivery.status, delivery.publish_state) == ("unconfirmed", "open")
    assert delivery.next_look_at is not None
    assert delivery.next_look_at <= await engine.book.now() + timedelta(seconds=900)
    assert (await engine.book.commits(key))[0].looks == 3


async def test_the_factor_scales_looks_and_quarantine(engine: Engine) -> None:
    hurried = engine.resources.settings.model_copy(
        update={"patience_factor": 0.01, "commit_seconds": 1, "commit_margin_seconds": 1}
    )
    object.__setattr__(engine.resources, "settings", hurried)
    engine.adapter.find = NotFound.absent
    key = await lost(engine)
    (commit,) = await engine.book.commits(key)
    while (await look(engine, key)).publish_state == "open":
        pass
    settled = (await engine.book.commits(key))[0].settled_at
    assert settled is not None
    assert settled - commit.send_before < timedelta(seconds=5)


async def test_while_a_look_is_under_way_nobody_else_makes_one(engine: Engine) -> None:
    key = await lost(engine)
    for _ in range(3):
        await look(engine, key)
    seen = (await engine.book.delivery(key)).next_look_at
    assert seen is not None
    await move_to(engine.clock, engine.resources, seen)
    looks = engine.network.count("/find")

    async def meanwhile(_request: object) -> object:
        await runner.deliver(engine.resources, key)
        return reply({"id": "x"})

    engine.network.on("/find", meanwhile)  # type: ignore[arg-type]  # answers as a reply does
    assert (await engine.run(key)).status == "unconfirmed"
    assert engine.network.count("/find") == looks + 1


async def test_the_same_is_not_said_again_with_every_look(engine: Engine) -> None:
    def forbidden(_answer: Reply) -> Id:
        raise Rejected("forbidden", "No.")

    key = await lost(engine)
    engine.adapter.read = forbidden
    said = {len(str((await look(engine, key)).error_message)) for _ in range(5)}
    assert len(said) == 1
    message = str((await engine.book.delivery(key)).error_message)
    assert message.count("does not let this account look") == 1
    assert message.startswith("The call was sent and no usable answer came back")


async def test_what_is_unconfirmed_says_why_while_a_look_waits(engine: Engine) -> None:
    key = await lost(engine)
    for _ in range(3):
        delivery = await look(engine, key)
    before = delivery.error_message

    def waiting(_answer: Reply) -> Id:
        raise Suspended("look", timedelta(seconds=30))

    engine.adapter.read = waiting
    delivery = await look(engine, key)
    assert (delivery.status, delivery.error_code, delivery.error_message) == ("unconfirmed", "outcome_unknown", before)
    assert delivery.next_look_at is not None


async def test_a_post_that_is_retried_by_hand_is_believed_absent_anew(engine: Engine) -> None:
    engine.adapter.find = NotFound.absent
    engine.network.on("/publish", AnswerLost("reset"))
    key = await engine.post()
    await engine.run(key)
    await until_unconfirmed(engine, key)
    assert engine.network.count("/publish") == 4
    post = engine.book.key((await engine.book.delivery(key)).post_id)
    account = (await engine.book.delivery(key)).account_id
    async with engine.resources.db.transaction() as session:
        await by_hand.resolve(session, post, Resolution(account_id=account, outcome="not_published"))
    async with engine.resources.db.transaction() as session:
        await by_hand.retry(session, post, None)
    await engine.run(key)
    assert engine.network.count("/publish") == 5
    delivery = await until_unconfirmed(engine, key)
    assert (delivery.first_generation, engine.network.count("/publish")) == (delivery.generation, 8)
