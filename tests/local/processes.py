"""What the tests of this folder need to know about other processes."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dravo.local.launch import started
from dravo.local.process import ChildSpec

SOURCES = str(Path(__file__).parents[2] / "src")


def sleeper(data_dir: Path, name: str = "sleeper") -> ChildSpec:
    return ChildSpec(name=name, argv=["sleep", "60"], data_dir=data_dir)


def shell(data_dir: Path, script: str, name: str = "shell", *, grace_seconds: float = 5) -> ChildSpec:
    return ChildSpec(name=name, argv=["sh", "-c", script], data_dir=data_dir, grace_seconds=grace_seconds)


def python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {SOURCES!r})\n{script}", *arguments]


def family(pid: int) -> dict[int, str]:
    """All living descendants of a process, with what tells each from a later one of the same pid."""
    parents = _parents()
    found, frontier = set[int](), {pid}
    while frontier := {child for child, parent in parents.items() if parent in frontier}:
        found |= frontier
    return _living(found)


def children(pid: int) -> dict[int, str]:
    return _living({child for child, parent in _parents().items() if parent == pid})


def _parents() -> dict[int, int]:
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return {int(child): int(parent) for child, parent in (line.split() for line in table.splitlines())}


def _living(pids: set[int]) -> dict[int, str]:
    return {pid: life for pid in pids if (life := started(pid))}


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def wait_until(condition: Callable[[], bool], within_seconds: float = 10) -> None:
    late = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < late, "it did not happen in time"
        time.sleep(0.02)
