"""Networks that fail before and after the effect, hang, cut the line, say nonsense, throttle, or process for ever."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from chaos.house import ALL, ChaosHouse, is_settled
from chaos.report import Result
from chaos.rows.kills import BY_NAME
from support.simulator import JSON

PUBLISHES = {
    "x": ("x", "/2/tweets"),
    "linkedin-organization": ("linkedin", "/rest/posts"),
    "linkedin-member": ("linkedin", "/rest/posts"),
    "facebook-text": ("facebook", "*/feed"),
    "facebook-photos": ("facebook", "*/feed"),
    "instagram": ("instagram", "*/media_publish"),
    "instagram-carousel": ("instagram", "*/media_publish"),
    "tiktok": ("tiktok", "/v2/post/publish/content/init"),
}
FAULTS: dict[str, JSON] = {
    "500 before the effect": {"action": "status", "status": 500, "body": "down"},
    "500 after the effect": {"action": "status_after", "status": 500, "body": "down"},
    "cut before the effect": {"action": "drop_before"},
    "cut after the effect": {"action": "drop_after"},
    "nonsense with 200": {"action": "garbage"},
    "hang beyond the call's time": {"action": "delay", "seconds": 3.0},
}
PROCESSED = ("instagram-reel", "x-video", "tiktok-video")
WITH_EFFECT = {"500 after the effect", "cut after the effect", "hang beyond the call's time"}


async def failing(house: ChaosHouse, fault: str, rounds: int) -> Result:
    """Each kind of call that publishes meets the fault."""
    return await meeting(house, f"network: {fault}", [(name, fault) for name in PUBLISHES for _ in range(rounds)])


async def meeting(house: ChaosHouse, row: str, pairs: Sequence[tuple[str, str]]) -> Result:
    """Posts of some kind, each of which meets a fault; one post of a network at a time, all networks at once."""
    await house.new_world()
    done: list[Met] = []
    turns: dict[str, list[tuple[str, str]]] = {}
    for name, fault in pairs:
        turns.setdefault(PUBLISHES[name][0], []).append((name, fault))
    async with house.fleet([ALL] * 3):
        await asyncio.gather(*(_in_turn(house, turn, done) for turn in turns.values()))
    askable = [met for met in done if not met.is_silent]
    verdict = await house.judged(allowed_unconfirmed=len(done) - len(askable))
    broken = [f"{met.name} did not end: {met.status}" for met in done if not met.ended]
    settled = sum(met.status == "published" for met in askable)
    if settled < 0.99 * len(askable):
        broken.append(f"only {settled} of {len(askable)} settled without a person")
    note = f"{settled} of {len(askable)} settled without a person where the network can be asked"
    return Result(row, len(done), verdict, None, note, tuple(broken))


@dataclass(frozen=True)
class Met:
    """What became of a post of some kind that met a fault."""

    name: str
    fault: str
    status: str
    ended: bool

    @property
    def is_silent(self) -> bool:
        """Without the effect nothing can be found, and where absence is never told nothing can be settled either."""
        found_only = {"x"} if self.fault not in WITH_EFFECT else set()
        return self.name in {"linkedin-member", "tiktok"} | found_only


async def _in_turn(house: ChaosHouse, turn: Sequence[tuple[str, str]], done: list[Met]) -> None:
    for name, fault in turn:
        network, path = PUBLISHES[name]
        posted = await house.post(BY_NAME[name], comment=False)
        await house.control.fault(network, method="POST", path=path, **FAULTS[fault])
        await house.book.let_go(posted.key)
        (delivery,) = await house.settled([posted.key], within=45)
        done.append(Met(name, fault, delivery.status, is_settled(delivery)))


async def throttled(house: ChaosHouse, rounds: int) -> Result:
    """429 until some time: nothing is sent to that account before it."""
    await house.new_world()
    broken: list[str] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            await asyncio.gather(*(_throttle(house, name, broken) for name in ("x", "facebook-text", "instagram")))
    verdict = await house.judged()
    return Result("network: 429 until T", 3 * rounds, verdict, None, "no call before T", tuple(broken))


async def _throttle(house: ChaosHouse, name: str, broken: list[str]) -> None:
    network = BY_NAME[name].platform
    posted = await house.post(BY_NAME[name], comment=False)
    await house.control.fault(network, action="throttle", seconds=2.0)
    await house.book.let_go(posted.key)
    until = None
    for _ in range(100):
        account = await house.book.account_of(posted.key)
        if account.paused_until is not None:
            until = account.paused_until
            break
        await asyncio.sleep(0.05)
    if until is not None and until > datetime.now(until.tzinfo) + timedelta(seconds=30):
        # Where the network says only "wait" we rest for minutes; nobody waits for that here.
        async with house.resources.db.transaction() as session:
            await session.execute(
                text("UPDATE accounts SET paused_until = dravo_now() + interval '3 s' WHERE id = :id"),
                {"id": account.id},
            )
            await session.execute(
                text("UPDATE deliveries SET due_at = dravo_now() + interval '3 s' WHERE id = :id"),
                {"id": posted.key.id},
            )
        until = await house.book.now() + timedelta(seconds=2.5)
    (delivery,) = await house.settled([posted.key], within=45)
    if delivery.status != "published":
        broken.append(f"{name} ended {delivery.status} ({delivery.error_code})")
    elif until is not None and delivery.published_at is not None and delivery.published_at < until:
        broken.append(f"{name} was published {until - delivery.published_at} before T")


async def processing(house: ChaosHouse, rounds: int) -> Result:
    """Slow processing ends published; what the network says has failed ends failed, with nothing published."""
    await house.new_world()
    ended: list[tuple[str, str, str | None]] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            slow = [_process(house, name, "published", {"action": "slow", "seconds": 1.0}) for name in PROCESSED]
            ended += await asyncio.gather(*slow)
            ended.append(await _process(house, "x-video", "failed", {"action": "fail", "reason": "InvalidMedia"}))
    verdict = await house.judged(expected_failed=rounds)
    broken = tuple(f"{name} did not end {wanted}, but {got}" for name, wanted, got in ended if got is not None)
    return Result("network: slow and failed processing", len(ended), verdict, None, "", broken)


async def _process(house: ChaosHouse, name: str, wanted: str, fault: JSON) -> tuple[str, str, str | None]:
    """The kind, how it should end, and how it ended if that is something else."""
    posted = await house.post(BY_NAME[name], comment=False)
    await house.control.fault(BY_NAME[name].platform, **fault)
    await house.book.let_go(posted.key)
    (delivery,) = await house.settled([posted.key], within=60)
    return name, wanted, None if delivery.status == wanted else f"{delivery.status} ({delivery.error_code})"


async def stuck(house: ChaosHouse, rounds: int) -> Result:
    """Processing that never ends, seen hours later: before the send the media go up anew; after it nobody sends again."""
    await house.new_world()
    broken: list[str] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            await asyncio.gather(
                *(_stick(house, name, broken) for name in ("instagram-reel", "x-video", "tiktok-video"))
            )
    verdict = await house.judged(allowed_unconfirmed=rounds)
    note = "the network's silence after the send stays unconfirmed"
    return Result("network: stuck processing", 3 * rounds, verdict, None, note, tuple(broken))


async def _stick(house: ChaosHouse, name: str, broken: list[str]) -> None:
    posted = await house.post(BY_NAME[name], comment=False)
    await house.control.fault(BY_NAME[name].platform, "stuck")
    await house.book.let_go(posted.key)
    if not await _waits(house, posted.key.id):
        broken.append(f"{name} never waited for its network")
        return
    async with house.resources.db.transaction() as session:
        # The longest wait is one of hours, which no setting shortens: it has begun a day ago.
        await session.execute(
            text("UPDATE steps SET started_at = started_at - interval '1 day' WHERE delivery_id = :id"),
            {"id": posted.key.id},
        )
    (delivery,) = await house.settled([posted.key], within=45)
    wanted = "unconfirmed" if name == "tiktok-video" else "published"
    if delivery.status != wanted:
        broken.append(f"{name} ended {delivery.status} ({delivery.error_code})")


async def _waits(house: ChaosHouse, delivery_id: str) -> bool:
    """Whether the delivery has asked its network more than once and waits to ask again."""
    for _ in range(300):
        async with house.resources.db.transaction() as session:
            if await session.scalar(
                text("SELECT EXISTS (SELECT FROM steps WHERE delivery_id = :id AND questions > 1)"), {"id": delivery_id}
            ):
                return True
        await asyncio.sleep(0.1)
    return False
