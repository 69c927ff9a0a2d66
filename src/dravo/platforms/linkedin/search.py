"""Recognising a post of ours among an organization's newest, after the answer to its creation was lost.

Saying "it is not there" leads to sending again, so it is said only when nothing that stands there could be the post.
Source: LinkedIn docs `posts-api`, finder by author (read 2026-09-19).
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from dravo.platforms.base import NotFound
from dravo.platforms.linkedin.little_text import unescape

CLOCKS_DIFFER_BY = timedelta(seconds=60)
WINDOW_AFTER = timedelta(minutes=10)
ALIKE = 30
"""Two texts that share this many letters and digits at their beginning may be one text that LinkedIn changed or cut."""

PAGE = 100


class Item(BaseModel):
    id: str = ""


class Images(BaseModel):
    images: list[Item] = Field(default_factory=list)


class Card(BaseModel):
    source: str = ""


class Content(BaseModel):
    media: Item | None = None
    multi_image: Images | None = Field(None, alias="multiImage")
    article: Card | None = None

    @property
    def media_urns(self) -> list[str]:
        if self.multi_image:
            return [image.id for image in self.multi_image.images]
        return [self.media.id] if self.media else []


class SeenPost(BaseModel):
    """A post as the finder shows it; times are milliseconds since 1970."""

    id: str = Field(min_length=1)
    commentary: str = ""
    created_at: int = Field(alias="createdAt")
    last_modified_at: int | None = Field(None, alias="lastModifiedAt")
    lifecycle: str = Field("PUBLISHED", alias="lifecycleState")
    content: Content = Field(default_factory=Content)


class PostList(BaseModel):
    elements: list[SeenPost]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was sent: the post to look for."""

    text: str
    media: Sequence[str]
    link: str


def the_one(posts: PostList, wanted: Wanted, sent_at: datetime, bound: Collection[str] = ()) -> SeenPost | NotFound:
    """The one post that is what was sent; unlisted only when no post in the window could be it."""
    earliest, latest = milliseconds(sent_at - CLOCKS_DIFFER_BY), milliseconds(sent_at + WINDOW_AFTER)
    candidates = [post for post in posts.elements if post.created_at >= earliest and post.id not in bound]
    same = [post for post in candidates if post.created_at <= latest and _is(post, wanted)]
    if len(same) == 1 and same[0].lifecycle == "PUBLISHED":
        return same[0]
    if same or any(_could_be(post, wanted) for post in candidates) or not _covers(posts, earliest):
        return NotFound.unknown
    return NotFound.unlisted


def milliseconds(instant: datetime) -> int:
    """Since 1970, as LinkedIn tells times."""
    return int(instant.timestamp() * 1000)


def _covers(posts: PostList, earliest: int) -> bool:
    """Whether the list reaches back beyond the window; it is sorted by the last change."""
    if len(posts.elements) < PAGE:
        return True
    changes = [post.last_modified_at or post.created_at for post in posts.elements]
    return min(changes) < earliest


def _is(post: SeenPost, wanted: Wanted) -> bool:
    if post.content.media_urns != list(wanted.media):
        return False
    if wanted.link and (post.content.article is None or post.content.article.source != wanted.link):
        return False
    return comparable(unescape(post.commentary)) == comparable(wanted.text)


def _could_be(post: SeenPost, wanted: Wanted) -> bool:
    if wanted.media and set(wanted.media) & set(post.content.media_urns):
        return True
    return _beginning(unescape(post.commentary)) == _beginning(wanted.text) or _cut(post, wanted)


def _cut(post: SeenPost, wanted: Wanted) -> bool:
    """Whether the post's text is the beginning of what was sent."""
    return comparable(wanted.text).startswith(comparable(unescape(post.commentary)))


def _beginning(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())[:ALIKE].casefold()


def comparable(text: str) -> str:
    """NFC with white space evened out."""
    return " ".join(unicodedata.normalize("NFC", text).split())
