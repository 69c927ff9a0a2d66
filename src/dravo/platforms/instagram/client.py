"""The calls that publish to Instagram, as bytes.

A medium is first prepared in a container, which Instagram fills from our public address in its own time, and then published.
Sources: Instagram platform pages `content-publishing`, `ig-user/media`, `ig-user/media_publish` (read 2026-09-11) and
`ig-media/comments` (page of 2025-01-21).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import AwareDatetime, Field

from dravo.platforms._graph.error_table import row_of_subcode
from dravo.platforms._graph.wire import CLOCKS_APART, Answer, Graph, Id, Paging, compact
from dravo.platforms.base import Call, Profile
from dravo.platforms.errors import Rejected
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.people import UserTag
from dravo.platforms.media import Medium

HOST = "graph.instagram.com"
_GRAPH = Graph(HOST)


class ContainerStatus(Answer):
    """`status_code` is one of IN_PROGRESS, FINISHED, ERROR, EXPIRED, PUBLISHED; `status` says it in words."""

    status_code: str
    status: str | None = None


class PublishedMedia(Answer):
    """The published media. The id is None where we know that it was published and could not tell which one it is."""

    id: str | None


class ListedMedia(Answer):
    """A media of the account's, as far as it is needed to know it again."""

    id: str
    timestamp: AwareDatetime
    caption: str | None = None
    media_product_type: str | None = None


class MediaList(Answer):
    """The account's newest media."""

    data: list[ListedMedia]


class Permalink(Answer):
    """Where people see the media."""

    permalink: str | None = None


class Comment(Answer):
    """A comment, as far as it is needed to know it again."""

    id: str
    timestamp: AwareDatetime
    text: str | None = None
    username: str | None = None


class Comments(Answer):
    """Comments under a media, and whether there are more."""

    data: list[Comment] = Field(default_factory=list)
    paging: Paging | None = None


def account_of(profile: Profile) -> str:
    """The id of the Instagram professional account that is posted to."""
    return str(profile.traits.get("ig_user_id") or profile.platform_account_id)


def image_container(account: str, medium: Medium, caption: str, options: InstagramOptions) -> Call[Id]:
    """Prepare a single image for the feed."""
    form = {"image_url": medium.public_url, **_about_post(caption, options), **_about_image(options, options.user_tags)}
    return _container(account, form)


def story_container(account: str, medium: Medium, options: InstagramOptions) -> Call[Id]:
    """Prepare an image as a story: of all options it takes tags only."""
    form = {"media_type": "STORIES", "image_url": medium.public_url}
    return _container(account, form | _tags(options.user_tags))


def child_container(account: str, medium: Medium, options: InstagramOptions, *, first: bool) -> Call[Id]:
    """Prepare one image of a carousel. Captions, places and collaborators belong to the parent, or Instagram refuses."""
    about = _about_image(options, options.user_tags if first else None)
    return _container(account, {"is_carousel_item": "true", "image_url": medium.public_url, **about})


def carousel_container(account: str, children: Sequence[str], caption: str, options: InstagramOptions) -> Call[Id]:
    """Prepare a carousel of finished children."""
    form = {"media_type": "CAROUSEL", "children": ",".join(children)}
    return _container(account, form | _about_post(caption, options))


def _container(account: str, form: Mapping[str, str]) -> Call[Id]:
    return _GRAPH.post((account, "media"), Id, form, effect=False)


def _about_post(caption: str, options: InstagramOptions) -> dict[str, str]:
    about = {"caption": caption}
    if options.collaborators:
        about["collaborators"] = compact(options.collaborators)
    if options.location_id and options.location_id.strip():
        about["location_id"] = options.location_id
    return about


def _about_image(options: InstagramOptions, tags: Sequence[UserTag] | None) -> dict[str, str]:
    about = _tags(tags)
    if options.alt_text and options.alt_text.strip():
        about["alt_text"] = options.alt_text
    return about


def _tags(tags: Sequence[UserTag] | None) -> dict[str, str]:
    return {"user_tags": compact([tag.model_dump() for tag in tags])} if tags else {}


def container_status(container: str) -> Call[ContainerStatus]:
    """How far Instagram is with a container."""
    return _GRAPH.get((container,), ContainerStatus, {"fields": "status_code,status"})


def media_publish(account: str, container: str) -> Call[PublishedMedia]:
    """Publish a finished container. An answer without an id leaves open what became of it."""
    described = _GRAPH.post((account, "media_publish"), Id, {"creation_id": container}, effect=True)
    return Call(
        described.request,
        PublishedMedia,
        lambda reply: PublishedMedia(id=described.read(reply).id),
        effect=True,
    )


def newest_media(account: str, opened_at: datetime) -> Call[MediaList]:
    """The account's posts since a call was opened."""
    fields = "id,caption,timestamp,media_product_type,permalink"
    since = str(int((opened_at - CLOCKS_APART).timestamp()))
    return _GRAPH.get((account, "media"), MediaList, {"fields": fields, "since": since})


def newest_stories(account: str) -> Call[MediaList]:
    """The account's stories, which live for a day."""
    return _GRAPH.get((account, "stories"), MediaList, {"fields": "id,timestamp,media_product_type,permalink"})


def permalink(media: str) -> Call[Permalink]:
    """Where people see a media."""
    return _GRAPH.get((media,), Permalink, {"fields": "id,permalink"})


def comment(media: str, text: str) -> Call[Id]:
    """A comment by the account under its own post."""
    return _GRAPH.post((media, "comments"), Id, {"message": text}, effect=True)


def comments(media: str) -> Call[Comments]:
    """The comments under a post, to look for one whose answer was lost."""
    return _GRAPH.get((media, "comments"), Comments, {"fields": "id,text,username,timestamp"})


_SUBCODE = re.compile(r"\b(22070\d\d)\b")


def container_failure(status: ContainerStatus) -> Rejected | None:
    """What a container's ERROR means: a refusal, or None where another container may do.

    Its words carry the error's number ("… error code 2207082", postiz-app PR#1992); without one that we know, it is a refusal.
    """
    found = _SUBCODE.search(status.status or "")
    row = row_of_subcode(int(found[1])) if found else None
    if row is not None and row.kind == "again":
        return None
    said = f" Instagram says: {status.status[:300]}" if status.status else ""
    return Rejected(
        row.code if row else "media_processing_failed",
        (row.message if row else "Instagram could not process the medium.") + said,
        raw=status.model_dump(),
        pointer=row.pointer if row else "/media_urls",
    )
