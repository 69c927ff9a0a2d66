"""Who posts: a member or an organization, by URN."""

from dravo.platforms.base import Profile

ORGANIZATION = "urn:li:organization:"


def own_urn(profile: Profile) -> str:
    """The account's own URN. Without the trait the account's id is a URN already or a member's id (page `userinfo`: `sub`)."""
    known = profile.traits.get("author_urn")
    if isinstance(known, str) and known:
        return known
    identity = profile.platform_account_id
    return identity if identity.startswith("urn:li:") else f"urn:li:person:{identity}"


def is_organization(urn: str) -> bool:
    """Whether a URN names an organization (a page) rather than a member."""
    return urn.startswith(ORGANIZATION)
