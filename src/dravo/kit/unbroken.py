"""Work that must not be cut in two, though whoever waits for it is cancelled meanwhile."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Run to its end. A cancellation in between is raised after it, so the work must end by a timeout of its own.

    A worker that stops would otherwise make unknown outcomes itself, or forget what a network has answered.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):  # told already; a second time changes nothing
                await asyncio.shield(asyncio.wait({task}))
        raise
