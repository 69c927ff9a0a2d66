"""A small part of every row of the table, so that no change can break a promise unseen; the whole of it is `make chaos`."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from chaos.house import ChaosHouse, standing
from chaos.report import Result
from chaos.rows import crash_points, door, kills, networks, servers, shutdown
from chaos.table import run
from dravo.kit.crashpoints import PLACES

KINDS = {
    "upload-chunk": ("x-video",),
    "looking": ("facebook-text",),
    "refresh-asked": ("x",),
    "refresh-answered": ("x",),
}
"""Which kinds are killed at a place; two others that pass every place and whose networks tell all."""
GENEROUS = 30.0
"""Seconds until a dead worker's delivery is taken up, or times that POST takes longer without Redis: here counts are what matters, on
machines that may be busy."""
USUAL = ("instagram", "linkedin-organization")

# Each wait in here has its own, sooner end; on a busy machine they add up.
pytestmark = pytest.mark.timeout(400)

Fault = Callable[[ChaosHouse], Awaitable[Result]]

MEETINGS = [
    ("facebook-text", "500 before the effect"),
    ("linkedin-organization", "500 after the effect"),
    ("instagram", "cut before the effect"),
    ("x", "cut after the effect"),
    ("instagram-carousel", "nonsense with 200"),
    ("linkedin-organization", "hang beyond the call's time"),
]
"""Which kind of post meets which fault of a network."""

OF_NETWORKS_AND_WORKERS: list[Fault] = [
    lambda house: networks.meeting(house, "networks that fail", MEETINGS),
    lambda house: networks.throttled(house, 1),
    lambda house: networks.processing(house, 1),
    lambda house: networks.stuck(house, 1),
    lambda house: kills.frozen(house, 1, places=("intent-kept", "answered"), kinds=("linkedin-organization",)),
    lambda house: kills.wrong_clocks(house, 6),
    lambda house: kills.races(house, 1),
    lambda house: kills.one_refresh(house, 15),
    lambda house: kills.rolling_stops(house, 30, stops=2),
    lambda house: kills.random_kills(house, 60, accounts=12, most=6),
    lambda house: shutdown.killed_while_stopping(house, 2, within=GENEROUS),
]
OF_CLIENTS_AND_SERVERS: list[Fault] = [
    lambda house: door.canceled(house, 10),
    lambda house: door.due_at_once(house, 10),
    lambda house: door.one_key(house, 1, requests=50),
    lambda house: door.pool_exhausted(house, 50),
    lambda house: servers.redis_flushed(house, 20),
    lambda house: servers.redis_gone(house, 2, times=GENEROUS),
    lambda house: servers.redis_absent(house, 8),
    lambda house: servers.postgres_restarted(house, 1),
    lambda house: servers.postgres_stopped(house, 1),
]


def test_every_place_is_in_the_table() -> None:
    assert set(PLACES) - {"stopping"} == set(crash_points.PLACES)


async def _all(folder: Path, faults: list[Fault]) -> list[Result]:
    async with standing(folder) as house:
        return [await run(house, fault) for fault in faults]


def _holds(results: list[Result]) -> None:
    broken = [f"{result.line()}: {result.problems()}" for result in results if not result.ok]
    assert not broken, "\n".join(broken)


def test_a_worker_killed_at_any_place_loses_and_doubles_nothing(tmp_path: Path) -> None:
    tries = [
        (place, case)
        for place, cases in crash_points.PLACES.items()
        for case in cases
        if case.name in KINDS.get(place, USUAL)
    ]
    _holds(
        asyncio.run(
            _all(tmp_path, [lambda house: crash_points.kill_at(house, "killed anywhere", tries, within=GENEROUS)])
        )
    )


def test_whatever_becomes_of_networks_and_workers_loses_and_doubles_nothing(tmp_path: Path) -> None:
    _holds(asyncio.run(_all(tmp_path, OF_NETWORKS_AND_WORKERS)))


def test_whatever_becomes_of_servers_and_their_clients_loses_and_doubles_nothing(tmp_path: Path) -> None:
    _holds(asyncio.run(_all(tmp_path, OF_CLIENTS_AND_SERVERS)))
