"""Looking for a post or a comment whose answer was lost.

The container tells whether it was published, and not as what: it has no field for the media (Business SDK codegen,
2026-04-15). The media is the one in the account's list that is what was sent; never the newest, and none where several are.
A story has no words to be known by, so it must be the only one of its time and type for a while.
"""

from datetime import datetime, timedelta

from dravo.platforms._graph.wire import CLOCKS_APART, UNREADABLE, Id, same_text
from dravo.platforms.base import Find, Found, NotFound, PublishJob, Run, Sent
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Rejected, Transient
from dravo.platforms.instagram import client, listing
from dravo.platforms.instagram.client import Account, PublishedMedia
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.listing import ListedMedia
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.tries import was_published_earlier
from dravo.platforms.marks import pause

Job = PublishJob[InstagramOptions]

LIFE = timedelta(hours=24)
"""Of a container (page `ig-user/media`, read 2026-09-11): what an earlier try published is no older."""

LAGS = tuple(timedelta(seconds=seconds) for seconds in (20, 60, 120))
"""Between the looks at a list that does not show yet what is published."""

ALONE_FOR = timedelta(minutes=1)
"""Between the two looks that must show the same story and no other: one made by hand may come to the list before ours."""


def media_finder(job: Job, run: Run, account: Account, container: str) -> Find[PublishedMedia]:
    """Asks the container. Only one that is not published, and of which Instagram says so, is called absent.

    While Meta hides the container (100/33, for days in May 2026: postiz-app#1562), a post in the account's list that can
    only be this one is taken, and else Instagram is asked again later. A story has no words to be known by, and a post of an
    earlier try no time.
    """

    async def find(sent: Sent) -> Found[PublishedMedia] | NotFound:
        earlier = await was_published_earlier(run, container)
        since = sent.opened_at - LIFE if earlier else sent.opened_at
        try:
            status = await run.look(client.container_status(account, container))
        except Transient as hidden:
            if hidden.code != UNREADABLE:
                raise
            if kind_of(job) == "story" or earlier:
                raise
            media = _only(await _fitting(job, run, account, sent, since))
            if media is None:
                raise
            return Found(PublishedMedia(id=media))
        if status.status_code == "PUBLISHED":
            if kind_of(job) == "story" and earlier:
                return Found(PublishedMedia(id=None))
            return Found(PublishedMedia(id=await _media_id(job, run, account, container, sent, since)))
        return NotFound.absent if status.status_code in {"FINISHED", "EXPIRED", "ERROR"} else NotFound.unknown

    return find


async def _media_id(job: Job, run: Run, account: Account, container: str, sent: Sent, since: datetime) -> str | None:
    """The id of the media that the container became; None where the list does not tell it, though it was given minutes."""
    fitting = await _fitting(job, run, account, sent, since)
    if fitting == set():
        for number, span in enumerate(LAGS):
            await pause(run, f"unlisted-{container}-{number}", span)
    media = _only(fitting)
    return await _if_alone(run, container, media) if media and kind_of(job) == "story" else media


async def _if_alone(run: Run, container: str, story: str) -> str | None:
    """The story, if it was the only one that fits at a look some time ago too."""

    async def ready() -> PublishedMedia:
        return PublishedMedia(id=story)

    name = f"story-of-{container}"
    first = await run.wait(name, ready, answer=PublishedMedia, every=[timedelta()], at_most=timedelta(days=1))
    await pause(run, f"{name}-alone", ALONE_FOR)
    return story if story == first.id else None


def _only(fitting: set[str] | None) -> str | None:
    return next(iter(fitting)) if fitting and len(fitting) == 1 else None


async def _fitting(job: Job, run: Run, account: Account, sent: Sent, since: datetime) -> set[str] | None:
    """The ids of all media that may be what was sent `since`; None where the list is refused, or too long to be read.

    What may pass (no answer, a limit, a deployment that is wrong) is passed on: Instagram is asked again later.
    """
    try:
        if kind_of(job) == "story":
            pages = await listing.pages_of(run, lambda after: listing.stories(account, after))
        else:
            pages = await listing.pages_of(
                run, lambda after: listing.media_since(account, since, after), until=since - CLOCKS_APART
            )
    except (Rejected, CredentialsExpired):
        return None
    except Misconfigured as refused:
        if refused.scope == "deployment":
            raise
        return None
    except Transient as hidden:
        if hidden.code != UNREADABLE:
            raise
        return set()
    if pages is None:
        return None
    listed = [media for page in pages for media in page.data if media.id not in sent.bound]
    if kind_of(job) == "story":
        return {media.id for media in listed if media.is_since(sent.opened_at) and _is_story(media, job)}
    return {media.id for media in listed if media.is_of(sent.opened_at, since=since) and _is_post(media, job)}


def _is_story(media: ListedMedia, job: Job) -> bool:
    kind = "VIDEO" if job.media[0].kind == "video" else "IMAGE"
    return media.media_product_type in {None, "STORY"} and media.media_type == kind


def _is_post(media: ListedMedia, job: Job) -> bool:
    kind = kind_of(job)
    product = "REELS" if kind == "reel" else "FEED"
    return media.media_product_type in {None, product} and same_text(job.text, media.caption)


def comment_finder(run: Run, account: Account, media: str, text: str) -> Find[Id]:
    """Looks among the comments under the post, by author, words and time."""

    async def find(sent: Sent) -> Found[Id] | NotFound:
        try:
            pages = await listing.pages_of(run, lambda after: listing.comments(account, media, after))
        except Transient as hidden:
            if hidden.code != UNREADABLE:
                raise
            return NotFound.unknown  # Meta may hide the post for days, and no comment is worth that
        if pages is None:
            return NotFound.unknown
        alike = {
            comment.id: comment
            for page in pages
            for comment in page.data
            if comment.is_of(sent.opened_at) and same_text(text, comment.text)
        }
        if len(alike) > 1:
            return NotFound.unknown
        for comment in alike.values():
            return Found(Id(id=comment.id)) if _is_ours(comment.username, account.handle) else NotFound.unknown
        return NotFound.unlisted

    return find


def _is_ours(username: str | None, handle: str) -> bool:
    """Whether an author is the account, where both are known."""
    ours = handle.removeprefix("@").casefold()
    return username is None or not ours or username.casefold() == ours
