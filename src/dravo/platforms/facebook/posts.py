"""A post of the Page's feed: its creation, and the list in which a lost one is looked for.

Sources: Page reference `feed` (read 2026-09-11), Pages API `posts` (read 2026-09-11).
"""

import re
from collections.abc import Mapping, Sequence

from pydantic import AwareDatetime, Field

from dravo.kit.http import Reply
from dravo.platforms._graph.wire import Answer, Paging, compact
from dravo.platforms.base import Call
from dravo.platforms.errors import Rejected
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.links import leads_to


class Target(Answer):
    """What an attachment shows: photos have an id, links often an address only."""

    id: str | None = None
    url: str | None = None


class Attachment(Answer):
    """A photo, a card, or an album of photos as `subattachments`."""

    target: Target | None = None
    subattachments: "Attachments | None" = None

    def all_shown(self) -> list[Target]:
        own = [self.target] if self.target else []
        return own + (self.subattachments.all_shown() if self.subattachments else [])


class Attachments(Answer):
    """Graph wraps every list in `data`."""

    data: list[Attachment] = Field(default_factory=list)

    def all_shown(self) -> list[Target]:
        return [target for attachment in self.data for target in attachment.all_shown()]


class PagePost(Answer):
    """A post of the Page's, as far as it is needed to know it again."""

    id: str
    created_time: AwareDatetime
    message: str | None = None
    attachments: Attachments | None = None

    def target_ids(self) -> set[str]:
        """The photos that it shows, and whatever else has an id."""
        return {target.id for target in self._shown() if target.id}

    def shows_card_of(self, link: str) -> bool:
        return any(leads_to(target.url, link) for target in self._shown())

    def _shown(self) -> list[Target]:
        return self.attachments.all_shown() if self.attachments else []


class PagePosts(Answer):
    """The newest posts, and whether there are more."""

    data: list[PagePost]
    paging: Paging | None = None


class CreatedPost(Answer):
    """A post that Facebook has taken: `{page}_{post}`.

    `bare`: it went without its card, which Facebook had refused with it. Kept for later runs to tell of it.
    """

    id: str = Field(min_length=1)
    bare: bool = False


def publish_post(page: Page, text: str, photo_ids: Sequence[str] = (), link: str | None = None) -> Call[CreatedPost]:
    """POST /{page}/feed: the call that the world sees."""
    form = {"message": text} | ({"link": link} if link else {})
    return page.graph.post((page.id, "feed"), CreatedPost, {**form, **_photos(photo_ids)}, effect=True)


def without_card(page: Page, text: str) -> Call[CreatedPost]:
    """The same post without its `link`. That it went so is kept with the answer."""
    call = publish_post(page, text)

    def read(reply: Reply) -> CreatedPost:
        return CreatedPost(id=call.read(reply).id, bare=True)

    return Call(call.request, CreatedPost, read, effect=True)


def _photos(photo_ids: Sequence[str]) -> Mapping[str, str]:
    return {f"attached_media[{i}]": compact({"media_fbid": photo}) for i, photo in enumerate(photo_ids)}


_SAYS_LINK = re.compile(r"(?<![a-z])(?:link|url)s?(?![a-z])", re.IGNORECASE)
"""As a word or within a parameter's name; not the "url" of "hourly", nor a name like LinkedIn."""


def is_for_its_link(refused: Rejected) -> bool:
    """Whether a post was refused for its link: by the codes for links, or as a parameter by words about one."""
    if refused.code == "link_invalid":
        return True
    said = refused.message.partition("Meta says:")[2]
    return refused.code == "invalid_parameter" and _SAYS_LINK.search(said) is not None


def published_posts(page: Page) -> Call[PagePosts]:
    """The Page's newest posts, to look for one whose answer was lost."""
    fields = "id,message,created_time,attachments{target,subattachments}"
    return page.graph.get((page.id, "published_posts"), PagePosts, {"fields": fields, "limit": "100"})
