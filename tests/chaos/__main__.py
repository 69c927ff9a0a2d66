"""`make chaos`: run the table of faults, show it as it grows, and write docs/chaos-report.md."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from chaos.house import standing
from chaos.report import PAGE, Result, page
from chaos.table import run, table


async def run_all(rounds: int, only: str) -> list[Result]:
    """Every fault whose name holds `only`, in one house."""
    faults = [(name, fault) for name, fault in table(rounds) if only in name]
    results = []
    with tempfile.TemporaryDirectory(prefix="dravo-chaos-") as folder:
        async with standing(Path(folder)) as house:
            for number, (name, fault) in enumerate(faults, 1):
                started = time.monotonic()
                sys.stdout.write(f"[{number}/{len(faults)}] {name} …\r")
                sys.stdout.flush()
                results.append(await run(house, fault))
                sys.stdout.write(
                    f"[{number}/{len(faults)}] {results[-1].line()} ({time.monotonic() - started:.0f} s)\n"
                )
                for problem in results[-1].problems():
                    sys.stdout.write(f"      {problem}\n")
                sys.stdout.flush()
    return results


def main() -> None:
    """Ends with 1 when a promise was broken. The report is written when the whole table was run."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="only faults whose name holds this")
    asked = parser.parse_args()
    started = time.monotonic()
    results = asyncio.run(run_all(asked.rounds, asked.only))
    if not asked.only:
        PAGE.write_text(page(results, rounds=asked.rounds, seconds=time.monotonic() - started))
    sys.exit(0 if all(result.ok for result in results) else 1)


if __name__ == "__main__":
    main()
