"""The pulls that go on after a container was answered."""

import contextlib

from dravo_simulator.crawler import Crawler
from dravo_simulator.errands import Errands
from dravo_simulator.instagram import pulling
from dravo_simulator.instagram.statuses import is_waiting
from dravo_simulator.world import World


class Pulls(Errands):
    """``app.state.pulls``: one errand for each container."""

    def __init__(self, crawler: Crawler, world: World) -> None:
        super().__init__(self._pull)
        self._crawler = crawler
        self._world = world

    async def settle(self, *containers: str) -> None:
        """Pulls what these containers wait for, or without names what any waits for."""
        waiting = self._world.store.watched("instagram")
        asked = [container for container in waiting if not containers or container in containers]
        await self.wait(asked)

    async def _pull(self, container_id: str) -> None:
        store = self._world.store
        container = store.get("instagram", "container", container_id)
        if container is None or not is_waiting(container):
            return
        # A reset takes the files that are being written, and then nobody waits for them any more.
        with contextlib.suppress(FileNotFoundError):
            pulled = await pulling.pull(self._crawler, self._world, container.data)
            if store.get("instagram", "container", container_id) is None:
                for found in (pulled.medium, pulled.cover):
                    if found is not None:
                        found.received.discard()
                return
            with store.transaction():
                self._world.change("instagram", container, **pulling.kept(self._world, container.data, pulled))
                store.unwatch("instagram", container_id)
