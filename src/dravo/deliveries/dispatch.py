"""The only scheduler: one plain loop per worker that finds what is due in Postgres and rings for it.

It covers schedules, retries, waits, lost rings and dead workers alike, because all of these are rows with a `due_at`.
"""

import asyncio
import math
import time
from collections.abc import Callable, Sequence

from dravo.deliveries import due, reaping
from dravo.deliveries.preparation import delivery_key
from dravo.kit import log
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.queue import Ring
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import Status
from dravo.resources import Resources

_log = log.get(__name__)


async def round_of_dispatch(
    resources: Resources, platforms: Sequence[str], *, after_outage: bool = False
) -> list[Ring]:
    """Queue posts whose time has come, take deliveries back from dead leases, stamp what is due. Answers what to ring.

    `after_outage`: leases may be over because Postgres was away, so that no delivery is to blame.
    """
    await _queue_due_posts(resources)
    await _take_back(resources, after_outage=after_outage)
    async with resources.db.transaction() as session:
        found = await due.ring_due(
            session, platforms, list(resources.networks), again_after=resources.settings.ring_again_seconds
        )
    return [Ring(delivery_key(delivery), delivery.platform, delivery.wake) for delivery in found]


async def run(resources: Resources, platforms: Sequence[str], run_here: Callable[[Key], object]) -> None:
    """The loop. What cannot be rung, because Redis is away, is run in this process by `run_here`."""
    settings = resources.settings
    longest_lease = settings.lease_seconds + settings.commit_seconds + settings.commit_margin_seconds
    away_at = -math.inf
    while True:
        try:
            after_outage = time.monotonic() - away_at < longest_lease
            rings = await round_of_dispatch(resources, platforms, after_outage=after_outage)
            if rings and not await resources.queue.ring_now(rings):
                for ring in rings:
                    run_here(ring.key)
        except DatabaseUnavailable as error:
            away_at = time.monotonic()
            _log.warning("database_unavailable", reason="dispatch tries again", error=str(error))
            await asyncio.sleep(1)
        except Exception:  # noqa: BLE001 - the loop must outlive any fault; it is logged as an alert
            _log.exception("dispatch_failed", alert="dispatch_failed")
            await asyncio.sleep(1)
        await asyncio.sleep(settings.dispatch_seconds)


async def _queue_due_posts(resources: Resources) -> None:
    async with resources.db.transaction() as session:
        # Read before the first is moved: the event that tells of it makes all rows of the session stale.
        keys = [Key(post.workspace_id, post.environment, post.id) for post in await due.due_posts(session)]
        for key in keys:
            await states.move_all(session, key, Status.queued, "due")
            await rollup.refresh(session, key)


async def _take_back(resources: Resources, *, after_outage: bool) -> None:
    async with resources.db.transaction() as session:
        dead = [delivery_key(delivery) for delivery in await due.dead_leases(session)]
    for key in dead:
        poison_after = None if after_outage else resources.settings.poison_after
        await reaping.take_back(resources.db, key, poison_after=poison_after)
