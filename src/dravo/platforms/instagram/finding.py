"""Looking for a post or a comment whose answer was lost.

The container tells whether it was published, and not as what: it has no field for the media (Business SDK codegen,
2026-04-15). The media is the one in the account's list that is what was sent; never the newest, and none where several are.
"""

from datetime import datetime, timedelta

from dravo.platforms._graph.wire import CLOCKS_APART, UNREADABLE, Id, same_text
from dravo.platforms.base import Find, Found, NotFound, PublishJob, Run, Sent
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Rejected, Transient
from dravo.platforms.instagram import client, listing
from dravo.platforms.instagram.client import Account, PublishedMedia
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.listing import ListedMedia, MediaPage
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.tries import was_published_earlier
from dravo.platforms.marks import pause

Job = PublishJob[InstagramOptions]

LIFE = timedelta(hours=24)
"""Of a container (page `ig-user/media`, read 2026-09-11): what an earlier try published is no older."""

PAUSES = (timedelta(seconds=20), timedelta(seconds=40))
"""Between the looks at a container of which it is not known whether it will be published yet."""


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
            media = None if kind_of(job) == "story" or earlier else await _media_id(job, run, account, sent, since)
            if media is None:
                raise
            return Found(PublishedMedia(id=media))
        if status.status_code == "PUBLISHED":
            media = None if kind_of(job) == "story" and earlier else await _media_id(job, run, account, sent, since)
            return Found(PublishedMedia(id=media))
        if status.status_code in {"FINISHED", "IN_PROGRESS"}:
            await _let_it_be_published(run, container)
        return NotFound.absent if status.status_code in {"FINISHED", "EXPIRED", "ERROR"} else NotFound.unknown

    return find


async def _let_it_be_published(run: Run, container: str) -> None:
    """Return when Instagram has had a minute to publish a container that it does not call published; it is asked in between."""
    for number, span in enumerate(PAUSES):
        await pause(run, f"unpublished-{container}-{number}", span)


async def _media_id(job: Job, run: Run, account: Account, sent: Sent, since: datetime) -> str | None:
    """The id of the one media that is what was sent `since`; None where none or several are, or the list is refused.

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
        return None
    return _the_one(job, sent, since, pages or [])


def _the_one(job: Job, sent: Sent, since: datetime, pages: list[MediaPage]) -> str | None:
    fitting = {
        media.id
        for page in pages
        for media in page.data
        if media.id not in sent.bound and media.is_of(sent.opened_at, since=since) and _is(media, job)
    }
    return fitting.pop() if len(fitting) == 1 else None


def _is(media: ListedMedia, job: Job) -> bool:
    kind = kind_of(job)
    if kind == "story":
        return media.media_product_type in {None, "STORY"}
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
        return NotFound.absent

    return find


def _is_ours(username: str | None, handle: str) -> bool:
    """Whether an author is the account, where both are known."""
    ours = handle.removeprefix("@").casefold()
    return username is None or not ours or username.casefold() == ours
