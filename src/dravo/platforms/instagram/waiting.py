"""Waiting until Instagram is done with a container. It lives for 24 hours (page `ig-user/media`, read 2026-09-11).

Instagram advises to ask once a minute for five minutes (page `content-publishing`); a picture is seen to take 3 to 5 seconds,
a reel from 30 seconds to minutes. That we have waited long enough proves nothing, so the container is asked for hours.
"""

import re
from datetime import timedelta

from dravo.platforms._graph.error_table import row_of_subcode
from dravo.platforms._graph.wire import UNREADABLE
from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected, StepsExpired, Transient
from dravo.platforms.instagram import client
from dravo.platforms.instagram.client import Account, ContainerStatus
from dravo.platforms.marks import too_often

PICTURE_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 3, 5, 10))
PICTURE_PATIENCE = timedelta(hours=1)
VIDEO_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 15, 30, 60))
VIDEO_PATIENCE = timedelta(hours=4)

HIDDEN = "HIDDEN"
"""Our word for a container that Meta does not show (100/33), as for days in May 2026, while publishing worked (postiz-app#1562)."""

MOST_HIDDEN = 6
"""So many questions about a hidden container, and it is published unseen: one that is not ready is refused (9007/2207027),
and nothing is lost by that.
"""


async def settled(run: Run, name: str, account: Account, container: str, *, films: bool) -> ContainerStatus:
    """How a container ended, or that Meta goes on hiding it.

    Raises StepsExpired for one that is too old, or with which Instagram does not get on.
    """

    async def ready() -> ContainerStatus | None:
        try:
            status = await run.look(client.container_status(account, container))
        except Transient as failure:
            if failure.code != UNREADABLE:
                raise
            hidden = await too_often(run, f"{name}-hidden", MOST_HIDDEN - 1)
            return ContainerStatus(status_code=HIDDEN) if hidden else None
        if status.status_code == "EXPIRED":
            raise StepsExpired(name)
        return status if status.status_code in {"FINISHED", "PUBLISHED", "ERROR"} else None

    every, at_most = (VIDEO_PAUSES, VIDEO_PATIENCE) if films else (PICTURE_PAUSES, PICTURE_PATIENCE)
    return await run.wait(name, ready, answer=ContainerStatus, every=every, at_most=at_most)


_SUBCODE = re.compile(r"\b(22070\d\d)\b")


def failure_of(status: ContainerStatus, pointer: str) -> Rejected | Transient:
    """What a container's ERROR means: a refusal, or a failure after which another container may do.

    Its words carry the error's number ("… error code 2207082", postiz-app PR#1992); without one that we know, it is a refusal.
    """
    found = _SUBCODE.search(status.status or "")
    row = row_of_subcode(int(found[1])) if found else None
    if row is not None and row.kind == "again":
        return Transient(row.code, row.message, raw=status.model_dump())
    said = f" Instagram says: {status.status[:300]}" if status.status else ""
    return Rejected(
        row.code if row else "media_processing_failed",
        (row.message if row else "Instagram could not process the medium; convert it and post again.") + said,
        raw=status.model_dump(),
        pointer=(row.pointer if row else None) or pointer,
    )
