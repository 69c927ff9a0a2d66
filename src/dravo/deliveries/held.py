"""The deliveries that a hold keeps back: put off in one statement, in the order in which they may try, and let go in another.

Those that have not met the fault come first, by their age, then those that have: one post that its account cannot make must
not keep the others from finding out that they can go.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, and_, case, func, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.models import Account, Delivery, Hold

BEHIND = timedelta(minutes=1)
"""By how much a delivery that has met the fault itself comes after the canary's time, and after the others."""

STEP = timedelta(microseconds=1)
"""Between two that have not met it: enough for an order, and little for a hundred thousand."""

STEP_BEHIND = timedelta(seconds=1)
"""Between two that have: longer than a round of dispatch, so that each gets its turn."""

NEWCOMER = timedelta(seconds=1)
"""What comes to a hold after others were put off comes after them."""


def kept_back(hold: Hold, factor: float) -> dict[str, Any]:
    """What a hold does to one delivery that comes to it."""
    return _held(hold, hold.canary_at + NEWCOMER * factor)


async def put_off(session: AsyncSession, hold: Hold, before: datetime, *, but: Delivery, factor: float) -> None:
    """Move what is due under the hold, and what it has kept back, to its next canary. `before` is when the last one was due.

    What waits for a time of its own keeps that, since no release may bring it forward. Rows that somebody else has locked are left to
    their claim. `but` is the delivery that has met the fault, or tries now.
    """
    met = _met(hold, before, factor)
    kept = (
        select(Delivery.workspace_id, Delivery.environment, Delivery.id, Delivery.due_at, met.label("met"))
        .where(
            *_queued(hold),
            Delivery.id != but.id,
            Delivery.due_at < hold.canary_at,
            or_(Delivery.due_at <= now(), Delivery.waiting_for == _word(hold)),
        )
        .with_for_update(skip_locked=True)
        .cte("kept")
    )
    place = func.row_number().over(partition_by=kept.c.met, order_by=(kept.c.due_at, kept.c.id)) - 1
    half = BEHIND * factor / 2
    turn = case(
        (kept.c.met, literal(half) + func.least(place * literal(STEP_BEHIND * factor), literal(half))),
        else_=place * literal(STEP),
    )
    turns = select(kept.c.workspace_id, kept.c.environment, kept.c.id, turn.label("turn")).cte("turns")
    await session.execute(
        update(Delivery)
        .where(
            Delivery.workspace_id == turns.c.workspace_id,
            Delivery.environment == turns.c.environment,
            Delivery.id == turns.c.id,
        )
        .values(**_held(hold, literal(hold.canary_at, DateTime(timezone=True)) + turns.c.turn))
        .execution_options(synchronize_session=False)
    )


async def let_go(session: AsyncSession, hold: Hold, *, factor: float) -> None:
    """The hold has ended: what it kept back is due now. What other holds keep back, they keep back again."""
    alone = hold.scope in {"account", "app"}
    due_at = case((_met(hold, hold.canary_at, factor), now() + BEHIND * factor), else_=now()) if alone else now()
    kept = select(Delivery.id).where(*kept_by(hold)).with_for_update(skip_locked=True)
    await session.execute(
        update(Delivery)
        .where(*_queued(hold), Delivery.id.in_(kept))
        .values(due_at=due_at, due_since=_unaged(due_at), rung_at=None)
        .execution_options(synchronize_session=False)
    )


def kept_by(hold: Hold) -> tuple[Any, ...]:
    """The deliveries that wait for this hold, or for another one that is like it."""
    return (*_queued(hold), Delivery.waiting_for == _word(hold))


def _held(hold: Hold, due_at: Any) -> dict[str, Any]:
    return {
        "due_at": due_at,
        "due_since": _unaged(due_at),
        "waiting_for": _word(hold),
        "rung_at": None,
        "error_code": hold.code,
        "error_class": "transient" if hold.scope == "network" else "misconfigured",
        "error_message": hold.reason,
    }


def _unaged(due_at: Any) -> Any:
    """The time of a hold makes no delivery late; nor does one that is let go early keep what it did not wait."""
    return Delivery.due_since + (due_at - func.greatest(Delivery.due_at, now()))


def _met(hold: Hold, canary_at: datetime, factor: float) -> Any:
    """Whether it has met the fault itself, by the place that it was given behind the others."""
    return and_(
        func.coalesce(Delivery.waiting_for == _word(hold), False), Delivery.due_at >= canary_at + BEHIND * factor / 2
    )


def _word(hold: Hold) -> str:
    return "network" if hold.scope == "network" else "configuration"


def _queued(hold: Hold) -> tuple[Any, ...]:
    """What the hold is about: of other workspaces only where it is a whole network's."""
    return (
        Delivery.environment == hold.environment,
        Delivery.platform == hold.platform,
        Delivery.status == "queued",
        *_within(hold),
    )


def _within(hold: Hold) -> tuple[Any, ...]:
    if hold.scope not in {"account", "app"}:
        return (true(),)
    unsent = Delivery.publish_state.is_distinct_from("open")
    if hold.scope == "account":
        return (Delivery.account_id == hold.scope_id, unsent)
    workspace_id, _, app_id = hold.scope_id.partition(":")
    of_the_app = select(Account.id).where(
        Account.workspace_id == workspace_id,
        Account.environment == hold.environment,
        Account.platform == hold.platform,
        Account.app_id == app_id,
    )
    return (Delivery.workspace_id == workspace_id, Delivery.account_id.in_(of_the_app), unsent)
