"""Workers that die, freeze, stop, or live by a wrong clock, while many deliveries are under way."""

import asyncio
import contextlib
import itertools
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from chaos.house import ALL, LEASE_SECONDS, ChaosHouse, Fleet, is_settled
from chaos.report import Result
from conformance.cases import CASES
from dravo.kit.crashpoints import Place
from dravo.kit.ids import Key, new_id
from dravo.kit.queue import Ring

BY_NAME = {case.name: case for case in CASES}
CHEAP = ("facebook-text", "linkedin-organization", "x")
"""Kinds that are one call each; LinkedIn pages and Facebook Pages can be asked after a lost answer, X to some extent."""
FROZEN_AT: tuple[Place, ...] = ("claimed", "intent-kept", "answered", "before-settle")
FROZEN = ("instagram", "facebook-text", "linkedin-organization", "x", "tiktok-video-draft")
CROWDED = ("facebook", "linkedin", "x")
SEED = 20261125


async def crowd(house: ChaosHouse, number: int, *, accounts: int) -> list[Key]:
    """So many parked text posts over so many accounts of three networks, each with words of its own."""
    made = []
    for index in range(accounts):
        posted = await house.post(BY_NAME[CHEAP[index % len(CHEAP)]], comment=False)
        made.append((await house.book.delivery(posted.key)).account_id)
    await house.book.run("DELETE FROM posts")
    keys: list[Key] = []
    for index in range(number):
        words = f"{index:06d} {new_id('w')}"
        keys += await house.book.post(made[index % accounts], words=words)
    return keys


async def random_kills(house: ChaosHouse, number: int, *, accounts: int = 60, most: int | None = None) -> Result:
    """One of four workers dies each second, `most` times at most. Here the kills are to blame and not the posts, so nothing counts as poison."""
    await house.new_world()
    keys = await crowd(house, number, accounts=accounts)
    dice = random.Random(SEED)
    async with house.fleet([CROWDED] * 4, poison_after="50", dispatch_seconds="0.5", jobs_per_queue="2") as fleet:
        await house.book.let_go(*keys)
        killing = asyncio.create_task(_kill(fleet, dice, most))
        until = time.monotonic() + 60 + number / 10
        await _until_still(house, until)
        killing.cancel()
        last = time.monotonic()
        await house.settled(keys, within=60 + 10)
        final = time.monotonic() - last
        killed = fleet.deaths
    lost = await commits_in_doubt(house)
    verdict = await house.judged(allowed_unconfirmed=lost)
    broken = () if final <= 60 + 10 else (f"not final {final:.0f} s after the last kill",)
    note = f"{killed} kills; all final {final:.1f} s after the last one"
    return Result("random kill -9, one each second", killed, verdict, None, note, broken)


async def _kill(fleet: Fleet, dice: random.Random, most: int | None) -> None:
    for _ in itertools.count() if most is None else range(most):
        await asyncio.sleep(1)
        dice.choice(fleet.workers).signal(signal.SIGKILL)


async def _until_still(house: ChaosHouse, until: float) -> None:
    while time.monotonic() < until and await _moving(house):  # noqa: ASYNC110 - the book tells nobody
        await asyncio.sleep(0.2)


async def _moving(house: ChaosHouse) -> bool:
    async with house.resources.db.transaction() as session:
        return bool(
            await session.scalar(
                text("SELECT EXISTS (SELECT FROM deliveries WHERE status IN ('queued', 'processing', 'scheduled'))")
            )
        )


async def commits_in_doubt(house: ChaosHouse) -> int:
    """Deliveries whose answer was lost on a network that never says that a post is not there."""
    async with house.resources.db.transaction() as session:
        found = await session.scalar(
            text(
                "SELECT count(*) FROM commits c JOIN deliveries d ON d.id = c.delivery_id"
                " WHERE c.name = 'publish' AND c.looks > 0 AND d.platform = 'x'"
            )
        )
    return int(found or 0)


async def rolling_stops(house: ChaosHouse, number: int, *, stops: int) -> Result:
    """Workers are told to stop, one after the other; each lets its calls end, so no answer is lost."""
    await house.new_world()
    keys = await crowd(house, number, accounts=30)
    async with house.fleet([ALL] * 3) as fleet:
        await house.book.let_go(*keys)
        for turn in range(stops):
            await asyncio.sleep(0.7)
            fleet.workers[turn % 3].signal(signal.SIGTERM)
        await house.settled(keys, within=60)
    calls = [call for name in ALL for call in await house.control.calls(name)]
    asked = sum(call["method"] == "GET" for call in calls)
    verdict = await house.judged()
    # Of a text without media a network is asked nothing, unless the answer to its post was lost.
    broken = () if asked == 0 else (f"networks were asked {asked} times what came of answers that stopping has lost",)
    return Result("rolling SIGTERM", stops, verdict, None, "no network had to be asked", broken)


