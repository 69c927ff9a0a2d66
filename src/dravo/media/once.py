"""An asset that several deliveries ask for at the same time, and that is made once for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.models.media import MediaAsset
from dravo.resources import Resources

_making: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()
"""A post's deliveries become due together; within one process the second one waits for what the first one makes."""


async def kept_or_made(
    resources: Resources,
    name: tuple[str, ...],
    *,
    find: Callable[[AsyncSession], Awaitable[MediaAsset | None]],
    make: Callable[[], Awaitable[MediaAsset]],
    bind: Callable[[AsyncSession, MediaAsset], Awaitable[None]],
) -> MediaAsset:
    """What `find` finds; else what `make` makes, bound by `bind`, which leaves alone what is bound already.

    `name` tells apart what is asked for within this process. Raises what the three raise. Must not be called inside a
    transaction.
    """
    lock = _making.setdefault(name, asyncio.Lock())
    async with lock:
        async with resources.db.transaction() as session:
            known = await find(session)
        if known is not None:
            return known
        made = await make()
        async with resources.db.transaction() as session:
            await bind(session, made)
            # Another process may have been quicker: its asset counts, so that all networks get the same bytes.
            return await find(session) or made
