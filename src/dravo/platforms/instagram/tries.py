"""The tries to publish one container, each with what came of it.

Instagram has published and said that it did not (postiz-app PR#1681), and whether a container that is published twice makes two
posts is not confirmed. So before another try the container is asked what the one before has come to.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from pydantic import BaseModel

from dravo.platforms.base import Run
from dravo.platforms.instagram.client import Account
from dravo.platforms.instagram.waiting import HIDDEN, settled
from dravo.platforms.marks import pause, reached_before

PROVEN = frozenset(
    {"budget_used", "container_not_ready", "daily_quota_used", "network_unreachable", "token_not_live_yet"}
)
"""Codes of failures that may pass and after which nothing was published for certain."""

A_MINUTE = timedelta(minutes=1)
"""What Instagram is given to publish what it was told to, before its word that it did not counts."""


class Outcome(BaseModel):
    """What came of a try. `published`: the post is there, or may be there while Meta hides the container."""

    published: bool


async def begun(run: Run, account: Account, container: str, *, films: bool) -> int | None:
    """Count a new try and answer its number, from 1; None where an earlier one has published, or may have.

    Raises what `settled` raises.
    """
    number = 1
    while await reached_before(run, _mark(container, number)):
        if (await _outcome(run, account, container, number, films=films)).published:
            await _kept(run, _earlier(container), _saying(published=True))
            return None
        number += 1
    return number


async def refused_for_certain(run: Run, container: str, number: int) -> None:
    """Write down that a try has published nothing, so that nobody needs to ask."""
    await _kept(run, f"{_mark(container, number)}-came-to", _saying(published=False))


async def was_published_earlier(run: Run, container: str) -> bool:
    """Of a commit that is open: whether it was opened only after an earlier try had published, or may have."""
    return (await _kept(run, _earlier(container), _saying(published=False))).published


async def _outcome(run: Run, account: Account, container: str, number: int, *, films: bool) -> Outcome:
    name = _mark(container, number)

    async def ready() -> Outcome:
        await pause(run, f"{name}-after", A_MINUTE)
        status = await settled(run, f"{name}-look", account, container, films=films)
        return Outcome(published=status.status_code in {"PUBLISHED", HIDDEN})

    return await _kept(run, f"{name}-came-to", ready)


async def _kept(run: Run, name: str, ready: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """What is kept under the name, or is from now on."""
    return await run.wait(name, ready, answer=Outcome, every=[timedelta()], at_most=timedelta(days=1))


def _saying(*, published: bool) -> Callable[[], Awaitable[Outcome]]:
    async def ready() -> Outcome:
        return Outcome(published=published)

    return ready


def _mark(container: str, number: int) -> str:
    return f"publishing-{container}-{number}"


def _earlier(container: str) -> str:
    return f"published-{container}-earlier"
