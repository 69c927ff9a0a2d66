"""The states of a delivery, and the only door from one to another.

Every change is an UPDATE that names the states it may start from, so that a late or doubled caller changes nothing.
Whoever changes a delivery holds the lock of its post and calls `rollup.refresh` in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key
from dravo.models import Delivery, Post


class Status(StrEnum):
    scheduled = "scheduled"
    queued = "queued"
    processing = "processing"
    published = "published"
    failed = "failed"
    canceled = "canceled"
    unconfirmed = "unconfirmed"


FINAL = frozenset({Status.published, Status.failed, Status.canceled, Status.unconfirmed})

Cause = Literal[
    "due", "claimed", "published", "refused", "unsettled", "later", "lease_lost", "canceled", "resolved", "retried"
]


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow. `guard` is what must be true of the delivery's `publish` commit; the database holds it, too."""

    source: Status
    target: Status
    cause: Cause
    meaning: str
    guard: Literal["none", "nothing_sent", "sent", "confirmed"] = "none"


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Status.scheduled, Status.queued, "due", "its time has come; dispatch queues the whole post"),
    Transition(Status.scheduled, Status.canceled, "canceled", "the user canceled the post", "nothing_sent"),
    Transition(Status.queued, Status.processing, "claimed", "a worker took a lease on it"),
    Transition(
        Status.processing, Status.queued, "later", "it waits: for the network, a retry, a pause, a look, or a hold"
    ),
    Transition(Status.processing, Status.queued, "lease_lost", "its worker died or stopped; dispatch takes it back"),
    Transition(Status.processing, Status.published, "published", "the network published it", "confirmed"),
    Transition(Status.processing, Status.failed, "refused", "it cannot be published, and nothing was", "nothing_sent"),
    Transition(
        Status.processing, Status.unconfirmed, "unsettled", "it was sent, and whether it is there is not known", "sent"
    ),
    Transition(Status.unconfirmed, Status.unconfirmed, "unsettled", "a later look has not settled it either", "sent"),
    Transition(Status.unconfirmed, Status.published, "published", "a later look found it", "confirmed"),
    Transition(Status.unconfirmed, Status.queued, "later", "a later look settled what came of it; the rest follows"),
    Transition(
        Status.unconfirmed, Status.failed, "refused", "a later look ruled it out, and it cannot be sent", "nothing_sent"
    ),
    Transition(Status.unconfirmed, Status.published, "resolved", "the user says that it is there", "sent"),
    Transition(Status.unconfirmed, Status.failed, "resolved", "the user says that it is not there", "sent"),
    Transition(Status.failed, Status.queued, "retried", "the user wants it tried again", "nothing_sent"),
)


def sources(target: Status, cause: Cause) -> list[Status]:
    """The states from which `cause` leads to `target`. Raises LookupError when the table has no such arrow."""
    found = [arrow.source for arrow in TRANSITIONS if arrow.target is target and arrow.cause == cause]
    if not found:
        raise LookupError(f"no transition leads to {target} by {cause}")
    return found


def _guard(target: Status, cause: Cause) -> Any:
    guard = next(arrow.guard for arrow in TRANSITIONS if arrow.target is target and arrow.cause == cause)
    if guard == "nothing_sent":
        return or_(Delivery.publish_state.is_(None), Delivery.publish_state.in_(("refused", "refuted")))
    if guard == "sent":
        return Delivery.publish_state.in_(("open", "confirmed"))
    if guard == "confirmed":
        return Delivery.publish_state == "confirmed"
    return True


def at(key: Key) -> tuple[Any, ...]:
    """The conditions that name one delivery."""
    return (
        Delivery.workspace_id == key.workspace_id,
        Delivery.environment == key.environment,
        Delivery.id == key.id,
    )


async def lock_post(session: AsyncSession, post: Key) -> str | None:
    """Lock the post before any of its deliveries; its status, or None when it does not exist."""
    found: str | None = await session.scalar(
        select(Post.status)
        .where(Post.workspace_id == post.workspace_id, Post.environment == post.environment, Post.id == post.id)
        .with_for_update()
    )
    return found


async def move(
    session: AsyncSession,
    delivery: Key,
    target: Status,
    cause: Cause,
    *,
    lease_token: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> bool:
    """Move one delivery; with `lease_token` only while that lease holds it. False: it was not there to be moved."""
    statement = update(Delivery).where(
        *at(delivery), Delivery.status.in_(sources(target, cause)), _guard(target, cause)
    )
    if lease_token is not None:
        statement = statement.where(Delivery.lease_token == lease_token)
    moved = await session.execute(statement.values(_lease_of(target) | {"status": target} | dict(values or {})))
    return bool(moved.rowcount)  # type: ignore[attr-defined]


async def move_all(
    session: AsyncSession, post: Key, target: Status, cause: Cause, *, values: Mapping[str, Any] | None = None
) -> int:
    """Move every delivery of a post that is there to be moved; the number of them."""
    moved = await session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == post.workspace_id,
            Delivery.environment == post.environment,
            Delivery.post_id == post.id,
            Delivery.status.in_(sources(target, cause)),
            _guard(target, cause),
        )
        .values(_lease_of(target) | {"status": target} | dict(values or {}))
    )
    return int(moved.rowcount)  # type: ignore[attr-defined]


async def lease_for_a_look(session: AsyncSession, delivery: Key, values: Mapping[str, Any]) -> bool:
    """Lease an unconfirmed delivery that is to be looked at; what the world sees of it does not change."""
    leased = await session.execute(
        update(Delivery)
        .where(
            *at(delivery),
            Delivery.status == Status.unconfirmed,
            Delivery.lease_token.is_(None),
            Delivery.next_look_at <= now(),
        )
        .values(dict(values))
    )
    return bool(leased.rowcount)  # type: ignore[attr-defined]


def _lease_of(target: Status) -> dict[str, Any]:
    """A change of state gives the lease back, except into processing, and ends looks that are not ordered anew."""
    return {"next_look_at": None} | ({} if target is Status.processing else {"lease_token": None, "lease_until": None})
