"""The only door from state to state: what is in the table goes through, all else is refused."""

from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest

from dravo.kit.ids import Key
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import FINAL, TRANSITIONS, Cause, Status, Transition
from support.book import Book

STATES: tuple[str | None, ...] = (None, "open", "confirmed", "refused", "refuted")
UNSENT = {None, "refused", "refuted"}
ALLOWED: dict[str, set[str | None]] = {
    "none": set(STATES),
    "nothing_sent": UNSENT,
    "sent": {"open", "confirmed"},
    "confirmed": {"confirmed"},
}
LEASED = {"lease_token": "t"}


def arrow(transition: Transition) -> str:
    return f"{transition.source}-{transition.cause}-{transition.target}"


async def delivery_in(book: Book, status: str, publish_state: str | None = None) -> Key:
    """A delivery in a state of one's choice, with what the database demands of it."""
    changes: dict[str, Any] = {"status": status, "publish_state": publish_state}
    if status == "processing" or (status == "unconfirmed" and publish_state in UNSENT):  # a look has just ruled it out
        now = await book.now()
        changes |= LEASED | {"lease_until": now + timedelta(seconds=60)}
    return await book.one_post("x", **changes)


async def move(book: Book, key: Key, target: Status, cause: Cause, **more: Any) -> bool:
    values: dict[str, Any] = LEASED | {"lease_until": await book.now()} if target is Status.processing else {}
    if cause == "resolved":
        values["publish_state"] = "confirmed" if target is Status.published else "refused"
    async with book.resources.db.transaction() as session:
        return await states.move(session, key, target, cause, values=values, **more)


def fits(status: str, publish_state: str | None) -> bool:
    """Whether a row may be like this at all."""
    if status == "published":
        return publish_state == "confirmed"
    if status == "unconfirmed":
        return publish_state in {"open", "confirmed"}
    return status not in {"failed", "canceled"} or publish_state in UNSENT


@pytest.mark.parametrize("transition", TRANSITIONS, ids=arrow)
async def test_every_transition_of_the_table_works_exactly_when_its_guard_allows(
    book: Book, transition: Transition
) -> None:
    for publish_state in STATES:
        if transition.source == "failed" and publish_state not in UNSENT:
            continue
        key = await delivery_in(book, transition.source, publish_state)
        moved = await move(book, key, transition.target, transition.cause)
        assert moved == (publish_state in ALLOWED[transition.guard]), publish_state
        delivery = await book.delivery(key)
        assert delivery.status == (transition.target if moved else transition.source)
        if moved:
            assert (delivery.lease_token is not None) == (delivery.status == "processing")
        await book.run("DELETE FROM deliveries")


async def test_every_other_pair_is_refused(book: Book) -> None:
    known = {(transition.target, transition.cause) for transition in TRANSITIONS}
    arrows = {(transition.source, transition.target, transition.cause) for transition in TRANSITIONS}
    for target, cause in product(Status, get_args(Cause)):
        if (target, cause) not in known:
            with pytest.raises(LookupError):
                states.sources(target, cause)
    for source, (target, cause) in product(Status, sorted(known)):
        if (source, target, cause) in arrows:
            continue
        for publish_state in (state for state in STATES if fits(source, state)):
            key = await delivery_in(book, source, publish_state)
            assert not await move(book, key, target, cause)
            assert (await book.delivery(key)).status == source
        await book.run("DELETE FROM deliveries")


async def test_a_fenced_move_needs_the_lease(book: Book) -> None:
    key = await delivery_in(book, "processing")
    assert not await move(book, key, Status.queued, "later", lease_token="another")
    assert await move(book, key, Status.queued, "later", lease_token="t")


async def test_moving_a_post_moves_all_that_can_be_moved_and_nothing_of_others(book: Book) -> None:
    accounts = [await book.account("x") for _ in range(3)]
    keys = await book.post(*accounts, scheduled_in=timedelta(hours=1))
    (stranger,) = await book.post(accounts[0], scheduled_in=timedelta(hours=1))
    await book.run("UPDATE deliveries SET status = 'failed' WHERE id = :id", id=keys[2].id)
    post = book.key((await book.delivery(keys[0])).post_id)
    async with book.resources.db.transaction() as session:
        assert await states.move_all(session, post, Status.canceled, "canceled") == 2
    assert [(await book.delivery(key)).status for key in keys] == ["canceled", "canceled", "failed"]
    assert (await book.delivery(stranger)).status == "scheduled"


async def test_another_workspace_cannot_be_moved(book: Book) -> None:
    key = await delivery_in(book, "queued")
    foreign = Key("ws_other", key.environment, key.id)
    live = Key(key.workspace_id, "live", key.id)
    for wrong in (foreign, live):
        assert not await move(book, wrong, Status.processing, "claimed")
    async with book.resources.db.transaction() as session:
        assert await states.lock_post(session, foreign) is None


@pytest.mark.parametrize(
    "transition",
    [transition for transition in TRANSITIONS if transition.target in FINAL and transition.target != transition.source],
    ids=arrow,
)
async def test_the_event_of_a_final_state_is_in_the_same_transaction(book: Book, transition: Transition) -> None:
    sent = sorted(ALLOWED[transition.guard] - {None}, key=str)
    key = await delivery_in(book, transition.source, sent[0])
    await book.run("UPDATE posts SET status = :status", status=str(transition.source))
    post = book.key((await book.delivery(key)).post_id)

    is_there = "confirmed" if transition.target is Status.published else "refused"
    values = {"publish_state": is_there} if transition.cause == "resolved" else {}

    class RolledBack(Exception):
        pass

    async def finish(*, roll_back: bool) -> None:
        async with book.resources.db.transaction() as session:
            await states.lock_post(session, post)
            assert await states.move(session, key, transition.target, transition.cause, values=values)
            await rollup.refresh(session, post)
            if roll_back:
                raise RolledBack

    with pytest.raises(RolledBack):
        await finish(roll_back=True)
    assert await book.events() == []
    assert (await book.delivery(key)).status == transition.source
    await finish(roll_back=False)
    assert await book.events() == [f"post.{transition.target}"]
    assert (await book.post_of(key)).status == transition.target


async def test_a_post_that_waits_for_its_network_is_not_announced_again(book: Book) -> None:
    key = await delivery_in(book, "queued")
    post = book.key((await book.delivery(key)).post_id)
    for target, cause in (
        ("processing", "claimed"),
        ("queued", "later"),
        ("processing", "claimed"),
        ("queued", "later"),
    ):
        assert await move(book, key, Status(target), cause)  # type: ignore[arg-type]  # the causes of the table
        async with book.resources.db.transaction() as session:
            assert await rollup.refresh(session, post) == target
    assert await book.events() == []


async def test_a_roll_up_that_says_nothing_new_writes_no_event(book: Book) -> None:
    key = await delivery_in(book, "failed")
    await book.run("UPDATE posts SET status = 'failed'")
    async with book.resources.db.transaction() as session:
        await rollup.refresh(session, book.key((await book.delivery(key)).post_id))
    assert await book.events() == []
