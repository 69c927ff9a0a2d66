"""Moving all clocks together: the database's, and the simulated networks'."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from dravo.deliveries import queries
from dravo.resources import Resources
from support.clock import Clock


async def move_to(clock: Clock, resources: Resources, instant: datetime) -> timedelta:
    """Move the database's time to `instant` and a little beyond, unless it is past already; by how much it moved."""
    async with resources.db.transaction() as session:
        ahead = instant - await queries.clock(session) + timedelta(milliseconds=1)
    if ahead <= timedelta():
        return timedelta()
    await clock.move(ahead)
    return ahead


@dataclass
class Time:
    """The database's clock and the simulator's, moved by the same span."""

    clock: Clock
    resources: Resources
    control: httpx.AsyncClient

    async def move(self, ahead: timedelta) -> None:
        await self.clock.move(ahead)
        await self._networks(ahead)

    async def move_to(self, instant: datetime) -> None:
        ahead = await move_to(self.clock, self.resources, instant)
        if ahead > timedelta():
            await self._networks(ahead)

    async def _networks(self, ahead: timedelta) -> None:
        answer = await self.control.post("/_control/clock", json={"advance_seconds": ahead.total_seconds()})
        answer.raise_for_status()
