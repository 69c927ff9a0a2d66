"""The account's own media and the comments under one, to know again what was sent and whose answer was lost.

Sources: Instagram platform pages `ig-user/media` (read 2026-09-11) and `ig-media/comments` (2025-01-21). Lists come in pages.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from pydantic import AwareDatetime, Field

from dravo.platforms._graph.wire import CLOCKS_APART, Answer
from dravo.platforms.base import Call, Run
from dravo.platforms.instagram.client import Account

WINDOW_AFTER = timedelta(minutes=10)
"""What appeared later than this after a call was opened is not what was sent then."""

MOST_PAGES = 5
"""Of 25 entries, where nothing else is said; an account that has made more since is not searched to the end."""


class Listed(Answer):
    """An entry of a list."""

    id: str
    timestamp: AwareDatetime

    def is_of(self, opened_at: datetime, *, since: datetime | None = None) -> bool:
        """Whether it was made when a call was on its way that was opened then (or `since`), give or take the clocks."""
        return (since or opened_at) - CLOCKS_APART <= self.timestamp <= opened_at + WINDOW_AFTER

    def is_since(self, opened_at: datetime) -> bool:
        """The same, and nothing given for the clocks: in whole seconds, as Meta dates."""
        return opened_at.replace(microsecond=0) <= self.timestamp <= opened_at + WINDOW_AFTER


class ListedMedia(Listed):
    """A media of the account's, as far as it is needed to know it again."""

    caption: str | None = None
    media_type: str | None = None
    media_product_type: str | None = None


class ListedComment(Listed):
    """A comment, as far as it is needed to know it again."""

    text: str | None = None
    username: str | None = None


class Cursors(Answer):
    after: str | None = None


class Paging(Answer):
    """Where a list goes on: after the cursor, if there is a `next` page."""

    next: str | None = None
    cursors: Cursors = Field(default_factory=Cursors)

    @property
    def following(self) -> str | None:
        return self.cursors.after if self.next else None


L = TypeVar("L", bound=Listed)


class Page(Answer, Generic[L]):
    data: list[L] = Field(default_factory=list)
    paging: Paging = Field(default_factory=Paging)


class MediaPage(Page[ListedMedia]):
    """Some of the account's posts or stories, newest first."""


class CommentPage(Page[ListedComment]):
    """Some of the comments under a media."""


def media_since(account: Account, earliest: datetime, after: str | None = None) -> Call[MediaPage]:
    """The account's posts since a call was opened, give or take the clocks."""
    fields = "id,caption,timestamp,media_product_type,permalink"
    since = str(int((earliest - CLOCKS_APART).timestamp()))
    return account.get((account.id, "media"), MediaPage, _page({"fields": fields, "since": since}, after))


def stories(account: Account, after: str | None = None) -> Call[MediaPage]:
    """The account's stories, which live for a day."""
    fields = "id,timestamp,media_type,media_product_type,permalink"
    return account.get((account.id, "stories"), MediaPage, _page({"fields": fields}, after))


def comments(account: Account, media: str, after: str | None = None) -> Call[CommentPage]:
    """The comments under a post."""
    return account.get((media, "comments"), CommentPage, _page({"fields": "id,text,username,timestamp"}, after))


def _page(query: dict[str, str], after: str | None) -> dict[str, str]:
    return query | ({"after": after} if after else {})


P = TypeVar("P", MediaPage, CommentPage)


async def pages_of(
    run: Run, call_of: Callable[[str | None], Call[P]], *, until: datetime | None = None
) -> list[P] | None:
    """All pages of a list; None where there are too many: among what was not seen there might be another one alike.

    A list whose newest come first is read back to `until`.
    """
    pages = [await run.look(call_of(None))]
    while following := pages[-1].paging.following:
        if until is not None and any(entry.timestamp < until for entry in pages[-1].data):
            break
        if len(pages) == MOST_PAGES:
            return None
        pages.append(await run.look(call_of(following)))
    return pages