async def frozen(
    house: ChaosHouse, rounds: int, *, places: Sequence[Place] = FROZEN_AT, kinds: Sequence[str] = FROZEN
) -> Result:
    """SIGSTOP for longer than the lease, at the worst places, then SIGCONT: what wakes up writes and sends nothing."""
    await house.new_world()
    tasks = []
    networks = sorted({BY_NAME[name].platform for name in kinds})
    async with house.fleet([[name] for name in networks for _ in range(2)], jobs_per_queue="1") as fleet:
        waking = asyncio.create_task(_wake(fleet))
        for place in places:
            for name in kinds:
                tasks += [_freeze(house, place, name) for _ in range(rounds)]
        done = await asyncio.gather(*tasks)
        waking.cancel()
    in_doubt = sum(name == "x" and place in {"intent-kept", "answered"} for place, name, _ in done)
    verdict = await house.judged(allowed_unconfirmed=in_doubt)
    broken = tuple(f"{name} at {place} did not end, or did not freeze" for place, name, ended in done if not ended)
    return Result("SIGSTOP beyond the lease", len(done), verdict, None, "", broken)


async def _freeze(house: ChaosHouse, place: str, name: str) -> tuple[str, str, bool]:
    posted = await house.post(BY_NAME[name], comment=False)
    order = house.order(place, posted.key.id, signal.SIGSTOP)
    await house.book.let_go(posted.key)
    (delivery,) = await house.settled([posted.key], within=60)
    return place, name, is_settled(delivery) and not order.exists()


async def _wake(fleet: Fleet) -> None:
    """Let every frozen worker sleep for a lease and a half."""
    asleep: dict[int, float] = {}
    while True:
        await asyncio.sleep(0.1)
        for worker in fleet.workers:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                state = _state(worker.pid)
                since = asleep.setdefault(worker.pid, time.monotonic()) if state == "T" else None
                if since is not None and time.monotonic() - since > 1.5 * LEASE_SECONDS:
                    asleep.pop(worker.pid)
                    worker.signal(signal.SIGCONT)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def wrong_clocks(house: ChaosHouse, number: int) -> Result:
    """Workers whose wall clocks are an hour behind and ahead, and one whose is right."""
    await house.new_world()
    keys = await crowd(house, number, accounts=12)
    async with house.fleet([ALL] * 3, hours=(-1, 1, 0)):
        await house.book.let_go(*keys)
        await house.settled(keys, within=60)
    return Result("worker clocks ± 1 h", 1, await house.judged())


async def races(house: ChaosHouse, rounds: int) -> Result:
    """Eight workers, and each delivery rung for many times: doubled, late and out of order."""
    await house.new_world()
    keys = await crowd(house, 10 * rounds, accounts=10 * rounds)
    dice = random.Random(SEED)
    async with house.fleet([ALL] * 8):
        await house.book.let_go(*keys)
        for _ in range(3):
            rings = [
                Ring(key, (await house.book.delivery(key)).platform, dice.randrange(1000, 10**9))
                for key in keys
                for _ in range(4)
            ]
            dice.shuffle(rings)
            house.resources.queue.ring(rings)
            await asyncio.sleep(0.2)
        await house.settled(keys, within=60)
    calls = await _publishes(house)
    verdict = await house.judged()
    broken = () if calls == len(keys) else (f"{calls} calls for {len(keys)} deliveries",)
    return Result("8 workers racing, doubled rings", rounds, verdict, None, f"{calls} calls that publish", broken)


async def _publishes(house: ChaosHouse) -> int:
    ends = ("/2/tweets", "/rest/posts", "/feed")
    calls = [call for name in ALL for call in await house.control.calls(name)]
    return sum(call["method"] == "POST" and call["path"].endswith(ends) for call in calls)


async def one_refresh(house: ChaosHouse, number: int) -> Result:
    """Many deliveries of one account whose token has ended and whose refresh token works once."""
    await house.new_world()
    first = await house.post(BY_NAME["x"], comment=False)
    account = (await house.book.delivery(first.key)).account_id
    keys = [first.key]
    for index in range(number - 1):
        keys += await house.book.post(account, words=f"{index} {new_id('w')}")
    await house.control.fault("x", "expire_token")
    async with house.fleet([["x"]] * 4):
        await house.book.let_go(*keys)
        await house.settled(keys, within=90)
    calls = [call for call in await house.control.calls("x") if call["path"].endswith("/oauth2/token")]
    verdict = await house.judged()
    broken = () if len(calls) == 1 else (f"{len(calls)} calls that renew",)
    return Result("an ended token, a refresh token for one use", 1, verdict, None, f"{len(calls)} call renews", broken)
