"""The calls around a container: how far it is, publishing it, where the media is seen, and how many posts are left.

Sources: Instagram platform pages `content-publishing`, `ig-user/media`, `ig-user/media_publish` and
`ig-user/content_publishing_limit` (read 2026-09-11).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from dravo.kit.http import Reply
from dravo.platforms._graph.wire import Answer, Graph, Id
from dravo.platforms.base import Call, Profile
from dravo.platforms.errors import OutcomeUnknown, Rejected, Transient
from dravo.platforms.instagram.config import InstagramConfig
from dravo.platforms.instagram.permissions import Login, Right, naming_scope

A = TypeVar("A", bound=BaseModel)

HOSTS: Mapping[Login, str] = MappingProxyType({"instagram": "graph.instagram.com", "facebook": "graph.facebook.com"})
"""The host that knows the tokens of each login; the paths are the same."""


@dataclass(frozen=True, slots=True)
class Account:
    """The professional account that is posted to, as its login lets it be reached."""

    id: str
    handle: str
    login: Login
    graph: Graph

    def get(self, path: tuple[str, ...], answer: type[A], query: Mapping[str, str]) -> Call[A]:
        """A call that only reads."""
        return naming_scope(self.graph.get(path, answer, query), self.login, "read")

    def post(
        self,
        path: tuple[str, ...],
        answer: type[A],
        form: Mapping[str, str],
        *,
        right: Right,
        effect: bool,
    ) -> Call[A]:
        """A call that makes something, for which the token needs a `right`."""
        return naming_scope(self.graph.post(path, answer, form, effect=effect), self.login, right)


def login_of(profile: Profile) -> Login:
    """The way in which the account's token was got."""
    return "facebook" if profile.traits.get("login") == "facebook" else "instagram"


def account_of(profile: Profile, config: InstagramConfig) -> Account:
    """The account behind a profile. Instagram's own id of it may stand in a trait."""
    login = login_of(profile)
    known = str(profile.traits.get("ig_user_id") or profile.platform_account_id)
    return Account(known, profile.handle, login, Graph(HOSTS[login], config.version))


class ContainerStatus(Answer):
    """`status_code` is one of IN_PROGRESS, FINISHED, ERROR, EXPIRED, PUBLISHED; `status` says it in words."""

    status_code: str
    status: str | None = None


class PublishedMedia(Answer):
    """The published media. The id is None where we know that it was published and could not tell which one it is."""

    id: str | None


class Permalink(Answer):
    """Where people see the media."""

    permalink: str | None = None


def container_status(account: Account, container: str) -> Call[ContainerStatus]:
    """How far Instagram is with a container."""
    return account.get((container,), ContainerStatus, {"fields": "status_code,status"})


def media_publish(account: Account, container: str) -> Call[PublishedMedia]:
    """Publish a finished container. An answer without an id leaves open what became of it."""
    form = {"creation_id": container}
    described = account.post((account.id, "media_publish"), Id, form, right="publish", effect=True)
    return Call(
        described.request,
        PublishedMedia,
        lambda reply: PublishedMedia(id=described.read(reply).id),
        effect=True,
    )


def published_earlier(account: Account, container: str) -> Call[PublishedMedia]:
    """What is sent in place of the order to publish a container that an earlier order has published, though it was refused.

    The effect is there and its answer lost. So nothing but a question is sent, and its answer leaves open, as a lost one does,
    which media the container became: that is for the look.
    """
    asked = container_status(account, container)

    def read(reply: Reply) -> PublishedMedia:
        with suppress(Rejected, Transient):
            asked.read(reply)
        raise OutcomeUnknown("An earlier order to publish was carried out, or may have been; the post is looked for.")

    return Call(asked.request, PublishedMedia, read, effect=True)


def permalink(account: Account, media: str) -> Call[Permalink]:
    """Where people see a media."""
    return account.get((media,), Permalink, {"fields": "id,permalink"})


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


Count = Annotated[int | None, BeforeValidator(_count)]


class Allowance(Answer):
    """What one account may do in 24 hours."""

    quota_total: Count = None


class Usage(Answer):
    """The posts of the last 24 hours, and how many there may be."""

    quota_usage: Count = None
    config: Allowance = Field(default_factory=Allowance)


class Quota(Answer):
    """The account's posts of the last 24 hours, in a list of one. Empty: nothing is known of them."""

    data: list[Usage] = Field(default_factory=list)

    @property
    def used_up(self) -> tuple[int, int] | None:
        """The posts that were made and those that may be, where none is left; None where there is room, or none can tell."""
        usage = self.data[0] if self.data else Usage()
        used, total = usage.quota_usage, usage.config.quota_total
        return (used, total) if used is not None and total is not None and used >= total else None


def quota(account: Account) -> Call[Quota]:
    """How many posts the account has made in 24 hours. Instagram's pages name 25, 50 and 100 as their limit, so it is asked."""
    return account.get((account.id, "content_publishing_limit"), Quota, {"fields": "config,quota_usage"})
