"""What was measured, as a table and sentences."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.streaming.measuring import Delivered, Measured

GOAL_BYTES = 64_000_000
"""The most that a worker may grow while it sends a video of any length."""


def keeps_the_goal(results: Sequence[Measured]) -> bool:
    """Whether no delivery let its worker grow by more, by whichever measure."""
    return all(_worst(one) <= GOAL_BYTES for one in results)


def show(results: Sequence[Measured], console: Console) -> None:
    """Print all of it."""
    console.print(_memory(results))
    console.print(_throughput(results))
    for one in results:
        small, large = one.highest_growth(one.small), one.highest_growth(one.large)
        console.print(
            f"{one.network}: grew by {_mb(_worst(one))} MB at most (goal: {_mb(GOAL_BYTES)}); "
            f"{large / max(small, 1):.2f} times the growth with {_mb(one.small.size_bytes)} MB, for "
            f"{one.large.size_bytes / one.small.size_bytes:.0f} times the bytes.",
            soft_wrap=True,
        )


def _worst(one: Measured) -> int:
    growth = one.growth(one.large)
    return max(growth.rss, growth.pss, growth.uss, one.highest_growth(one.large))


def _memory(results: Sequence[Measured]) -> Table:
    table = Table(title="The worker's memory in MB (millions of bytes): growth over its rest after the warm-up")
    _columns(table, "RSS at rest", "RSS", "RSS, kernel's mark", "PSS", "USS", "drift of RSS")
    for one, delivered in _rows(results):
        growth = one.growth(delivered)
        table.add_row(
            *_names(one, delivered),
            _mb(one.rest.rss),
            *(_mb(value) for value in (growth.rss, one.highest_growth(delivered), growth.pss, growth.uss)),
            _mb(delivered.watch.drift),
        )
    return table


def _throughput(results: Sequence[Measured]) -> Table:
    table = Table(title="Throughput: the delivery's parts against a plain copy to a server that only counts")
    _columns(table, "parts", "seconds", "MB/s", "copy MB/s", "ratio", "worker's CPU s")
    for one, delivered in _rows(results):
        table.add_row(
            *_names(one, delivered),
            str(delivered.sent.parts),
            f"{delivered.sent.seconds:.2f}",
            _mb(delivered.bytes_per_second),
            _mb(delivered.copied_per_second),
            f"{delivered.bytes_per_second / delivered.copied_per_second:.2f}",
            f"{delivered.watch.cpu_seconds:.2f}",
        )
    return table


def _columns(table: Table, *numbers: str) -> None:
    table.add_column("network")
    for name in ("video MB", *numbers):
        table.add_column(name, justify="right")


def _names(one: Measured, delivered: Delivered) -> tuple[str, str]:
    return one.network, f"{delivered.size_bytes / 1e6:.0f}"


def _rows(results: Sequence[Measured]) -> list[tuple[Measured, Delivered]]:
    return [(one, delivered) for one in results for delivered in (one.small, one.large)]


def _mb(size: float) -> str:
    return f"{size / 1e6:.1f}"
