"""`python -m benchmarks.streaming`: measure, print, and end with 1 when the worker grew by more than the goal allows."""

import asyncio
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.streaming import larger_videos, report
from benchmarks.streaming.film import film
from benchmarks.streaming.house import ATTRIBUTES, standing
from benchmarks.streaming.measuring import Measured, measured
from benchmarks.streaming.sending import NotPublished
from dravo.local.errors import LocalError

MOST_SECONDS = 300
DISK_BYTES = 6_000_000_000
"""The simulator keeps a video twice while it puts the parts together."""


async def _run(console: Console) -> list[Measured]:
    """Everything in a folder of its own, which is gone afterwards. Raises TimeoutError, NotPublished or LocalError."""
    me = asyncio.current_task()
    assert me is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    with tempfile.TemporaryDirectory(prefix="dravo-benchmark-") as name, console.status("Starting …") as status:

        def say(line: str) -> None:
            status.update(line)
            if not console.is_terminal:
                console.print(line)

        async with asyncio.timeout(MOST_SECONDS), standing(Path(name)) as house:
            content = await asyncio.to_thread(film)
            return [await measured(house, network, content, say) for network in ATTRIBUTES]


def main() -> int:
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    if not Path("/proc/self/smaps_rollup").exists():
        console.print("This measures by /proc/PID/smaps_rollup, which only Linux has (4.14 or later).")
        return 2
    if shutil.disk_usage(tempfile.gettempdir()).free < DISK_BYTES:
        console.print(f"{tempfile.gettempdir()} needs {DISK_BYTES / 1e9:.0f} GB of free disk; set TMPDIR to another.")
        return 2
    larger_videos.allow()
    try:
        results = asyncio.run(_run(console))
    except (NotPublished, LocalError) as error:
        console.print(f"Not measured: {error}")
        return 2
    except TimeoutError:
        console.print(f"Not measured: it took longer than {MOST_SECONDS} s.")
        return 2
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Stopped; nothing is left running.")
        return 2
    report.show(results, console)
    return 0 if report.keeps_the_goal(results) else 1


if __name__ == "__main__":
    sys.exit(main())
