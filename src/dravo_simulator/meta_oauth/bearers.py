"""What a token of Meta is good for: whether it is dead and why, which Pages and Instagram accounts it reaches."""

from dataclasses import dataclass, replace

from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth.issue import kind_of
from dravo_simulator.meta_oauth.people import instagram_of
from dravo_simulator.world import Account, World

EXPIRED = 463
DATA_ACCESS_SECONDS = 90 * 86400
LASTING = {
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_posts",
    "pages_manage_engagement",
    "business_management",
}
"""With all of these, and none of Instagram's, data access does not end."""
SUBCODES = {
    "user": (458, "The user has not authorized the application"),
    "order": (458, "The user has not authorized the application"),
    "checkpointed": (459, "The user is checkpointed and must log in at www.facebook.com"),
    "password_changed": (460, "The session has been invalidated because the user changed the password"),
    "unconfirmed": (464, "The session does not match: the user is not a confirmed user"),
    "invalidated": (467, "The session is invalid because the user logged out"),
    "role_lost": (492, "The user no longer has a role on the Page of this session"),
}
"""By the reason of a grant's end: the subcode beside 190, and a sentence (Error handling guide, read 2026-09)."""


@dataclass(frozen=True)
class Death:
    """Why a token opens nothing any more. The code beside it is always 190."""

    message: str
    subcode: int | None


def death_of(world: World, grant: Grant) -> Death | None:
    if grant.revoked_by is not None:
        subcode, message = SUBCODES.get(grant.revoked_by, (None, "Invalid OAuth access token"))
        return Death(f"Error validating access token: {message}", subcode)
    if grant.has_expired(world.now()):
        return Death("Error validating access token: Session has expired", EXPIRED)
    data_access_ends = data_access_end(grant)
    is_enforced = world.settings.facebook_data_access == "enforced"
    if is_enforced and data_access_ends is not None and data_access_ends <= world.now():
        # How such a call is refused is not documented; without a subcode nothing is claimed.
        return Death("Error validating access token: The user has to authorize the app's data access again", None)
    return None


def data_access_end(grant: Grant) -> float | None:
    """When an app loses what the person's data tells, in Unix seconds: 90 days after they last used it.

    None for a list that has everything publishing to Pages needs, and nothing of Instagram (Auth vs. data, read 2026-09-11).
    """
    lasts = set(grant.scopes) >= LASTING and not any(scope.startswith("instagram_") for scope in grant.scopes)
    used_at = grant.data.get("data_access_from")
    return None if used_at is None or lasts else used_at + DATA_ACCESS_SECONDS


def pages_reached(world: World, grant: Grant) -> list[Account]:
    """The Pages that a token may be used for: its own, or all that its owner chose; as this token sees them."""
    kind = kind_of(grant)
    if kind == "instagram":
        return []
    ids = [grant.account] if kind == "page" else grant.data["pages"]
    found = [world.account("facebook", by="id", value=page) for page in ids if page is not None]
    return [_as_seen_by(grant, page) for page in found if page is not None]


def instagram_reached(world: World, grant: Grant) -> list[Account]:
    """The Instagram accounts of a token: its own, or those that are linked to its Pages; as this token sees them."""
    if kind_of(grant) == "instagram":
        own = world.account("instagram", by="id", value=grant.account or "")
        return [] if own is None else [_as_seen_by(grant, own)]
    linked = [instagram_of(world, page) for page in pages_reached(world, grant)]
    return [_as_seen_by(grant, account) for account in linked if account is not None]


def _as_seen_by(grant: Grant, account: Account) -> Account:
    return replace(
        account, token=grant.token, refresh_token=None, scopes=grant.scopes, expires_at=grant.expires_at, app=grant.app
    )
