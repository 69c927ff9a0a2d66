"""The engine as a test drives it: one delivery at a time, time moved to where it wants attention."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dravo.deliveries import runner
from dravo.kit.ids import Key
from dravo.lifecycle.states import FINAL
from dravo.models import Delivery
from dravo.resources import Resources
from support.book import Book
from support.clock import Clock
from support.network import NAME, FakeAdapter, ScriptedNetwork
from support.time import move_to


@dataclass
class Engine:
    resources: Resources
    network: ScriptedNetwork
    adapter: FakeAdapter
    book: Book
    clock: Clock

    async def post(self, **more: Any) -> Key:
        return await self.book.one_post(NAME, **more)

    async def run(self, key: Key, *, random: float = 0.0) -> Delivery:
        """Let one worker take the delivery, if it is there to be taken; what it is afterwards."""
        await runner.deliver(self.resources, key, random=lambda: random)
        return await self.book.delivery(key)

    async def move(self, seconds: float) -> None:
        await self.clock.move(timedelta(seconds=seconds))

    async def run_when_due(self, key: Key) -> Delivery:
        """Move time to the moment at which the delivery wants attention again, and run it."""
        await move_to(self.clock, self.resources, (await self.book.delivery(key)).due_at)
        return await self.run(key)

    async def until_final(self, key: Key, *, runs: int = 10) -> Delivery:
        for _ in range(runs):
            delivery = await self.run_when_due(key)
            if delivery.status in FINAL:
                return delivery
        raise AssertionError(f"not final after {runs} runs: {delivery.status}, {delivery.error_message}")
