"""The table of faults: what `make chaos` runs, in this order, and how much of each."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial

from chaos.house import ChaosHouse
from chaos.report import Result
from chaos.rows import crash_points, door, kills, networks, servers, shutdown

Fault = Callable[[ChaosHouse], Awaitable[Result]]

CROWD = {1: 300, 3: 1000, 6: 20_000}
"""Deliveries under random kills, by rounds: the largest entry that the rounds reach."""


async def run(house: ChaosHouse, fault: Fault) -> Result:
    """What came of a fault, and whether the workers have met faults of their own in it."""
    result = await fault(house)
    return replace(result, broken=(*result.broken, *house.alarms))


def table(rounds: int) -> Iterator[tuple[str, Fault]]:
    """Every fault by its name. A fault is given a house and answers what came of it."""
    for place in crash_points.PLACES:
        yield f"killed: {place}", partial(crash_points.crash_point, place=place, rounds=rounds)
    yield "killed: stopping", lambda house: shutdown.killed_while_stopping(house, 4 * rounds)
    for fault in networks.FAULTS:
        yield f"network: {fault}", partial(networks.failing, fault=fault, rounds=rounds)
    yield "network: 429 until T", lambda house: networks.throttled(house, rounds)
    yield "network: slow and failed processing", lambda house: networks.processing(house, min(rounds, 3))
    yield "network: stuck processing", lambda house: networks.stuck(house, min(rounds, 3))
    yield "SIGSTOP beyond the lease", lambda house: kills.frozen(house, min(rounds, 3))
    yield "worker clocks ± 1 h", lambda house: kills.wrong_clocks(house, 30 * rounds)
    yield "8 workers racing, doubled rings", lambda house: kills.races(house, rounds)
    yield "an ended token, a refresh token for one use", lambda house: kills.one_refresh(house, 50)
    yield "rolling SIGTERM", lambda house: kills.rolling_stops(house, 100 * rounds, stops=4 * rounds)
    yield "cancel racing the due time", lambda house: door.canceled(house, 10 * rounds)
    yield "many posts due in one moment", lambda house: door.due_at_once(house, 20 * rounds)
    yield "pool exhausted", door.pool_exhausted
    yield "100 requests with one key", lambda house: door.one_key(house, rounds)
    yield "Redis flushed", lambda house: servers.redis_flushed(house, 100 * rounds)
    yield "Redis gone", lambda house: servers.redis_gone(house, 30.0 if rounds > 1 else 6.0)
    yield "Redis absent at start", lambda house: servers.redis_absent(house, 20 * rounds)
    yield "Postgres killed and restarted", lambda house: servers.postgres_restarted(house, rounds)
    yield "Postgres away beyond the lease", lambda house: servers.postgres_stopped(house, rounds)
    number = CROWD[max(size for size in CROWD if size <= max(rounds, 1))]
    yield (
        "random kill -9, one each second",
        lambda house: kills.random_kills(house, number, accounts=max(60, number // 10)),
    )
