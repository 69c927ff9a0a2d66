"""A post as it goes to LinkedIn: its body, its creation, and the list in which a lost one is looked for.

Source: LinkedIn docs `posts-api`, `multiimage-post-api` (read 2026-09-19).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.client import created_id, refuse, rest
from dravo.platforms.linkedin.little_text import escape
from dravo.platforms.linkedin.options import Article, LinkedInOptions
from dravo.platforms.linkedin.refusals import duplicate_of
from dravo.platforms.linkedin.search import PAGE, PostList

_POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")


class CreatedPost(BaseModel):
    """A post that LinkedIn has taken: `urn:li:share:…` or `urn:li:ugcPost:…`.

    `bare`: its card went out without the picture, which LinkedIn had refused with the post. Kept for later runs to tell of it.
    """

    urn: str = Field(min_length=1)
    bare: bool = False


class Resent(BaseModel):
    """What became of a second sending: LinkedIn created it now, or names the post that it would be a duplicate of."""

    created: str = ""
    duplicate_of: str = ""


def body_of(
    author: str, text: str, media: Sequence[str], options: LinkedInOptions, *, thumbnail: str | None = None
) -> dict[str, Any]:
    """The body of POST /rest/posts. Media win over a link card."""
    body: dict[str, Any] = {
        "author": author,
        "commentary": escape(text),
        "visibility": options.visibility or "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": options.disable_reshare or False,
    }
    if media:
        body["content"] = _media(media, options.alt_texts or ())
    elif options.article:
        body["content"] = {"article": _card(options.article, thumbnail)}
    return body


def _media(urns: Sequence[str], alt_texts: Sequence[str]) -> dict[str, Any]:
    """One medium is `media`; two and more images are `multiImage`, which LinkedIn does not take with one."""
    entries: list[dict[str, str]] = []
    for index, urn in enumerate(urns):
        alt_text = "" if index >= len(alt_texts) or urn.startswith("urn:li:video:") else alt_texts[index]
        entries.append({"id": urn, "altText": alt_text} if alt_text.strip() else {"id": urn})
    return {"media": entries[0]} if len(entries) == 1 else {"multiImage": {"images": entries}}


def _card(article: Article, thumbnail: str | None) -> dict[str, str]:
    """What is blank is left out: whether LinkedIn takes it is not documented."""
    card = {
        "source": article.source,
        "title": article.title,
        "description": article.description,
        "thumbnail": thumbnail,
    }
    return {name: value for name, value in card.items() if value and value.strip()}


def create(author: Author, body: Mapping[str, Any], version: str, *, bare: bool = False) -> Call[CreatedPost]:
    """POST /rest/posts: the call that the world sees. The post's URN comes in a header, the body is empty. `bare` is kept."""

    def read(reply: Reply) -> CreatedPost:
        refuse(reply, "post", effect=True, author=author)
        return CreatedPost(urn=created_id(reply, "urn:li:"), bare=bare)

    return Call(rest("POST", "/rest/posts", version, json=body), CreatedPost, read, effect=True)


def create_again(lost: Call[CreatedPost]) -> Call[Resent]:
    """The same call once more, byte for byte. Within minutes LinkedIn refuses a duplicate and names the first post.

    Whatever else comes back, errors included, tells nothing of the first one and is an empty answer.
    """

    def read(reply: Reply) -> Resent:
        if reply.status == 422:
            named = duplicate_of(reply) or ""
            return Resent(duplicate_of=named if _POST.fullmatch(named) else "")
        try:
            return Resent(created=created_id(reply, "urn:li:")) if reply.ok else Resent()
        except OutcomeUnknown:
            return Resent()

    return Call(lost.request, Resent, read, effect=True)


def newest_of(author: Author, version: str) -> Call[PostList]:
    """GET /rest/posts?q=author: an organization's posts that changed last. Members' tokens may not ask."""
    query = {"q": "author", "author": author.urn, "count": str(PAGE), "sortBy": "LAST_MODIFIED"}

    def read(reply: Reply) -> PostList:
        refuse(reply, "post", author=author)
        return PostList.model_validate(reply.json())

    return Call(rest("GET", "/rest/posts", version, query=query, finder=True), PostList, read)


def address_of(urn: str) -> str:
    """Where a person sees the post."""
    return f"https://www.linkedin.com/feed/update/{urn}/"
