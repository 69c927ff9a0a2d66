"""What a run of the table has shown: one line per fault, on the terminal and in docs/chaos-report.md."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chaos.checker import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "chaos-report.md"
COLUMNS = (
    "fault",
    "rounds",
    "deliveries",
    "published",
    "failed (expected)",
    "lost",
    "duplicated",
    "unconfirmed (allowed)",
    "recovered within",
    "verdict",
)


@dataclass(frozen=True)
class Result:
    """One row. `recovery` is the longest time in seconds until a dead worker's delivery was taken up; `note` says what else held."""

    fault: str
    rounds: int
    verdict: Verdict
    recovery: float | None = None
    note: str = ""
    broken: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.verdict.ok and not self.broken

    def cells(self) -> tuple[str, ...]:
        seen = self.verdict
        return (
            self.fault,
            str(self.rounds),
            str(seen.deliveries),
            str(seen.published),
            f"{seen.failed} ({seen.expected_failed})",
            str(seen.lost),
            str(seen.duplicated),
            f"{seen.unconfirmed} ({seen.allowed_unconfirmed})",
            "" if self.recovery is None else f"{self.recovery:.1f} s",
            "holds" if self.ok else "BROKEN",
        )

    def line(self) -> str:
        return f"{self.fault:<34} rounds={self.rounds} {self.verdict.line()} {self.cells()[8]} {self.cells()[9]} {self.note}".rstrip()

    def problems(self) -> list[str]:
        ends = [] if self.ok else self.verdict.ends[:10]
        return [*self.broken, *self.verdict.violations[:10], *ends]


def page(results: list[Result], *, rounds: int, seconds: float) -> str:
    """The report as Markdown."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    lines = [
        "# What was killed, and what came of it",
        "",
        (
            f"Written by `make chaos ROUNDS={rounds}` on {datetime.now(UTC):%Y-%m-%d} at commit {commit.stdout.strip()}, on "
            f"{os.cpu_count()} cores with {memory:.0f} GiB, Python {platform.python_version()}, in {seconds / 60:.0f} minutes."
        ),
        "",
        "[Guarantees](guarantees.md) says what the columns mean and what may be unconfirmed.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{'---|' * len(COLUMNS)}",
        *(f"| {' | '.join(result.cells())} |" for result in results),
        "",
    ]
    lines += [f"- **{result.fault}**: {result.note}" for result in results if result.note]
    broken = [f"- **{result.fault}**: {problem}" for result in results for problem in result.problems()]
    return "\n".join([*lines, *(["", "## Broken", "", *broken] if broken else []), ""])
