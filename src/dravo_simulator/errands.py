"""Work that goes on by itself while calls are answered: one task for each thing it is about, whoever asks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

PATIENCE_SECONDS = 1.0
"""Of real time: how long somebody who looks waits for an errand before they see that it still goes on."""
MOST_AT_ONCE = 8
"""Others wait for their turn. A medium is held on disk while it is read, and a network asks a host with some restraint."""


class Errands:
    """``run`` is what is done about the thing of a name. Which things wait is in the store, so that a restart goes on with them."""

    def __init__(self, run: Callable[[str], Awaitable[None]]) -> None:
        self._run = run
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    def begin(self, name: str) -> asyncio.Task[None]:
        if name not in self._running:
            task = asyncio.create_task(self._take_turn(name))
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name, None))
        return self._running[name]

    async def wait(self, names: Iterable[str]) -> None:
        """Begins these where they do not go on already, and lets them end if they soon do. Raises what went wrong in one."""
        tasks = [self.begin(name) for name in names]
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
            for task in done:
                if not task.cancelled():
                    task.result()

    def cancel(self, name: str) -> None:
        """Stops it, if it goes on."""
        task = self._running.get(name)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _take_turn(self, name: str) -> None:
        async with self._turns:
            await self._run(name)
