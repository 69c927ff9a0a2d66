"""The creator's public posts (scope video.list). Sources: TikTok docs `tiktok-api-v2-video-list` (read 2026-11-23),
`tiktok-api-v2-video-object` (2026-08-24).
"""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dravo.platforms.base import Call, Run
from dravo.platforms.tiktok.client import Answer, post
from dravo.platforms.tiktok.limits import utf16_units

SCOPE = "video.list"
PAGE = 20
MOST_PAGES = 5
CLOCKS_APART = timedelta(seconds=60)
"""How far TikTok's clock and the database's may differ when a post is looked for by the time of its sending."""

LEAST_CUT = 100
"""TikTok shows no more than the first 150 characters of a text in its list and does not say how it counts: a beginning that is
this long in UTF-16 units may be such a text.
"""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


Word = Annotated[str, BeforeValidator(_text)]


class ListedPost(Answer):
    """A public post. Its words stand in one of the two, by its kind; `create_time` is in seconds since 1970."""

    id: str = Field(min_length=1)
    title: Word = ""
    video_description: Word = ""
    create_time: int

    @property
    def created_at(self) -> datetime:
        return datetime.fromtimestamp(self.create_time, UTC)

    def says(self, text: str) -> bool:
        """Whether its words are this text, or a beginning of it that TikTok has cut."""
        return any(_is(_comparable(shown), _comparable(text)) for shown in (self.title, self.video_description))


class PostList(Answer):
    """One page, newest first. `cursor` leads to the next."""

    videos: list[ListedPost] = Field(default_factory=list)
    cursor: int | None = None
    has_more: bool = False


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
    beginning = shown.removesuffix("…").removesuffix("...").rstrip()
    return shown == text or (utf16_units(beginning) >= LEAST_CUT and text.startswith(beginning))


def _comparable(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
