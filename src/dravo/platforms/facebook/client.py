"""The calls that publish to a Page, as bytes.

Sources: Page references `feed` and `photos` (read 2026-09-11), Pages API `comments-mentions` (page of 2026-04-16).
"""

from collections.abc import Sequence

from pydantic import AwareDatetime, Field

from dravo.platforms._graph.wire import Answer, Graph, Id, Paging, compact
from dravo.platforms.base import Call, Profile
from dravo.platforms.media import Medium

HOST = "graph.facebook.com"
_GRAPH = Graph(HOST)


class Target(Answer):
    """What an attachment shows; photos have an id, links often none."""

    id: str | None = None


class Attachment(Answer):
    """A photo, or an album of photos as `subattachments`."""

    target: Target | None = None
    subattachments: "Attachments | None" = None

    def ids(self) -> set[str]:
        own = {self.target.id} if self.target and self.target.id else set()
        return own | (self.subattachments.ids() if self.subattachments else set())


class Attachments(Answer):
    """Graph wraps every list in `data`."""

    data: list[Attachment] = Field(default_factory=list)

    def ids(self) -> set[str]:
        return {target for attachment in self.data for target in attachment.ids()}


class PagePost(Answer):
    """A post of the Page's, as far as it is needed to know it again."""

    id: str
    created_time: AwareDatetime
    message: str | None = None
    attachments: Attachments | None = None

    def target_ids(self) -> set[str]:
        return self.attachments.ids() if self.attachments else set()


class PagePosts(Answer):
    """The newest posts, and whether there are more."""

    data: list[PagePost]
    paging: Paging | None = None


class Author(Answer):
    """Who wrote a comment; left out where the token may not know."""

    id: str


class Comment(Answer):
    """A comment, as far as it is needed to know it again."""

    id: str
    created_time: AwareDatetime
    message: str | None = None
    author: Author | None = Field(None, alias="from")


class Comments(Answer):
    """Comments under a post, and whether there are more."""

    data: list[Comment]
    paging: Paging | None = None


def page_of(profile: Profile) -> str:
    """The id of the Page that is posted to."""
    return str(profile.traits.get("page_id") or profile.platform_account_id)


def url_of(post_id: str) -> str:
    """Facebook leads this address to the post, whatever its kind."""
    return f"https://www.facebook.com/{post_id}"


def upload_photo(page: str, medium: Medium) -> Call[Id]:
    """Hand over a photo by its address, unpublished; Facebook drops it after about 24 hours unless a post takes it."""
    return _GRAPH.post((page, "photos"), Id, {"url": medium.public_url, "published": "false"}, effect=False)


def publish_post(page: str, text: str, photo_ids: Sequence[str]) -> Call[Id]:
    """The post itself; its id is `{page}_{post}`."""
    photos = {f"attached_media[{i}]": compact({"media_fbid": photo}) for i, photo in enumerate(photo_ids)}
    return _GRAPH.post((page, "feed"), Id, {"message": text} | photos, effect=True)


def published_posts(page: str) -> Call[PagePosts]:
    """The Page's newest posts, to look for one whose answer was lost."""
    fields = "id,message,created_time,attachments{target,subattachments}"
    return _GRAPH.get((page, "published_posts"), PagePosts, {"fields": fields, "limit": "100"})


def comment(post_id: str, text: str) -> Call[Id]:
    """A comment by the Page under its own post."""
    return _GRAPH.post((post_id, "comments"), Id, {"message": text}, effect=True)


def comments(post_id: str) -> Call[Comments]:
    """The comments under a post, to look for one whose answer was lost."""
    return _GRAPH.get((post_id, "comments"), Comments, {"fields": "id,message,from,created_time", "limit": "100"})
