"""What an earlier run of the same delivery has come to. Adapters hold no state, so the journal is asked."""

from datetime import timedelta
from typing import Never

from pydantic import BaseModel

from dravo.platforms.base import Run


class Mark(BaseModel):
    """A run was here."""


async def reached_before(run: Run, name: str) -> bool:
    """Whether an earlier run passed here. The mark is kept like a step: a new generation begins without it."""
    fresh = False

    async def leave() -> Mark:
        nonlocal fresh
        fresh = True
        return Mark()

    await run.wait(name, leave, answer=Mark, every=[timedelta()], at_most=timedelta(days=1))
    return not fresh


class _Unmarked(Exception):
    """No run has been there."""


async def was_reached(run: Run, name: str) -> bool:
    """Whether an earlier run passed where `reached_before` is asked under this name; asking here leaves no mark."""

    async def unmarked() -> Never:
        raise _Unmarked

    try:
        await run.wait(name, unmarked, answer=Mark, every=[timedelta()], at_most=timedelta(days=1))
    except _Unmarked:
        return False
    return True


async def too_often(run: Run, name: str, tries: int) -> bool:
    """Whether so many earlier runs came here; this one is counted."""
    for number in range(1, tries + 1):
        if not await reached_before(run, f"{name}-{number}"):
            return False
    return True


async def pause(run: Run, name: str, span: timedelta) -> None:
    """Give the worker back once, for that long; not at all where there is nothing to wait for."""

    async def over() -> Mark | None:
        return Mark() if await reached_before(run, f"{name}-begun") else None

    if span > timedelta():
        await run.wait(name, over, answer=Mark, every=[span], at_most=timedelta(days=1))
