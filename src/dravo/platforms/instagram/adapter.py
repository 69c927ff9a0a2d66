"""One post to one Instagram account."""

from datetime import timedelta

from pydantic import BaseModel

from dravo.platforms.base import Published, PublishJob, Run
from dravo.platforms.errors import PlatformError, RateLimited, Rejected, StepsExpired, Transient
from dravo.platforms.instagram import client, tries
from dravo.platforms.instagram.client import Account, PublishedMedia
from dravo.platforms.instagram.comments import commented
from dravo.platforms.instagram.config import InstagramConfig
from dravo.platforms.instagram.finding import media_finder
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.preparing import ContainersLost, prepared
from dravo.platforms.instagram.quota import wait_for_room

ROUNDS = ("", "again-")
"""How the names of the steps begin, the first time and when Instagram has lost what was prepared."""

NOT_YET = tuple(timedelta(seconds=seconds) for seconds in (10, 20, 30, 60))
"""Pauses after the word that a container is not ready, though it was said to be finished."""

PATIENCE = timedelta(hours=1)

Job = PublishJob[InstagramOptions]


class Round(BaseModel):
    """What came of a round: the container that was published, and its media where it is known. No container: it was lost."""

    container: str | None
    media: str | None


class InstagramAdapter:
    """Prepare, wait until Instagram is done, publish; everything after that may fail without failing the post."""

    async def publish(self, job: Job, run: Run) -> Published:
        account = client.account_of(job.profile, InstagramConfig.of(job.config))
        await wait_for_room(run, account)
        ended = await _published(job, run, account)
        if ended.media is None:
            run.warn(
                "post_id_unknown",
                "The post is published; Instagram's list does not show which one it is, so its address is not known. Look at the "
                "account.",
            )
        url = await _permalink(run, account, ended.media)
        await commented(job, run, account, ended.media)
        raw = {"id": ended.media, "container_id": ended.container}
        return Published(ended.media, url, raw=raw)


async def _published(job: Job, run: Run, account: Account) -> Round:
    """What came of the first round that came to something.

    A round's end is kept: should an answer be lost in the second one, a later run looks for that one's container.
    """
    for before in ROUNDS:

        async def ready(before: str = before) -> Round | None:
            return await _tried(job, run, account, before)

        ended = await run.wait(f"{before}round", ready, answer=Round, every=NOT_YET, at_most=PATIENCE)
        if ended.container is not None:
            return ended
    raise Rejected(
        "container_not_found",
        "Instagram has lost what was prepared for this post, and has lost it again when it was prepared once more; post again "
        "later.",
    )


async def _tried(job: Job, run: Run, account: Account, before: str) -> Round | None:
    """Prepare and publish. None: Instagram is not ready to publish what it called finished."""
    try:
        container = await prepared(job, run, account, before=before)
        published = await _committed(job, run, account, container)
    except ContainersLost:
        return Round(container=None, media=None)
    except Rejected as refused:
        if refused.code == "container_not_found":
            return Round(container=None, media=None)
        if refused.code == "container_expired":
            raise StepsExpired(f"{before}container") from refused
        raise
    except Transient as refused:
        if refused.code == "container_not_ready":
            return None
        raise
    return Round(container=container, media=published.id)


async def _committed(job: Job, run: Run, account: Account, container: str) -> PublishedMedia:
    """Publish the container; one that an earlier try has published, though that was refused, is looked for instead."""
    films = any(medium.kind == "video" for medium in job.media)
    number = 0 if run.sent else await tries.begun(run, account, container, films=films)
    order = client.published_earlier if number is None else client.media_publish
    find = media_finder(job, run, account, container)
    try:
        return await run.commit("publish", order(account, container), find=find, binds=lambda created: created.id)
    except (RateLimited, Transient) as refused:
        if number and refused.code in tries.PROVEN:
            await tries.refused_for_certain(run, container, number)
        raise


async def _permalink(run: Run, account: Account, media: str | None) -> str | None:
    """Where the post is seen. The post stands, so a read that fails costs the address and nothing else."""
    if media is None:
        return None
    try:
        return (await run.look(client.permalink(account, media))).permalink
    except PlatformError:
        return None
