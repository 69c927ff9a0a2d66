"""What workers run: deliveries as asyncio tasks that belong to this process, however they were asked for."""

import asyncio

from dravo.deliveries import runner
from dravo.kit import log
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.resources import Resources

_log = log.get(__name__)


class Running:
    """The deliveries that this process runs now. A doubled ring joins the run that there is."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._open = True

    def start(self, key: Key) -> asyncio.Task[None] | None:
        """Run a delivery in the background; None when the process is stopping."""
        if not self._open:
            return None
        if key not in self._tasks:
            task = asyncio.create_task(self._deliver(key))
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return self._tasks[key]

    async def drain(self, grace_seconds: float) -> None:
        """Take nothing new, let what runs end, then cancel the rest: each gives its lease back."""
        self._open = False
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=grace_seconds)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _deliver(self, key: Key) -> None:
        try:
            await runner.deliver(self._resources, key)
        except DatabaseUnavailable as error:
            _log.warning("database_unavailable", delivery_id=key.id, reason="dispatch rings again", error=str(error))
        except Exception:  # noqa: BLE001 - nobody waits for this task; the fault is logged as an alert
            # The lease runs out and dispatch takes the delivery back; the alert says that something here is wrong.
            _log.exception("delivery_failed_inside", alert="internal_error", delivery_id=key.id)
