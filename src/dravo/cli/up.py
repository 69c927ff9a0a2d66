"""`dravo up` and `dravo demo`: the whole house, until Ctrl-C."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dravo.cli.house import House, standing

DataDir = Annotated[Path, typer.Option(help="Where databases, keys, logs and media are kept.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")]
SimulatorPort = Annotated[int, typer.Option(min=1, max=65535, help="Port of the simulator.")]

console = Console(highlight=False, soft_wrap=True)


def up(data_dir: DataDir = Path(".dravo"), port: Port = 8800, simulator_port: SimulatorPort = 8801) -> None:
    """Run Postgres, Valkey, API, worker and simulator on this machine, until Ctrl-C."""
    _serve(data_dir, port, simulator_port, _nothing)


def demo(
    data_dir: DataDir = Path(".dravo"),
    port: Port = 8800,
    simulator_port: SimulatorPort = 8801,
    *,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Say every option of every network, in a video, four pictures and what does not go with those, and show "
            "what the networks show beside it; exit code 1 if anything differs.",
        ),
    ] = False,
) -> None:
    """The same as `up`, and publish one post with a picture to five simulated networks."""
    if everything:
        from dravo.cli.demo.side_by_side import publish_side_by_side

        _serve(data_dir, port, simulator_port, publish_side_by_side)
    else:
        from dravo.cli.demo.one_post import publish_one_post

        _serve(data_dir, port, simulator_port, publish_one_post)


async def _nothing(_house: House, _console: Console) -> None:
    """`up` publishes nothing."""


def _serve(data_dir: Path, port: int, simulator_port: int, then: Callable[[House, Console], Awaitable[None]]) -> None:
    try:
        asyncio.run(_run(data_dir, port, simulator_port, then))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _run(
    data_dir: Path, port: int, simulator_port: int, then: Callable[[House, Console], Awaitable[None]]
) -> None:
    me = asyncio.current_task()
    assert me is not None
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        me.cancel()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    console.print(f"Starting Dravo in {data_dir.resolve()} …")
    try:
        async with standing(data_dir, port, simulator_port) as (house, supervisor):
            _tell(house)
            await then(house, console)
            console.print("\nServing. Ctrl-C stops everything and keeps the data.")
            await supervisor.watch()
    except asyncio.CancelledError:
        if not stopped:
            raise
        with contextlib.suppress(BrokenPipeError):
            console.print("Stopped; nothing is left running.")


def _tell(house: House) -> None:
    assert house.seeded is not None
    facts = [
        ("API", f"{house.base_url}  (reference at /docs)"),
        ("Simulator", f"{house.simulator_url}/wall"),
        ("Test key", house.seeded.api_key),
        *((f"{platform} account", account) for platform, account in house.seeded.accounts.items()),
        ("All of this", str(house.file)),
    ]
    for name, value in facts:
        console.print(f"  {name:<18} {value}")
