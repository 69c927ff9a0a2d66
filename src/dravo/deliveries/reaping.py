"""Taking deliveries back from workers that are gone, and giving up one that workers die of."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import claims, queries
from dravo.kit import log
from dravo.kit.crashpoints import passing
from dravo.kit.db import Database
from dravo.kit.ids import Key
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import Status
from dravo.models import Commit, Delivery, Step

_log = log.get(__name__)

_POISON = "Workers died {count} times at the same point of this delivery, so it is not tried any more."
_POISON_SENT = f"{_POISON} It had been sent: look at the account before you post again."


async def take_back(db: Database, key: Key, *, poison_after: int | None) -> bool:
    """Return a delivery whose lease is over to the queue. False: it is not so, or somebody else was quicker.

    After `poison_after` workers that died in a row without a step in between it ends: failed, or unconfirmed where it was sent. None: the
    lease may be over though its worker lives, so nothing is counted.
    """
    async with db.transaction() as session:
        seen = await claims.locked(session, key)
        if seen is None or seen.lease_until is None or seen.lease_until > await queries.clock(session):
            return False
        values: dict[str, Any] = {"attempts": Delivery.attempts + 1}
        if poison_after is not None:
            values |= await _counted(session, seen)
        is_poison = poison_after is not None and values["crashes"] >= poison_after
        if is_poison:
            taken = await _give_up(session, seen, values)
        else:
            taken = await claims.returned(session, seen, values)
        passing("reaping", key.id)
    if taken:
        _log.warning("lease_over", delivery_id=key.id, reason="its worker is gone; the delivery is taken up again")
    if taken and is_poison:
        count = values["crashes"]
        _log.error("worker_crashed", alert="worker_crashed", delivery_id=key.id, platform=seen.platform, count=count)
    return taken


async def _counted(session: AsyncSession, seen: Delivery) -> dict[str, Any]:
    """One more worker that died: at the same place as the last one, or the first at another."""
    place = await _place(session, seen)
    return {"crashes": seen.crashes + 1 if seen.crashed_at_step == place else 1, "crashed_at_step": place}


async def _place(session: AsyncSession, delivery: Delivery) -> str:
    """How far the journal had come: workers that die at the same place leave the same behind."""
    here = (delivery.workspace_id, delivery.environment, delivery.id)
    steps = select(func.count(), func.coalesce(func.sum(Step.questions), 0)).where(
        Step.workspace_id == here[0], Step.environment == here[1], Step.delivery_id == here[2]
    )
    commits = select(func.count(), func.coalesce(func.sum(Commit.looks), 0), func.max(Commit.settled_at)).where(
        Commit.workspace_id == here[0], Commit.environment == here[1], Commit.delivery_id == here[2]
    )
    found = [*(await session.execute(steps)).one(), *(await session.execute(commits)).one()]
    return "/".join(str(value) for value in [delivery.generation, *found])


async def _give_up(session: AsyncSession, seen: Delivery, values: dict[str, Any]) -> bool:
    sent = seen.publish_state in {"open", "confirmed"}
    values |= {
        "error_code": "worker_crashed",
        "error_class": "unknown_outcome" if sent else "transient",
        "error_message": (_POISON_SENT if sent else _POISON).format(count=values["crashes"]),
    }
    target, cause = (Status.unconfirmed, "unsettled") if sent else (Status.failed, "refused")
    key = Key(seen.workspace_id, seen.environment, seen.id)
    moved = await states.move(session, key, target, cause, lease_token=seen.lease_token, values=values)  # type: ignore[arg-type]
    if moved:
        await rollup.refresh(session, Key(key.workspace_id, key.environment, seen.post_id))
    return moved
