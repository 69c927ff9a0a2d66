"""One post to one Instagram account."""

from collections.abc import Sequence
from datetime import timedelta

from dravo.platforms._graph.wire import UNREADABLE, Id, same_text, within
from dravo.platforms.base import Find, Found, NotFound, Published, PublishJob, Run, Sent, first_comment
from dravo.platforms.errors import Misconfigured, PlatformError, Rejected, StepsExpired, Transient
from dravo.platforms.instagram import client
from dravo.platforms.instagram.client import ContainerStatus, ListedMedia, PublishedMedia
from dravo.platforms.instagram.options import InstagramOptions

CONTAINER_KEPT = timedelta(hours=23)
"""A container lives for 24 hours (page `ig-user/media`, read 2026-09-11); one hour of that is for waiting and publishing."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 3, 5, 10))
PATIENCE = timedelta(hours=1)

Job = PublishJob[InstagramOptions]


class InstagramAdapter:
    """Prepare, wait until Instagram is done, publish; everything after that may fail without failing the post."""

    async def publish(self, job: Job, run: Run) -> Published:
        account = client.account_of(job.profile)
        container = await _prepare(job, run, account)
        try:
            published = await run.commit(
                "publish",
                client.media_publish(account, container),
                find=_find_media(run, account, container, job),
                binds=lambda created: created.id,
            )
        except Rejected as error:
            if error.code == "container_expired":
                raise StepsExpired from error
            raise
        url = await _permalink(run, published.id)
        await _comment(job, run, published.id)
        return Published(published.id, url, raw={"id": published.id, "container_id": container})


async def _prepare(job: Job, run: Run, account: str) -> str:
    """A container that is ready to be published."""
    if job.options.story:
        prepared = client.story_container(account, job.media[0], job.options)
    elif len(job.media) == 1:
        prepared = client.image_container(account, job.media[0], job.text, job.options)
    else:
        children = await _children(job, run, account)
        prepared = client.carousel_container(account, children, job.text, job.options)
    container = await run.step("container", prepared, keep_for=CONTAINER_KEPT)
    await _wait(run, "ready", container.id)
    return container.id


async def _children(job: Job, run: Run, account: str) -> Sequence[str]:
    """The carousel's images, all prepared before the first is waited for, so that Instagram works on them side by side."""
    children = []
    for i, medium in enumerate(job.media):
        prepared = client.child_container(account, medium, job.options, first=i == 0)
        child = await run.step(f"child-{i}", prepared, keep_for=CONTAINER_KEPT)
        children.append(child.id)
    for i, child_id in enumerate(children):
        await _wait(run, f"child-{i}-ready", child_id)
    return children


async def _wait(run: Run, name: str, container: str) -> None:
    async def ready() -> ContainerStatus | None:
        try:
            status = await run.look(client.container_status(container))
        except Transient as error:
            if error.code == UNREADABLE:  # Meta hides fresh containers at times; the container is fine
                return None
            raise
        if status.status_code == "EXPIRED":
            raise StepsExpired
        if status.status_code == "ERROR":
            # The container is beyond repair: either the medium is to blame, or another container is tried.
            raise client.container_failure(status) or StepsExpired
        return status if status.status_code in {"FINISHED", "PUBLISHED"} else None

    await run.wait(name, ready, answer=ContainerStatus, every=PAUSES, at_most=PATIENCE)


def _find_media(run: Run, account: str, container: str, job: Job) -> Find[PublishedMedia]:
    async def find(sent: Sent) -> Found[PublishedMedia] | NotFound:
        try:
            status = await run.look(client.container_status(container))
        except Transient as error:
            if error.code == UNREADABLE:
                return NotFound.unknown
            raise
        if status.status_code == "PUBLISHED":
            return Found(PublishedMedia(id=await _media_id(run, account, job, sent)))
        return NotFound.absent if status.status_code in {"FINISHED", "EXPIRED", "ERROR"} else NotFound.unknown

    return find


async def _media_id(run: Run, account: str, job: Job, sent: Sent) -> str | None:
    """The id of the media that a container became, which the container does not tell; None unless exactly one fits."""
    listing = client.newest_stories(account) if job.options.story else client.newest_media(account, sent.opened_at)
    try:
        listed = await run.look(listing)
    except (Rejected, Misconfigured):
        return None
    except Transient as error:
        if error.code == UNREADABLE:
            return None
        raise
    fitting = [
        media
        for media in listed.data
        if media.id not in sent.bound and within(media.timestamp, sent.opened_at) and _fits(media, job)
    ]
    return fitting[0].id if len(fitting) == 1 else None


def _fits(media: ListedMedia, job: Job) -> bool:
    if job.options.story:
        return media.media_product_type in {None, "STORY"}
    return media.media_product_type in {None, "FEED"} and same_text(job.text, media.caption)


async def _permalink(run: Run, media: str | None) -> str | None:
    """Where the post is seen. The post stands, so a read that fails costs the address and nothing else."""
    if media is None:
        return None
    try:
        return (await run.look(client.permalink(media))).permalink
    except PlatformError:
        return None


async def _comment(job: Job, run: Run, media: str | None) -> None:
    said = job.options.first_comment
    if job.options.story or not said or not said.strip():
        return
    if media is None:
        run.warn(
            "first_comment_failed",
            "The post is published; its id is not known, so its first comment was not sent.",
        )
        return
    find = _find_comment(run, media, job.profile.handle, said)
    await first_comment(run, client.comment(media, said), find=find)


def _find_comment(run: Run, media: str, handle: str, text: str) -> Find[Id]:
    async def find(sent: Sent) -> Found[Id] | NotFound:
        listed = await run.look(client.comments(media))
        alike = [
            comment
            for comment in listed.data
            if within(comment.timestamp, sent.opened_at) and same_text(text, comment.text)
        ]
        if len(alike) == 1 and _is_ours(alike[0].username, handle):
            return Found(Id(id=alike[0].id))
        goes_on = listed.paging is not None and listed.paging.next is not None
        return NotFound.unknown if alike or goes_on else NotFound.absent

    return find


def _is_ours(username: str | None, handle: str) -> bool:
    """Whether an author is the account, where both are known."""
    ours = handle.removeprefix("@").casefold()
    return username is None or not ours or username.casefold() == ours
