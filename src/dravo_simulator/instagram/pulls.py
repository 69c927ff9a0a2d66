"""The pulls that go on after a container was answered: one at a time for each container, whoever asks."""

import asyncio
import contextlib

from dravo_simulator.crawler import Crawler
from dravo_simulator.instagram import pulling
from dravo_simulator.instagram.statuses import is_waiting
from dravo_simulator.world import World

PATIENCE_SECONDS = 1.0
"""Of real time: how long a look waits for a pull that is under way before it sees IN_PROGRESS."""
MOST_AT_ONCE = 8
"""Others wait for their turn. A medium is held on disk while it is read, and a crawler asks a host with some restraint."""


class Pulls:
    """``app.state.pulls``. Which containers wait is in the store, so that a restart goes on with them."""

    def __init__(self, crawler: Crawler, world: World) -> None:
        self._crawler = crawler
        self._world = world
        self._running: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    async def settle(self, *containers: str) -> None:
        """Pulls what these containers wait for, or without names what any waits for."""
        waiting = self._world.store.watched("instagram")
        tasks = [self._begin(container) for container in waiting if not containers or container in containers]
        if tasks:
            done, _ = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
            for task in done:
                task.result()

    async def close(self) -> None:
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _begin(self, container: str) -> asyncio.Task[None]:
        if container not in self._running:
            task = asyncio.create_task(self._pull(container))
            self._running[container] = task
            task.add_done_callback(lambda _: self._running.pop(container, None))
        return self._running[container]

    async def _pull(self, container_id: str) -> None:
        store = self._world.store
        container = store.get("instagram", "container", container_id)
        if container is None or not is_waiting(container):
            return
        # A reset takes the files that are being written, and then nobody waits for them any more.
        with contextlib.suppress(FileNotFoundError):
            async with self._turns:
                pulled = await pulling.pull(self._crawler, self._world, container.data)
            if store.get("instagram", "container", container_id) is None:
                for found in (pulled.medium, pulled.cover):
                    if found is not None:
                        found.received.discard()
                return
            with store.transaction():
                self._world.change("instagram", container, **pulling.kept(self._world, container.data, pulled))
                store.unwatch("instagram", container_id)
