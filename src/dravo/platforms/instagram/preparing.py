"""From media to a container that is ready to be published."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from dravo.platforms.base import PublishJob, Run
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.instagram import containers
from dravo.platforms.instagram.client import Account
from dravo.platforms.instagram.containers import Wanted
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.waiting import failure_of, settled
from dravo.platforms.marks import pause, too_often

KEPT = timedelta(hours=23)
"""A container lives for 24 hours (page `ig-user/media`, read 2026-09-11); one hour of that is for waiting and publishing."""

PAUSES = (timedelta(minutes=1), timedelta(minutes=5))
"""Before a container is made anew whose medium Instagram failed to take for a reason that may pass."""

TRIED_AGAIN: Mapping[str, int] = MappingProxyType(
    {"media_unreachable": 2, "media_timeout": 2, "container_not_found": 2}
)
"""How often a container is asked for once more that is refused for such a reason. Meta fails to fetch single media of a sound
host at times (postiz-app PR#1900, mixpost#197), and loses children for a minute or two (page `error-codes`)."""


class ContainersLost(Exception):
    """Instagram does not know any more what was prepared."""


async def prepared(job: PublishJob[InstagramOptions], run: Run, account: Account, *, before: str) -> str:
    """The container of the whole post, finished. `before` is how the names of all steps begin.

    Raises Rejected (naming the medium), StepsExpired, Transient and ContainersLost.
    """
    name = f"{before}container"
    if kind_of(job) != "carousel":
        wanted = containers.single(job, account, name)
        return await _finished(run, account, wanted, await _made(run, wanted, name))
    children = containers.children(job, account, f"{before}child")
    # All are asked for before the first is waited for, so that Instagram works on them side by side.
    begun = [await _made(run, child, child.name) for child in children]
    finished = [await _finished(run, account, child, first) for child, first in zip(children, begun, strict=True)]
    wanted = containers.parent(job, account, name, finished)
    return await _finished(run, account, wanted, await _made(run, wanted, name))


async def _made(run: Run, wanted: Wanted, name: str) -> str:
    try:
        return (await run.step(name, wanted.call, keep_for=KEPT)).id
    except Rejected as refused:
        if refused.code == "container_not_found":
            raise ContainersLost from refused
        raise
    except Transient as failure:
        tries = TRIED_AGAIN.get(failure.code)
        if tries is None or not await too_often(run, f"{name}-{failure.code.replace('_', '-')}", tries):
            raise
        if failure.code == "container_not_found":
            raise ContainersLost from failure
        raise _given_up(failure, wanted) from failure


async def _finished(run: Run, account: Account, wanted: Wanted, container: str) -> str:
    """The container when Instagram is done with it, or the one that was made in the place of one that failed."""
    name, number = wanted.name, 1
    while True:
        waiting_for = "ready" if name == "container" else f"{name}-ready"
        status = await settled(run, waiting_for, account, container, films=wanted.films)
        if status.status_code != "ERROR":
            return container
        failure = failure_of(status, wanted.pointer)
        if isinstance(failure, Rejected):
            raise failure
        if number > len(PAUSES):
            raise _given_up(failure, wanted)
        await pause(run, f"{name}-failed", PAUSES[number - 1])
        number += 1
        name = f"{wanted.name}-{number}"
        container = await _made(run, wanted, name)


def _given_up(failure: Transient, wanted: Wanted) -> Rejected:
    way_out = (
        "see that the address in DRAVO_PUBLIC_URL is reachable from the internet, and post again"
        if failure.code in {"media_unreachable", "media_timeout"}
        else "post again later"
    )
    message = f"{failure.message} It was tried {len(PAUSES) + 1} times; {way_out}."
    return Rejected(failure.code, message, raw=failure.raw, pointer=wanted.pointer)
