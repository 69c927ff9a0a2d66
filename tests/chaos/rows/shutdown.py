"""Workers that are killed while they stop: what they had under way is taken up by others like that of any dead one."""

import asyncio
import signal
import time

from sqlalchemy import text

from chaos.house import ALL, LEASE_SECONDS, ChaosHouse, Fleet
from chaos.report import Result
from chaos.rows.kills import BY_NAME, commits_in_doubt
from dravo.kit.ids import Key

SLOW = ("x-video", "linkedin-video", "instagram-reel", "facebook-reel", "tiktok-video", "linkedin-organization")
"""Kinds with many calls each, so that some are under way whenever a worker is told to stop."""


async def killed_while_stopping(house: ChaosHouse, rounds: int, *, within: float = LEASE_SECONDS + 2) -> Result:
    """SIGTERM, and the end before anything was given back: half the times at once, else by an impatient SIGKILL after it."""
    await house.new_world()
    longest, broken, killed = 0.0, [], 0
    async with house.fleet([ALL]) as fleet:
        for turn in range(rounds):
            keys = [(await house.post(BY_NAME[name], comment=False)).key for name in SLOW]
            await house.book.let_go(*keys)
            leased = await _leased(house, within=10)
            killed += await _killed(house, fleet, at_once=turn % 2 == 0)
            taken = await _taken_up(house, leased, within=20)
            longest = max(longest, taken)
            if taken > within:
                broken.append(f"a delivery was taken up only after {taken:.1f} s")
            await house.settled(keys, within=60)
    if killed != rounds:
        broken.append(f"only {killed} of {rounds} workers died while they stopped")
    verdict = await house.judged(allowed_unconfirmed=await commits_in_doubt(house))
    return Result("killed: stopping", killed, verdict, longest, f"{len(SLOW)} kinds of post", tuple(broken))


async def _leased(house: ChaosHouse, *, within: float) -> dict[Key, str]:
    """The leases that there are, as soon as there is one."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        async with house.resources.db.transaction() as session:
            rows = await session.execute(
                text("SELECT workspace_id, environment, id, lease_token FROM deliveries WHERE lease_token IS NOT NULL")
            )
            if leased := {Key(*row[:3]): str(row[3]) for row in rows}:
                return leased
        await asyncio.sleep(0.01)
    return {}


async def _killed(house: ChaosHouse, fleet: Fleet, *, at_once: bool) -> bool:
    """Whether the only worker died by SIGKILL after it was told to stop."""
    (worker,) = fleet.workers
    order = house.order("stopping", "worker") if at_once else None
    worker.signal(signal.SIGTERM)
    if order is None:
        await asyncio.sleep(0.05)
        worker.signal(signal.SIGKILL)
    await asyncio.wait_for(worker.dead.wait(), 10)
    if order is not None:
        order.unlink(missing_ok=True)
    return worker.status == -signal.SIGKILL


async def _taken_up(house: ChaosHouse, leased: dict[Key, str], *, within: float) -> float:
    """Seconds until the last of these deliveries had another lease, or none because it has ended."""
    started = time.monotonic()
    while leased and time.monotonic() - started < within:
        for key, token in list(leased.items()):
            now = await house.book.delivery(key)
            if now.lease_token not in {None, token} or now.status in {"published", "failed", "unconfirmed"}:
                del leased[key]
        await asyncio.sleep(0.05)
    return time.monotonic() - started
