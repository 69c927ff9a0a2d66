"""Holding a lease: renewed while the work goes on, and the work stopped when it is lost.

The database decides who holds a lease. A process only knows, by its monotonic clock, until when it may believe that it still
does; past that it stops by itself, so that a paused or cut-off worker sends nothing.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from dravo.kit.db import DatabaseUnavailable


class LeaseLost(Exception):
    """Somebody else may hold the lease now: write nothing, send nothing."""


@dataclass(slots=True)
class Lease:
    """A claim on one row. `token` is the fence that every write carries; `deadline` is a `time.monotonic()` instant."""

    seconds: float
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    deadline: float = 0.0

    def renewed(self, asked_at: float, seconds: float | None = None) -> None:
        """The database granted it anew, for a question asked at `asked_at` (monotonic)."""
        self.deadline = max(self.deadline, asked_at + (self.seconds if seconds is None else seconds))


@asynccontextmanager
async def kept(lease: Lease, renew: Callable[[], Awaitable[bool]], *, every: float) -> AsyncIterator[None]:
    """Renew every `every` seconds during the block. Raises LeaseLost (the block is cancelled) when it is gone."""
    worker = asyncio.current_task()
    assert worker is not None
    lost = False

    async def beat() -> None:
        nonlocal lost
        while True:
            await asyncio.sleep(min(every, max(0.0, lease.deadline - time.monotonic())))
            asked_at = time.monotonic()
            try:
                granted = await renew()
            except DatabaseUnavailable:
                granted = asked_at < lease.deadline  # not refused: believe in it until it ends
            else:
                if granted:
                    lease.renewed(asked_at)
            if not granted or time.monotonic() >= lease.deadline:
                lost = True
                worker.cancel()
                return

    heart = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if lost and worker.uncancel() == 0:
            raise LeaseLost from None
        raise
    finally:
        heart.cancel()
        await asyncio.gather(heart, return_exceptions=True)
