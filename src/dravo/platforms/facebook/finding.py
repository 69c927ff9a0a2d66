"""Looking for a post, a video or a comment whose answer was lost."""

from collections.abc import Sequence
from datetime import timedelta

from dravo.platforms._graph.wire import Id, same_text, within
from dravo.platforms.base import Find, Found, NotFound, Run, Sent
from dravo.platforms.errors import Transient
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.comments import comments
from dravo.platforms.facebook.nodes import node_of
from dravo.platforms.facebook.posts import CreatedPost, PagePost, PagePosts, published_posts
from dravo.platforms.facebook.videos import Accepted

PROCESSED_SOON = timedelta(seconds=30)
"""After how long a video is looked at again that is being processed, which says nothing of the order to publish it."""


def post_finder(
    run: Run, page: Page, text: str, photos: Sequence[str], link: str | None = None, *, bare: bool = False
) -> Find[CreatedPost]:
    """By words, time, and the photos or the card that it shows. Exactly one is taken, never the newest.

    `bare` says which call was lost: the one without the card that Facebook had refused.
    """

    async def find(sent: Sent) -> Found[CreatedPost] | NotFound:
        listed = await run.look(published_posts(page))
        alike = [
            post
            for post in listed.data
            if post.id not in sent.bound and within(post.created_time, sent.opened_at) and same_text(text, post.message)
        ]
        matches = [post for post in alike if _shows(post, photos, link)]
        if len(matches) == 1:
            return Found(CreatedPost(id=matches[0].id, bare=bare))
        # The same words at the right time, and either something that we did not send or photos that Facebook does not name.
        doubts = [post for post in alike if not photos or not post.target_ids()]
        goes_on = listed.paging is not None and listed.paging.next is not None
        unseen = goes_on and all(within(post.created_time, sent.opened_at) for post in listed.data)
        return NotFound.unknown if matches or doubts or unseen or _in_a_row(text, listed) else NotFound.unlisted

    return find


def _shows(post: PagePost, photos: Sequence[str], link: str | None) -> bool:
    """Whether a post has what was sent with it, and nothing else."""
    shown = post.target_ids()
    if photos:
        return set(photos) <= shown
    return not shown or (link is not None and post.shows_card_of(link))


def _in_a_row(text: str, listed: PagePosts) -> bool:
    """Whether the Page's last post has the same words: Facebook would refuse a second one (506), so sending settles nothing."""
    last = max(listed.data, key=lambda post: post.created_time, default=None)
    return last is not None and same_text(text, last.message)


def video_finder(run: Run, page: Page, video_id: str) -> Find[Accepted]:
    """Whether Facebook has got the order to publish a video, by what it does with it. The id is known from before.

    One that failed counts as taken: what is wrong with it is told by the wait that follows. Raises Transient while Facebook
    processes it or does not show it, so that it is looked at again.
    """

    async def find(_sent: Sent) -> Found[Accepted] | NotFound:
        node = await run.look(node_of(page, video_id))
        if node.is_being_published or node.is_failed:
            return Found(Accepted(success=True))
        if node.is_working:
            message = (
                "Facebook is processing the video and does not tell yet whether it publishes it; it is looked at again."
            )
            raise Transient("video_processing", message, retry_after=PROCESSED_SOON)
        phase = node.status.publishing_phase
        said = phase.status == "not_started" or phase.publish_status == "draft" or node.published is False
        return NotFound.absent if said else NotFound.unknown

    return find


def comment_finder(run: Run, page: Page, post_id: str, text: str) -> Find[Id]:
    """By words, time and author, where the author is told. Exactly one is taken."""

    async def find(sent: Sent) -> Found[Id] | NotFound:
        listed = await run.look(comments(page, post_id))
        alike = [
            comment
            for comment in listed.data
            if within(comment.created_time, sent.opened_at)
            and same_text(text, comment.message)
            and (comment.author is None or comment.author.id == page.id)
        ]
        if len(alike) == 1:
            return Found(Id(id=alike[0].id))
        goes_on = listed.paging is not None and listed.paging.next is not None
        return NotFound.unknown if alike or goes_on else NotFound.unlisted

    return find
