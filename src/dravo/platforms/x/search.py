"""Looking for a post whose answer was lost, on the account's own timeline.

The timeline may lag: it can show that a post is there, never that it is not. A deployment that would rather have a second post
than none may take its silence for absence (`DRAVO_X_RESEND_AFTER_LOOKS`).
"""

from datetime import datetime

from dravo.platforms.base import Find, Found, NotFound, Run, Sent
from dravo.platforms.errors import CredentialsExpired, Misconfigured, Rejected
from dravo.platforms.x import client
from dravo.platforms.x.client import CreatedPost, Fields
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.timeline import WINDOW_BEFORE, SeenPost, Timeline, Wanted, those_alike

MOST_PAGES = 3
"""Each page costs credits; an account that has posted more than 300 times since is not searched to the end."""


def finder(run: Run, user_id: str, wanted: Wanted, config: XConfig) -> Find[CreatedPost]:
    """Finds the one post that is what was sent; never the newest.

    What may pass (no answer, a limit, a deployment that is wrong) is passed on: X is asked again later.
    """

    async def find(sent: Sent) -> Found[CreatedPost] | NotFound:
        try:
            posts = await _posts_since(run, user_id, sent.opened_at - WINDOW_BEFORE)
        except (Rejected, CredentialsExpired, Misconfigured) as refused:
            if isinstance(refused, Misconfigured) and refused.scope == "deployment":
                raise
            # Without read access X cannot be asked; that says nothing about the post.
            return NotFound.unknown
        alike = {} if posts is None else those_alike(posts, wanted, sent.opened_at, sent.bound)
        if len(alike) == 1:
            return Found(next(CreatedPost(id=post.id, text=post.text) for post in alike.values()))
        nothing = posts is not None and not alike
        return NotFound.unlisted if nothing and config.resend_after_looks else NotFound.unknown

    return find


async def _posts_since(run: Run, user_id: str, since: datetime) -> list[SeenPost] | None:
    """All of them, or None where there are too many: among those not seen there might be another one alike."""
    fields, first = await _first_page(run, user_id, since)
    posts, following = list(first.data), first.meta.next_token
    for _ in range(MOST_PAGES - 1):
        if not following:
            break
        page = await run.look(client.own_posts(user_id, since, fields=fields, page=following))
        posts, following = [*posts, *page.data], page.meta.next_token
    return None if following else posts


async def _first_page(run: Run, user_id: str, since: datetime) -> tuple[Fields, Timeline]:
    """The first page, and the spelling by which X gave it."""
    older = await run.look(client.own_posts(user_id, since))
    if not older.fields_refused:
        return "tweet.fields", older
    return "post.fields", await run.look(client.own_posts(user_id, since, fields="post.fields"))
