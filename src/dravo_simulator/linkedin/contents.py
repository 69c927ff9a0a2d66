"""The one kind of content a post has: which media it uses, what makes it the same as another, how the ledger shows it."""

from typing import Any

from dravo_simulator.linkedin import errors, media
from dravo_simulator.linkedin.schemas import CreatePost
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World


def used(world: World, post: CreatePost) -> list[tuple[Stored, str | None]]:
    """The media of the post with their alt texts. Refuses what is not the author's, or not uploaded."""
    content = post.content
    if content is None:
        return []
    if content.media:
        return [(_single(world, post, content.media.id), content.media.altText)]
    if content.article and content.article.thumbnail:
        thumbnail = content.article.thumbnail
        return [(media.usable(world, thumbnail, post.author, "content.article.thumbnail", ("image",)), None)]
    images = content.multiImage.images if content.multiImage else []
    return [
        (
            media.usable(world, image.id, post.author, f"content.multiImage.images.{number}.id", ("image",)),
            image.altText,
        )
        for number, image in enumerate(images)
    ]


def check_article(world: World, post: CreatePost) -> None:
    """Refuses white space in the place of an article's title or description, which no page speaks of."""
    article = post.content.article if post.content else None
    if article is None or world.settings.linkedin_blank_article_text == "accept":
        return
    for name, text in (("title", article.title), ("description", article.description)):
        if text is not None and not text.strip():
            raise errors.invalid_field(f"content.article.{name}", "may not be blank", "INVALID_VALUE_BLANK_FIELD")


def fingerprint(world: World, post: CreatePost) -> list[Any]:
    """What two posts have in common when LinkedIn calls them the same; whether media belong to it is not documented."""
    if world.settings.linkedin_duplicate_by == "text":
        return [post.author, post.commentary]
    content = None if post.content is None else post.content.model_dump(exclude_none=True)
    parent = None if post.reshareContext is None else post.reshareContext.parent
    return [post.author, post.commentary, content, parent]


def options(post: CreatePost) -> JSON:
    """The content's part of a ledger entry."""
    shown: JSON = {}
    if post.content and post.content.article:
        shown["article"] = post.content.article.model_dump(exclude_none=True)
    if post.content and post.content.media and post.content.media.title:
        shown["title"] = post.content.media.title
    if post.content and post.content.poll:
        shown["poll"] = post.content.poll.model_dump()
    if post.reshareContext:
        shown["reshare"] = post.reshareContext.parent
    return shown


def _single(world: World, post: CreatePost, urn: str) -> Stored:
    found = media.usable(world, urn, post.author, "content.media.id", media.KINDS)
    if found.kind == "document" and not (post.content and post.content.media and post.content.media.title):
        raise errors.invalid_field("content.media.title", "a document needs a title", "MISSING_FIELD")
    return found
