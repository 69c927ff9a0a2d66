"""Looking for a post or a comment whose answer was lost."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel

from dravo.platforms.base import Call, Find, Found, NotFound, Run, Sent
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, Rejected
from dravo.platforms.linkedin import comments, posts
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.comments import CreatedComment
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.posts import CreatedPost
from dravo.platforms.linkedin.search import CLOCKS_DIFFER_BY, Wanted, milliseconds, the_one

A = TypeVar("A", bound=BaseModel)

PROBED_WITHIN = timedelta(minutes=8)
"""LinkedIn refuses exact duplicates for about ten minutes (docs `ugcPosts`); a probe outside of them would be a second post."""

ARRIVED_WITHIN = timedelta(seconds=30)
"""A post is made within its call, and the probe comes after that. One that LinkedIn names and dates later is not the lost one: after a
deletion it has been seen to name posts that never were, a new one at each try.
"""

FIRST_DATED_ID = 1_262_304_000_000
"""Milliseconds from 1970 to 2010: an id that would be older than LinkedIn's dated ids holds no date."""


def post_finder(
    run: Run, author: Author, wanted: Wanted, lost: Sequence[Call[CreatedPost]], config: LinkedInConfig
) -> Find[CreatedPost]:
    """Organizations can list their posts. Of a member's LinkedIn tells nothing, unless it is probed.

    `lost` are the calls of which one may have been sent; the second of them, if any, is the bare one.
    """

    async def find(sent: Sent) -> Found[CreatedPost] | NotFound:
        if not author.is_page:
            return await _probed(run, lost, sent) if config.probe else NotFound.unknown
        listed = await _shown(run, posts.newest_of(author, config.version))
        if listed is None:
            return NotFound.unknown
        seen = the_one(listed, wanted, sent.opened_at, sent.bound)
        return seen if isinstance(seen, NotFound) else Found(CreatedPost(urn=seen.id))

    return find


async def _shown(run: Run, question: Call[A]) -> A | None:
    """What LinkedIn shows; None where it cannot be asked (without r_organization_social), which says nothing about the post.

    What may pass (no answer, a limit, a deployment that is wrong) is passed on: LinkedIn is asked again later.
    """
    try:
        return await run.look(question)
    except (Rejected, CredentialsExpired, Misconfigured) as refused:
        if isinstance(refused, Misconfigured) and refused.scope == "deployment":
            raise
        return None


async def _probed(run: Run, lost: Sequence[Call[CreatedPost]], sent: Sent) -> Found[CreatedPost] | NotFound:
    """Send the lost post once more: either LinkedIn names the first one, or this is the one post.

    After a deletion LinkedIn can name posts that are not there, so what it names must be dated like the lost one. There is
    no second probe, so one that came to nothing leaves it unknown, whatever came in its way.
    """
    for number, call in enumerate(lost):
        try:
            answer = await run.probe(posts.create_again(call), within=PROBED_WITHIN)
        except PlatformError:
            return NotFound.unknown
        if answer is None:
            continue  # it is not the call that was sent, or it is too late for a probe
        if answer.created:
            return Found(CreatedPost(urn=answer.created, bare=number > 0))
        if answer.duplicate_of and could_be_lost(answer.duplicate_of, sent):
            return Found(CreatedPost(urn=answer.duplicate_of, bare=number > 0))
        return NotFound.unknown
    return NotFound.unknown


def could_be_lost(urn: str, sent: Sent) -> bool:
    """Whether a post may be the one whose answer was lost: it is no other delivery's, and its id is of that time.

    LinkedIn's ids carry the time of their making: all but the last 22 bits are milliseconds since 1970.
    """
    if urn in sent.bound:
        return False
    made_at = int(urn.rpartition(":")[2]) >> 22
    if made_at < FIRST_DATED_ID:
        return True
    earliest, latest = sent.opened_at - CLOCKS_DIFFER_BY, sent.opened_at + ARRIVED_WITHIN
    return milliseconds(earliest) <= made_at <= milliseconds(latest)


def comment_finder(run: Run, author: Author, post: str, text: str, config: LinkedInConfig) -> Find[CreatedComment]:
    """Organizations can list the comments under their posts. One that is not in the list may still come, so never absent."""

    async def find(sent: Sent) -> Found[CreatedComment] | NotFound:
        if not author.is_page:
            return NotFound.unknown
        listed = await _shown(run, comments.comments_under(post, config.version))
        if listed is None:
            return NotFound.unknown
        seen = comments.the_one(listed, author.urn, text, sent.opened_at)
        return NotFound.unknown if seen is None else Found(CreatedComment(id=seen.id))

    return find
