"""Redis emptied, gone or absent; Postgres restarted, and stopped for longer than a lease."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import httpx
from redis.asyncio import Redis
from sqlalchemy import text

from chaos.house import ALL, LEASE_SECONDS, ChaosHouse
from chaos.report import Result
from chaos.rows.kills import BY_NAME, CHEAP, commits_in_doubt, crowd
from dravo.kit.ids import Key, new_id
from dravo.local.errors import ChildFailedError
from dravo.local.process import Child
from dravo.local.server import Server

UP_WITHIN_SECONDS = 20.0
"""How long a killed server may take to come up again."""


@dataclass
class Load:
    """Clients that post one after the other: what was accepted, what was refused, and how long each answer took."""

    house: ChaosHouse
    accounts: list[str]
    accepted: list[str] = field(default_factory=list)
    refused: list[httpx.Response] = field(default_factory=list)
    cut: int = 0
    seconds: list[float] = field(default_factory=list)

    def troubles(self) -> list[str]:
        """What nobody at the door may see, whatever is away behind it."""
        wrong = [a for a in self.refused if a.status_code != 503 or "retry-after" not in a.headers]
        found = [f"{len(wrong)} answers are neither 202 nor 503 with Retry-After: {wrong[0].text}"] if wrong else []
        return found + ([f"{self.cut} requests got no answer"] if self.cut else [])

    async def run(self, seconds: float, *, clients: int = 2, pause: float = 0.02) -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._client(until, pause) for _ in range(clients)))

    async def _client(self, until: float, pause: float) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            body = {
                "account_ids": [self.accounts[len(self.accepted) % len(self.accounts)]],
                "text": f"{number} {new_id('w')}",
            }
            started = time.monotonic()
            try:
                answer = await self.house.api.post("/v1/posts", json=body)
            except httpx.TransportError:
                self.cut += 1
                continue
            self.seconds.append(time.monotonic() - started)
            if answer.status_code == 202:
                self.accepted.append(answer.json()["id"])
            else:
                self.refused.append(answer)
            await asyncio.sleep(pause)

    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]


async def load(house: ChaosHouse, accounts: int) -> Load:
    made = [await house.post(BY_NAME[CHEAP[index % 3]], comment=False) for index in range(accounts)]
    ids = [(await house.book.delivery(posted.key)).account_id for posted in made]
    await house.book.run("DELETE FROM posts")
    return Load(house, ids)


async def redis_flushed(house: ChaosHouse, number: int) -> Result:
    """FLUSHALL, again and again, while deliveries are rung for."""
    await house.new_world()
    keys = await crowd(house, number, accounts=20)
    assert house.settings.redis_url is not None
    redis = Redis.from_url(house.settings.redis_url.get_secret_value())
    flushed = 0
    async with house.fleet([ALL] * 2):
        await house.book.let_go(*keys)
        settling = asyncio.create_task(house.settled(keys, within=90))
        while not settling.done():
            await redis.flushall()
            flushed += 1
            await asyncio.wait([settling], timeout=0.5)
    await redis.aclose()
    return Result("Redis flushed", flushed, await house.judged())


async def redis_gone(house: ChaosHouse, seconds: float, *, times: float = 2) -> Result:
    """Redis is killed and stays away; POST takes at most so many times as long, and deliveries go on by the dispatch loop alone."""
    await house.new_world()
    loaded = await load(house, 20)
    async with house.fleet([ALL] * 2):
        await loaded.run(seconds / 2)
        baseline, loaded.seconds = loaded.p99(), []
        _kill(house.servers["bell"])
        try:
            await loaded.run(seconds)
            without = loaded.p99()
            await all_settled(house, within=60)
        finally:
            await _again(house.servers["bell"])
        await all_settled(house, within=60)
    verdict = await house.judged(accepted=loaded.accepted)
    broken = loaded.troubles() + ([f"{len(loaded.refused)} answers were not 202"] if loaded.refused else [])
    if without > times * baseline:
        broken.append(f"POST p99 {without * 1000:.0f} ms, more than {times:g} times its {baseline * 1000:.0f} ms")
    note = f"{seconds:.0f} s away; POST p99 {baseline * 1000:.0f} ms with it and {without * 1000:.0f} ms without"
    return Result("Redis gone", 1, verdict, None, note, tuple(broken))


async def redis_absent(house: ChaosHouse, number: int) -> Result:
    """Workers start while Redis is away."""
    await house.new_world()
    keys = await crowd(house, number, accounts=20)
    _kill(house.servers["bell"])
    try:
        async with house.fleet([ALL] * 2):
            await house.book.let_go(*keys)
            await house.settled(keys, within=60)
    finally:
        await _again(house.servers["bell"])
    return Result("Redis absent at start", 1, await house.judged())


async def postgres_restarted(house: ChaosHouse, rounds: int) -> Result:
    """Under load, again and again: killed outright, and started again at once."""
    return await _without_postgres(house, "Postgres killed and restarted", rounds, lambda: asyncio.sleep(0))


async def postgres_stopped(house: ChaosHouse, rounds: int) -> Result:
    """Away for longer than a lease lasts."""
    away = 1.5 * LEASE_SECONDS
    row = await _without_postgres(house, "Postgres away beyond the lease", rounds, lambda: asyncio.sleep(away))
    # Unless somebody was told to come again, nobody was there while it was away, and the row shows nothing.
    return row if " 0 answered" not in row.note else replace(row, broken=(*row.broken, "nobody was answered 503"))


async def _without_postgres(house: ChaosHouse, fault: str, rounds: int, away: Callable[[], Awaitable[None]]) -> Result:
    await house.new_world()
    loaded = await load(house, 20)
    async with house.fleet([ALL] * 2):
        loading = asyncio.create_task(loaded.run(3.0 * rounds + LEASE_SECONDS))
        for _ in range(rounds):
            await asyncio.sleep(1)
            _kill(house.servers["book"])
            await away()
            await _again(house.servers["book"])
        await loading
        await all_settled(house, within=60)
    in_doubt = await commits_in_doubt(house)
    verdict = await house.judged(accepted=loaded.accepted, allowed_unconfirmed=in_doubt)
    note = f"{len(loaded.accepted)} accepted, {len(loaded.refused)} answered 503 with Retry-After"
    return Result(fault, rounds, verdict, None, note, tuple(loaded.troubles()))


def _kill(server: Server) -> None:
    """`kill -9`: nothing is written down and no client is told."""
    assert server._child is not None
    server._child.kill()


async def _again(server: Server) -> None:
    """Start a dead server; its child must be born of this thread, and clients go on meanwhile.

    A Postgres whose first process was killed outright comes up only when the others, which that has orphaned, have seen it.
    """
    until = time.monotonic() + UP_WITHIN_SECONDS
    while True:
        server._child = child = Child(server.spec)
        try:
            await child.until_ready()
        except ChildFailedError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def all_settled(house: ChaosHouse, *, within: float) -> None:
    async with house.resources.db.transaction() as session:
        rows = await session.execute(text("SELECT workspace_id, environment, id FROM deliveries"))
        keys = [Key(*row) for row in rows]
    await house.settled(keys, within=within)
