"""Networks that fail before and after the effect, hang, cut the line, say nonsense, throttle, or process for ever."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from chaos.checker import check
from chaos.house import ALL, ChaosHouse, is_settled
from chaos.report import Result
from chaos.rows.kills import BY_NAME
from conformance.cases import Case
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
WITH_EFFECT = {"500 after the effect", "cut after the effect", "hang beyond the call's time"}


async def failing(house: ChaosHouse, fault: str, rounds: int, *, kinds: Sequence[str] = tuple(PUBLISHES)) -> Result:
    """Each kind of call that publishes meets the fault; one kind of a network at a time, all networks at once."""
    await house.new_world()
    done: list[tuple[Case, str, bool]] = []
    turns: dict[str, list[str]] = {}
    for name in kinds:
        turns.setdefault(PUBLISHES[name][0], []).extend([name] * rounds)
    async with house.fleet([ALL] * 3):
        await asyncio.gather(*(_in_turn(house, names, FAULTS[fault], done) for names in turns.values()))
    # Without the effect nothing can be found, and where absence is never told nothing can be settled either.
    silent = {"x", "tiktok", "linkedin-member"} if fault not in WITH_EFFECT else {"linkedin-member", "tiktok"}
    allowed = sum(case.name in silent for case, _, _ in done)
    verdict = await check(house.resources.db, await house.ledger(), allowed_unconfirmed=allowed)
    broken = [f"{case.name} did not end: {status}" for case, status, ended in done if not ended]
    askable = [(case, status) for case, status, _ in done if case.name not in silent]
    settled = sum(status == "published" for _, status in askable)
    if settled < 0.99 * len(askable):
        broken.append(f"only {settled} of {len(askable)} settled without a person")
    note = f"{settled} of {len(askable)} settled without a person where the network can be asked"
    return Result(f"network: {fault}", len(done), verdict, None, note, tuple(broken))


async def _in_turn(house: ChaosHouse, names: list[str], fault: JSON, done: list[tuple[Case, str, bool]]) -> None:
    for name in names:
        network, path = PUBLISHES[name]
        posted = await house.post(BY_NAME[name], comment=False)
        await house.control.fault(network, method="POST", path=path, **fault)
        await house.book.let_go(posted.key)
        (delivery,) = await house.settled([posted.key], within=45)
        done.append((BY_NAME[name], delivery.status, is_settled(delivery)))


async def throttled(house: ChaosHouse, rounds: int) -> Result:
    """429 until some time: nothing is sent to that account before it."""
    await house.new_world()
    broken: list[str] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            await asyncio.gather(*(_throttle(house, name, broken) for name in ("x", "facebook-text", "instagram")))
    verdict = await check(house.resources.db, await house.ledger())
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
    slow, failed = [], []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            for name in ("instagram-reel", "x-video", "tiktok-video"):
                posted = await house.post(BY_NAME[name], comment=False)
                await house.control.fault(BY_NAME[name].platform, "slow", seconds=1.0)
                await house.book.let_go(posted.key)
                slow.append((await house.settled([posted.key], within=60))[0])
            posted = await house.post(BY_NAME["x-video"], comment=False)
            await house.control.fault("x", "fail", reason="InvalidMedia")
            await house.book.let_go(posted.key)
            failed.append((await house.settled([posted.key], within=60))[0])
    verdict = await check(house.resources.db, await house.ledger(), expected_failed=len(failed))
    broken = tuple(
        f"{each.platform} ended {each.status} ({each.error_code})" for each in slow if each.status != "published"
    )
    return Result("network: slow and failed processing", len(slow) + len(failed), verdict, None, "", broken)


async def stuck(house: ChaosHouse, rounds: int) -> Result:
    """Processing that never ends, seen hours later: before the send the media go up anew; after it nobody sends again."""
    await house.new_world()
    broken: list[str] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            await asyncio.gather(
                *(_stick(house, name, broken) for name in ("instagram-reel", "x-video", "tiktok-video"))
            )
    verdict = await check(house.resources.db, await house.ledger(), allowed_unconfirmed=rounds)
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
