"""Meta's tokens: a person's, a Page's and an Instagram account's, and what each of them says about itself.

``Grant.data`` of all of them has ``kind``: ``user``, ``page`` or ``instagram``. The grant's ``account`` is that person, Page or
Instagram account. A user token also has ``pages``, the ids of the Pages that were chosen; a Page token has ``person``.
"""

from typing import Literal

from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth.people import pages_of, person_of
from dravo_simulator.world import Account, World

Kind = Literal["user", "page", "instagram"]
FACEBOOK_PREFIX = "EAA"
INSTAGRAM_PREFIX = "IGA"
LONG_SECONDS = 60 * 86400
"""A long-lived token (Facebook Login, Get long-lived tokens, read 2026-09-11; Instagram, access_token, 2026-03-09)."""


def kind_of(grant: Grant) -> Kind:
    """Whose token it is. One of an earlier release says nothing of itself: it is a Page's or an Instagram account's."""
    said: Kind | None = grant.data.get("kind")
    return said or ("page" if grant.network == "facebook" else "instagram")


def user_token(
    world: World,
    person: str,
    *,
    app: str,
    scopes: list[str],
    pages: list[str],
    lives_seconds: float | None,
    declined: list[str] | None = None,
    is_long: bool = True,
    family: str | None = None,
    data_access_from: float | None = None,
) -> Grant:
    """``data_access_from`` is when the person last used the app (Unix seconds); now without it."""
    return world.issue(
        "facebook",
        "access",
        account=person,
        app=app,
        scopes=scopes,
        lives_seconds=lives_seconds,
        family=family,
        prefix=FACEBOOK_PREFIX,
        data={
            "kind": "user",
            "pages": pages,
            "declined": declined or [],
            "is_long": is_long,
            "data_access_from": world.now() if data_access_from is None else data_access_from,
        },
    )


def person_token(world: World, page: Account, *, app: str, scopes: list[str], lives_seconds: float | None) -> Grant:
    """The token of the person behind a Page, for every Page that is theirs now."""
    person = person_of(page).id
    pages = list(dict.fromkeys([*(theirs.id for theirs in pages_of(world, person)), page.id]))
    return user_token(world, person, app=app, scopes=scopes, pages=pages, lives_seconds=lives_seconds)


def page_token(world: World, page: Account, *, app: str, scopes: list[str], lives_seconds: float | None) -> Grant:
    """A Page's token of a consent of its own, as `/_control/accounts` hands it out."""
    return world.issue(
        "facebook",
        "access",
        account=page.id,
        app=app,
        scopes=scopes,
        lives_seconds=lives_seconds,
        prefix=FACEBOOK_PREFIX,
        data={"kind": "page", "person": person_of(page).id, "data_access_from": world.now()},
    )


def derived_token(world: World, user: Grant, page: Account) -> Grant:
    """The Page's token that a user token brings: the same each time, for ever with a long-lived one, else as long as that lives."""
    for earlier in world.store.grants.of_family(user.family):
        if earlier.data.get("from") == user.token and earlier.account == page.id and earlier.is_live(world.now()):
            return earlier
    return world.issue(
        "facebook",
        "access",
        account=page.id,
        app=user.app,
        scopes=user.scopes,
        lives_seconds=None if user.data["is_long"] or user.expires_at is None else user.expires_at - world.now(),
        family=user.family,
        prefix=FACEBOOK_PREFIX,
        data={
            "kind": "page",
            "person": user.account,
            "from": user.token,
            "data_access_from": user.data["data_access_from"],
        },
    )


def instagram_token(
    world: World,
    account: str,
    *,
    app: str,
    scopes: list[str],
    lives_seconds: float | None,
    is_long: bool = True,
    family: str | None = None,
) -> Grant:
    return world.issue(
        "instagram",
        "access",
        account=account,
        app=app,
        scopes=scopes,
        lives_seconds=lives_seconds,
        family=family,
        prefix=INSTAGRAM_PREFIX,
        data={"kind": "instagram", "is_long": is_long},
    )
