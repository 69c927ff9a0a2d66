"""A worker is killed at each named place, for each kind of post, so many rounds."""

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from chaos.house import ALL, LEASE_SECONDS, ChaosHouse, is_settled
from chaos.report import Result
from conformance.cases import CASES, Case
from dravo.kit.crashpoints import PLACES as EVERY_PLACE
from dravo.kit.crashpoints import Place

WITHIN_SECONDS = 90.0
AT_ONCE = 16
LOST_BEFORE = {"looking", "looked"}
"""A look is made where the answer to a publish was lost: the worker before was killed with it in hand."""
IN_DOUBT = {"intent-kept", "first-byte", "answered", "looking", "looked"}
KINDS = [case for case in CASES if case.name != "instagram-by-facebook"]
REFRESHING = [case for case in CASES if case.name in {"x", "linkedin-member", "tiktok-video-draft"}]
COMMENTED = [case for case in KINDS if case.has_comments]
REFRESHED: dict[Place, list[Case]] = {"refresh-asked": REFRESHING, "refresh-answered": REFRESHING}


def _kinds(place: Place) -> list[Case]:
    """Which kinds of post pass a place."""
    return REFRESHED.get(place) or (COMMENTED if place.startswith("comment") else KINDS)


PLACES: dict[Place, list[Case]] = {place: _kinds(place) for place in EVERY_PLACE if place != "stopping"}
"""A worker that stops is another row's: it has no delivery of its own."""


@dataclass
class Round:
    """What one kill has come to. `obeyed`: the place was passed, so that it happened."""

    place: Place
    case: Case
    obeyed: bool
    settled: bool
    recovery: float | None
    status: str
    error: str | None


async def crash_point(house: ChaosHouse, place: Place, rounds: int) -> Result:
    """All kinds of post at this place, each with an account of its own."""
    tries = [(place, case) for case in PLACES[place] for _ in range(rounds)]
    return await kill_at(house, f"killed: {place}", tries)


async def kill_at(
    house: ChaosHouse, fault: str, tries: Sequence[tuple[Place, Case]], *, within: float = LEASE_SECONDS + 2
) -> Result:
    """Many at once; a worker has one delivery of a network at a time, so that a kill hits as few others as can be."""
    await house.new_world()
    gate = asyncio.Semaphore(AT_ONCE)
    groups = [[name] for name in ALL for _ in range(2)]
    async with house.fleet(groups, jobs_per_queue="1"):
        done = await asyncio.gather(*(_round(house, place, case, gate) for place, case in tries))
    happened = [each for each in done if each.obeyed]
    in_doubt = sum(each.place in IN_DOUBT and not each.case.tells_absence for each in happened)
    reconnect = sum(each.place == "refresh-answered" and each.error == "account_needs_reconnect" for each in happened)
    verdict = await house.judged(
        expected_failed=reconnect,
        allowed_unconfirmed=in_doubt,
        calls=[call for name in ALL for call in await house.control.calls(name)],
    )
    longest = max((each.recovery for each in happened if each.recovery is not None), default=None)
    broken = [f"{each.case.name} ended {each.status} ({each.error})" for each in done if not each.settled]
    # The number that is allowed must not hide one that is not: where absence is told nothing stays unknown.
    broken += [
        f"{each.case.name} is unconfirmed after a kill at {each.place}, though its network tells"
        for each in done
        if each.status == "unconfirmed" and each.case.tells_absence
    ]
    missed = {place for place, _ in tries} - {each.place for each in happened}
    broken += [f"no post ever came to {place}" for place in sorted(missed)]
    if longest is not None and longest > within:
        broken.append(f"a delivery was taken up only after {longest:.1f} s")
    kinds = len({each.case.name for each in happened})
    return Result(fault, len(happened), verdict, longest, f"{kinds} kinds of post", tuple(broken))


async def _round(house: ChaosHouse, place: Place, case: Case, gate: asyncio.Semaphore) -> Round:
    async with gate:
        posted = await house.post(case)
        if place in LOST_BEFORE:
            house.order("answered", posted.key.id)
        if place == "reaping":
            house.order("claimed", posted.key.id)
        subject = posted.key.id
        if place.startswith("refresh"):
            subject = (await house.book.delivery(posted.key)).account_id
            await _let_tokens_end(house, subject)
        order = house.order(place, subject, signal.SIGKILL)
        await house.book.let_go(posted.key)
        until = time.monotonic() + WITHIN_SECONDS
        died: float | None = None
        token: str | None = None
        recovery: float | None = None
        while time.monotonic() < until:
            delivery = await house.book.delivery(posted.key)
            if died is None and not order.exists():
                died, token = time.monotonic(), delivery.lease_token
            if died is not None and recovery is None and token is not None and delivery.lease_token != token:
                recovery = time.monotonic() - died
            if is_settled(delivery):
                break  # what has ended passes no further place
            await asyncio.sleep(0.05)
        obeyed = not order.exists()
        order.unlink(missing_ok=True)
        return Round(place, case, obeyed, is_settled(delivery), recovery, delivery.status, delivery.error_code)


async def _let_tokens_end(house: ChaosHouse, account_id: str) -> None:
    """The account's tokens end now, as far as we know, so that they are renewed before the first call."""
    async with house.resources.db.transaction() as session:
        await session.execute(
            text("UPDATE accounts SET token_expires_at = dravo_now() - interval '1 minute' WHERE id = :id"),
            {"id": account_id},
        )
