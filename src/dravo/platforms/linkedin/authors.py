"""Who posts: a member or an organization, by URN."""

from dataclasses import dataclass

from dravo.platforms.base import Profile, PublishJob
from dravo.platforms.errors import Rejected
from dravo.platforms.linkedin.options import LinkedInOptions

ORGANIZATION = "urn:li:organization:"


@dataclass(frozen=True, slots=True)
class Author:
    """A URN, and the scopes of the token that posts in its name (None: not known)."""

    urn: str
    scopes: frozenset[str] | None = None

    @property
    def is_page(self) -> bool:
        return is_organization(self.urn)


def own_urn(profile: Profile) -> str:
    """The account's own URN. Without the trait the account's id is a URN already or a member's id (page `userinfo`: `sub`)."""
    known = profile.traits.get("author_urn")
    if isinstance(known, str) and known:
        return known
    identity = profile.platform_account_id
    return identity if identity.startswith("urn:li:") else f"urn:li:person:{identity}"


def pages(profile: Profile) -> list[str]:
    """The organizations that the account's member may post for, as far as they were read when it was connected."""
    known = profile.traits.get("organizations")
    return [urn for urn in known if isinstance(urn, str)] if isinstance(known, list | tuple) else []


def is_organization(urn: str) -> bool:
    """Whether a URN names an organization (a page) rather than a member."""
    return urn.startswith(ORGANIZATION)


def author_of(job: PublishJob[LinkedInOptions]) -> Author:
    """The post's author: the account itself, or whom the option names.

    Raises Rejected when the account is known not to post as that one. Where nothing is known of it, LinkedIn decides.
    """
    own, asked = own_urn(job.profile), job.options.author
    allowed = [own, *pages(job.profile)]
    known = any(job.profile.traits.get(trait) for trait in ("author_urn", "organizations"))
    if asked and known and asked not in allowed:
        raise Rejected(
            "author_not_allowed",
            f"This account posts to LinkedIn as {' or '.join(allowed)}; leave the author out, name one of these, or connect "
            "the account of the other author.",
            pointer="/platform_options/linkedin/author",
        )
    return Author(asked or own, job.profile.scopes)
