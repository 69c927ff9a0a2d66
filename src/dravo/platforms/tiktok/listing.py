"""The creator's public posts (scope video.list). Sources: TikTok docs `tiktok-api-v2-video-list` (read 2026-11-23),
`tiktok-api-v2-video-object` (2026-08-24).
"""

import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from dravo.platforms.base import Call, Run
from dravo.platforms.tiktok.client import Answer, post
from dravo.platforms.tiktok.fields import Count, Flag, Word
from dravo.platforms.tiktok.limits import utf16_units

SCOPE = "video.list"
PAGE = 20
MOST_PAGES = 5
CLOCKS_APART = timedelta(seconds=60)
"""How far TikTok's clock and the database's may differ when a post is looked for by the time of its sending."""

CUT_AT = range(140, 151)
"""TikTok shows no more than the first 150 characters of a text in its list and does not say how it counts. A beginning that is
about so long by any count may be such a text; one that ends otherwise is another text.
"""
LEAST_CUT = 100
"""So many bytes at least has a beginning that is marked as cut, by an ellipsis."""

HALVED = "\ufffd"
"""What is left of a character that was cut in two."""

LATEST = 253_402_300_799
"""The last second of the year 9999."""


class ListedPost(Answer):
    """A public post. Its words stand in one of the two, by its kind; `create_time` is in seconds since 1970."""

    id: str = Field(min_length=1)
    title: Word = None
    video_description: Word = None
    create_time: int = Field(ge=0, le=LATEST)

    @property
    def created_at(self) -> datetime:
        return datetime.fromtimestamp(self.create_time, UTC)

    def says(self, text: str) -> bool:
        """Whether its words are this text, or a beginning of it that TikTok has cut."""
        shown = (_comparable(words or "") for words in (self.title, self.video_description))
        return any(_is(words, _comparable(text)) for words in shown)


def _readable(value: Any) -> list[ListedPost]:
    """The posts of a page that can be read: one that cannot is none that could be told from others."""
    found = []
    for each in value if isinstance(value, list) else ():
        with suppress(ValidationError):
            found.append(ListedPost.model_validate(each))
    return found


class PostList(Answer):
    """One page, newest first. `cursor` leads to the next."""

    videos: Annotated[list[ListedPost], BeforeValidator(_readable)] = Field(default_factory=list)
    cursor: Count = None
    has_more: Flag = False


def posts(cursor: int | None = None) -> Call[PostList]:
    """POST video/list."""
    body = {"max_count": PAGE} | ({} if cursor is None else {"cursor": cursor})
    query = {"fields": "id,title,video_description,create_time"}
    return post("/v2/video/list/", body, PostList, query=query)


async def posts_since(run: Run, instant: datetime) -> list[ListedPost] | None:
    """All public posts made since then, give or take the clocks; None where there are too many to be read."""
    earliest, found, cursor = instant - CLOCKS_APART, [], None
    for _ in range(MOST_PAGES):
        page = await run.look(posts(cursor))
        found += [each for each in page.videos if each.created_at >= earliest]
        goes_on = page.has_more and page.cursor is not None
        if not goes_on or any(each.created_at < earliest for each in page.videos):
            return found
        cursor = page.cursor
    return None


def _is(shown: str, text: str) -> bool:
    beginning = shown.removesuffix("…").removesuffix("...").rstrip(HALVED).rstrip()
    if shown == text or not text.startswith(beginning):
        return shown == text
    size = len(beginning.encode())
    if beginning != shown:
        return size >= LEAST_CUT
    return any(length in CUT_AT for length in (len(beginning), utf16_units(beginning), size))


def _comparable(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
