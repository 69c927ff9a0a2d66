"""Recognising a post of ours on the account's own timeline, after the answer to its creation was lost.

X rewrites what it is sent: links become t.co, `&<>` become entities, long texts move into a note, pictures and cut texts add
a link to the post itself. Posts are compared as a person would read them. Source: X docs `users/posts`, `openapi.json` 2.159 and 2.167, whose
spellings differ and are both read.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AliasChoices, BaseModel, Field

from dravo.platforms.x.weighted_length import STANDARD_LIMIT, weighted_length

WINDOW_BEFORE = timedelta(seconds=60)
"""How far X's clock and ours may differ."""

WINDOW_AFTER = timedelta(minutes=10)
"""A post that appeared later than this after its intent is not the one that was sent then."""


class Link(BaseModel):
    url: str
    expanded_url: str = ""
    media_key: str | None = None


class Entities(BaseModel):
    urls: list[Link] = Field(default_factory=list)


class Note(BaseModel):
    """The whole of a long text."""

    text: str
    entities: Entities = Field(default_factory=Entities)


class Attachments(BaseModel):
    media_keys: list[str] = Field(default_factory=list)


class Reference(BaseModel):
    type: str
    id: str


class SeenPost(BaseModel):
    """A post as the timeline shows it."""

    id: str = Field(min_length=1)
    text: str = ""
    created_at: datetime | None = None
    entities: Entities = Field(default_factory=Entities)
    attachments: Attachments = Field(default_factory=Attachments)
    note: Note | None = Field(None, validation_alias=AliasChoices("note_tweet", "note_post"))
    references: list[Reference] = Field(
        default_factory=list, validation_alias=AliasChoices("referenced_tweets", "referenced_posts")
    )

    @property
    def parent(self) -> str | None:
        return next((reference.id for reference in self.references if reference.type == "replied_to"), None)


class Meta(BaseModel):
    next_token: str | None = None


class Timeline(BaseModel):
    """A page of an account's posts, newest first. `data` is missing when there is none.

    `fields_refused`: X does not know the parameter that names the fields, so there is nothing to read.
    """

    data: list[SeenPost] = Field(default_factory=list)
    meta: Meta = Field(default_factory=Meta)
    fields_refused: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was sent: the post to look for."""

    text: str
    media: int
    reply_to: str | None


def those_alike(
    posts: Iterable[SeenPost], wanted: Wanted, sent_at: datetime, bound: Collection[str] = ()
) -> dict[str, SeenPost]:
    """The posts that may be what was sent, by id; only where there is one, it is that one. A post that two pages show is one.

    One without a date is not taken: the fields that tell it apart were asked for, and did not come.
    """
    return {post.id: post for post in posts if post.id not in bound and _is(post, wanted, sent_at)}


def _is(post: SeenPost, wanted: Wanted, sent_at: datetime) -> bool:
    if post.created_at is None or not sent_at - WINDOW_BEFORE <= post.created_at <= sent_at + WINDOW_AFTER:
        return False
    if len(post.attachments.media_keys) != wanted.media or post.parent != wanted.reply_to:
        return False
    return _same_text(post, wanted)


def _same_text(post: SeenPost, wanted: Wanted) -> bool:
    want = comparable(wanted.text)
    if post.note is not None:
        return comparable(_expanded(post.note.text, post.note.entities.urls, post.id)) == want
    seen = _expanded(post.text, post.entities.urls, post.id)
    if comparable(seen) == want:
        return True
    if wanted.reply_to and comparable(re.sub(r"^(@\w+\s+)+", "", seen)) == want:
        return True  # X may put the names of those replied to in front
    beginning, ellipsis, after = comparable(seen).rpartition("…")
    cut = ellipsis and not after and weighted_length(wanted.text) > STANDARD_LIMIT
    return bool(cut) and want.startswith(beginning)


def _expanded(text: str, links: list[Link], post_id: str) -> str:
    """The text with its links as they were written, and without those that X added itself."""
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    for link in links:
        added = link.media_key is not None or re.search(rf"/status/{re.escape(post_id)}(/|$)", link.expanded_url)
        plain = plain.replace(link.url, "" if added else link.expanded_url or link.url)
    return plain


def comparable(text: str) -> str:
    """NFC, white space evened out, links without scheme and closing slash: X adds these to what was written."""
    words = unicodedata.normalize("NFC", text).split()
    return " ".join(re.sub(r"https?://", "", word, flags=re.IGNORECASE).removesuffix("/") for word in words)
