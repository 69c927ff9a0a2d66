"""What all calls to a Page have in common: hosts, the Page and the version, and whose fault a refusal is.

The calls stand in `posts`, `photos`, `videos`, `reels`, `nodes`, `comments` and `oauth`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dravo.platforms._graph.wire import Graph
from dravo.platforms.base import PublishJob
from dravo.platforms.errors import Rejected
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import Medium

HOST = "graph.facebook.com"
VIDEO_HOST = "graph-video.facebook.com"
"""Where the bytes of videos go that are no reels (Video API guide `publishing`)."""
UPLOAD_HOST = "rupload.facebook.com"
"""Where the bytes of reels go; the address itself comes from Facebook."""

MEDIA = "/media_urls"


@dataclass(frozen=True, slots=True)
class Page:
    """The Page that is posted to, and the version of the API that every call about it names."""

    id: str
    version: str

    @property
    def graph(self) -> Graph:
        return Graph(HOST, self.version)

    @property
    def videos(self) -> Graph:
        return Graph(VIDEO_HOST, self.version)


def page_of(job: PublishJob[FacebookOptions]) -> Page:
    """The account's Page."""
    page_id = str(job.profile.traits.get("page_id") or job.profile.platform_account_id)
    return Page(page_id, FacebookConfig.of(job.config).version)


def url_of(post_id: str) -> str:
    """Facebook leads this address to the post, whatever its kind."""
    return f"https://www.facebook.com/{post_id}"


def pointer_of(medium: Medium) -> str:
    """Where the request names the medium."""
    return f"{MEDIA}/{medium.index}"


@contextmanager
def about(medium: Medium) -> Iterator[None]:
    """A refusal of a call that is about one medium names it."""
    try:
        yield
    except Rejected as refused:
        raise naming(refused, medium) from refused


def naming(refused: Rejected, medium: Medium) -> Rejected:
    """The refusal with a pointer to the medium, where it has none."""
    pointer = refused.pointer or pointer_of(medium)
    return Rejected(refused.code, refused.message, raw=refused.raw, pointer=pointer)
