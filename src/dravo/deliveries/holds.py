"""Networks that nothing is sent to, because the deployment is wrong about them: an API version that has ended, for example.

Every delivery would meet the same answer. So the first one that does holds them all; none of them fails or ages, and from
time to time one of them, the canary, tries. What it meets renews the hold or ends it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit import log
from dravo.kit.db import now
from dravo.models import Delivery, Hold
from dravo.platforms.base import Config

CANARY_EVERY = timedelta(minutes=15)

_log = log.get(__name__)


async def keeps_back(session: AsyncSession, delivery: Delivery) -> dict[str, Any] | None:
    """What a hold does to a delivery that is about to be claimed; None when there is none, or this one is the canary."""
    hold = await session.scalar(select(Hold).where(*_of(delivery)).with_for_update())
    if hold is None:
        return None
    canary = await session.scalar(
        update(Hold)
        .where(*_of(delivery), Hold.canary_at <= now())
        .values(canary_at=now() + CANARY_EVERY)
        .returning(Hold.platform)
    )
    return None if canary is not None else _kept_back(hold)


async def place(session: AsyncSession, delivery: Delivery, *, code: str, reason: str, config: Config) -> datetime:
    """Hold the delivery's network, or hold it for longer, and everything that is queued for it; until when.

    `config` is what the deployment had set about the network when it was found wrong.
    """
    values = {"code": code, "reason": reason, "config": dict(config), "canary_at": now() + CANARY_EVERY}
    statement = insert(Hold).values(environment=delivery.environment, platform=delivery.platform, since=now(), **values)
    hold = (
        await session.scalars(
            statement.on_conflict_do_update(
                index_elements=["environment", "platform", "scope", "scope_id"], set_=values
            ).returning(Hold),
            execution_options={"populate_existing": True},
        )
    ).one()
    queued = (
        select(Delivery.id)
        .where(*_queued(delivery), Delivery.due_at < hold.canary_at)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(Delivery).where(*_queued(delivery), Delivery.id.in_(queued)).values(**_kept_back(hold))
    )
    _log.error(
        "network_held",
        alert="network_held",
        platform=delivery.platform,
        environment=delivery.environment,
        code=code,
        reason=reason,
    )
    return hold.canary_at


async def release(session: AsyncSession, delivery: Delivery, *, claimed_at: datetime) -> None:
    """The network answers again: end its hold, if there is one, and let go what it kept back.

    What was claimed before the hold was placed proves nothing: it may have been answered before it, too.
    """
    ended = await session.scalar(delete(Hold).where(*_of(delivery), Hold.since < claimed_at).returning(Hold))
    if ended is not None:
        await _let_go(session, ended)


async def end_outdated(session: AsyncSession, config_of: Callable[[str], Config]) -> None:
    """At the start of a worker: end the holds of networks about which the deployment has set something else since."""
    for hold in (await session.scalars(select(Hold).with_for_update())).all():
        if hold.config != dict(config_of(hold.platform)):
            await session.delete(hold)
            await session.flush()
            await _let_go(session, hold)


async def _let_go(session: AsyncSession, hold: Hold) -> None:
    kept_back = (
        select(Delivery.id)
        .where(*_queued(hold), Delivery.waiting_for == "configuration", Delivery.error_code == hold.code)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(Delivery).where(*_queued(hold), Delivery.id.in_(kept_back)).values(due_at=now(), rung_at=None)
    )
    _log.warning("network_released", platform=hold.platform, environment=hold.environment)


def _kept_back(hold: Hold) -> dict[str, Any]:
    """The time of a hold makes no delivery late."""
    return {
        "due_at": hold.canary_at,
        "due_since": Delivery.due_since + (hold.canary_at - func.greatest(Delivery.due_at, now())),
        "waiting_for": "configuration",
        "rung_at": None,
        "error_code": hold.code,
        "error_class": "misconfigured",
        "error_message": hold.reason,
    }


def _of(delivery: Delivery) -> tuple[Any, ...]:
    return (Hold.environment == delivery.environment, Hold.platform == delivery.platform)


def _queued(of: Delivery | Hold) -> tuple[Any, ...]:
    return (
        Delivery.environment == of.environment,
        Delivery.platform == of.platform,
        Delivery.status == "queued",
    )
