"""What a process holds of the machine, as Linux counts it. All sizes in bytes.

RSS counts every page that is in memory; PSS shares out those that several processes map; USS is what would be free if
the process ended. Source: Linux, `Documentation/filesystems/proc.rst` (read 2026-11-24).
"""

import asyncio
import os
import statistics
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

EVERY_SECONDS = 0.2
REST_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Memory:
    rss: int
    pss: int
    uss: int

    def __sub__(self, other: "Memory") -> "Memory":
        return Memory(self.rss - other.rss, self.pss - other.pss, self.uss - other.uss)


@dataclass(slots=True)
class Watch:
    """The samples of a process while something went on; `highest_rss` is the kernel's own mark, which misses no moment."""

    samples: list[Memory] = field(default_factory=list)
    highest_rss: int = 0
    cpu_seconds: float = 0.0

    @property
    def peak(self) -> Memory:
        """The highest of each measure."""
        return _each(self.samples, max)

    @property
    def drift(self) -> int:
        """By how much RSS is higher in the last quarter of the time than in the second one: what piles up shows here.

        The first quarter is left out, since buffers are grown in it once.
        """
        quarter = max(1, len(self.samples) // 4)
        early, late = self.samples[quarter : 2 * quarter] or self.samples, self.samples[-quarter:]
        return round(statistics.fmean(s.rss for s in late) - statistics.fmean(s.rss for s in early))


def held_by(pid: int) -> Memory:
    """What the process holds at this moment. Raises OSError when it is gone, or where there is no such file."""
    kib = _fields(f"/proc/{pid}/smaps_rollup")
    uss = kib["Private_Clean"] + kib["Private_Dirty"]
    return Memory(rss=kib["Rss"] * 1024, pss=kib["Pss"] * 1024, uss=uss * 1024)


async def at_rest(pid: int) -> Memory:
    """What it holds while it does nothing: the median of two seconds."""
    async with watched(pid) as watch:
        await asyncio.sleep(REST_SECONDS)
    return _each(watch.samples, lambda values: round(statistics.median(values)))


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Watch]:
    """Sample the process for as long as the block lasts."""
    watch = Watch()
    _forget_highest_rss(pid)
    began = _cpu_seconds(pid)
    sampling = asyncio.create_task(_sample(pid, watch))
    try:
        yield watch
        watch.samples.append(held_by(pid))
        watch.highest_rss = _fields(f"/proc/{pid}/status")["VmHWM"] * 1024
        watch.cpu_seconds = _cpu_seconds(pid) - began
    finally:
        sampling.cancel()
        with suppress(asyncio.CancelledError):
            await sampling


async def _sample(pid: int, watch: Watch) -> None:
    while True:
        watch.samples.append(held_by(pid))
        await asyncio.sleep(EVERY_SECONDS)


def _forget_highest_rss(pid: int) -> None:
    """Let the kernel's mark begin anew from what the process holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def _each(samples: Sequence[Memory], chosen: Callable[[Sequence[int]], int]) -> Memory:
    return Memory(
        rss=chosen([sample.rss for sample in samples]),
        pss=chosen([sample.pss for sample in samples]),
        uss=chosen([sample.uss for sample in samples]),
    )


def _fields(file: str) -> dict[str, int]:
    """The numbers (kB, which are KiB) of a file of lines such as `Rss:   1024 kB`."""
    lines = (line.split() for line in Path(file).read_text(encoding="ascii").splitlines())
    return {line[0].removesuffix(":"): int(line[1]) for line in lines if len(line) == 3 and line[2] == "kB"}


def _cpu_seconds(pid: int) -> float:
    """Seconds that the process has computed, in user and in kernel mode."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
