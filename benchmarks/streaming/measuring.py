"""One network's measurement: a fresh worker, a warm-up, its rest, then the small video that is the floor and the large one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.streaming import memory, sending
from benchmarks.streaming.copying import seconds_to_copy
from benchmarks.streaming.house import House
from benchmarks.streaming.memory import Memory, Watch
from benchmarks.streaming.sending import Sent, Stored

Say = Callable[[str], None]
"""Takes a line about what goes on now; each replaces the one before."""

FLOOR_BYTES = 5_000_000
LARGE_BYTES = {"x": 1024 * 1024 * 1024, "linkedin": 480_000_000}
"""The simulated LinkedIn, like the real one, makes nothing of a video beyond 500 MB."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery as it was seen from outside. `copy_seconds` is what the counting server took for the same bytes."""

    size_bytes: int
    sent: Sent
    watch: Watch
    copy_seconds: float

    @property
    def bytes_per_second(self) -> float:
        return self.size_bytes / self.sent.seconds

    @property
    def copied_per_second(self) -> float:
        return self.size_bytes / self.copy_seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """Both videos of one network, sent by the same worker, and what it held before."""

    network: str
    rest: Memory
    small: Delivered
    large: Delivered

    def growth(self, delivered: Delivered) -> Memory:
        """Peak minus rest."""
        return delivered.watch.peak - self.rest

    def highest_growth(self, delivered: Delivered) -> int:
        """The same for RSS by the kernel's own mark, which no sample can miss."""
        return delivered.watch.highest_rss - self.rest.rss


async def measured(house: House, network: str, content: bytes, say: Say) -> Measured:
    """Measure one network. Raises NotPublished, Problem or LocalError."""
    say(f"{network}: preparing the videos")
    first, small, large = [
        await sending.stored(house, content, size) for size in (len(content), FLOOR_BYTES, LARGE_BYTES[network])
    ]
    async with house.worker(f"worker-{network}") as pid:
        say(f"{network}: a small video, so that all code is loaded")
        await sending.until_published(house, await sending.post(house, network, first))
        rest = await memory.at_rest(pid)
        delivered = [await _delivered(house, network, pid, video, say) for video in (small, large)]
    for video in (first, small, large):
        video.file.unlink()
    return Measured(network, rest, *delivered)


async def _delivered(house: House, network: str, pid: int, video: Stored, say: Say) -> Delivered:
    say(f"{network}: copying {video.size_bytes / 1e6:.0f} MB to the counting server")
    copy_seconds = await asyncio.to_thread(seconds_to_copy, video.file, house.sink_url)
    async with memory.watched(pid) as watch:
        delivery_id = await sending.post(house, network, video)
        telling = asyncio.create_task(_tell(house, network, delivery_id, watch, video, say))
        try:
            await sending.until_published(house, delivery_id)
        finally:
            telling.cancel()
    return Delivered(video.size_bytes, await sending.told(house, network, delivery_id), watch, copy_seconds)


async def _tell(house: House, network: str, delivery_id: str, watch: Watch, video: Stored, say: Say) -> None:
    """Say every second how far it is and what the worker holds."""
    began = time.monotonic()
    while True:
        parts = await sending.parts_sent(house, network, delivery_id)
        rss = watch.samples[-1].rss / 1e6 if watch.samples else 0
        seconds = time.monotonic() - began
        say(f"{network}: sending {video.size_bytes / 1e6:.0f} MB: {parts} parts, {seconds:.0f} s, worker {rss:.0f} MB")
        await asyncio.sleep(1)
