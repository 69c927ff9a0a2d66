"""Accounts as the control door makes them, and the tokens it hands out for them."""

import re
from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dravo_simulator import attributes
from dravo_simulator.apps import SEEDED, App
from dravo_simulator.grants import Grant, RevokedBy
from dravo_simulator.meta_oauth.issue import instagram_token, page_token, person_token
from dravo_simulator.meta_oauth.people import by_facebook, page_of_instagram
from dravo_simulator.store import JSON
from dravo_simulator.world import MOST_SECONDS, YEAR_SECONDS, Account, World, rfc3339

Network = Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
TokenState = Literal[
    "live",
    "expired",
    "revoked",
    "app_only",
    "password_changed",
    "checkpointed",
    "unconfirmed",
    "invalidated",
    "role_lost",
]
LIVE: TokenState = "live"
EXPIRED: TokenState = "expired"
REVOKED: TokenState = "revoked"
APP_ONLY: TokenState = "app_only"
ENDS: dict[TokenState, RevokedBy] = {
    "revoked": "order",
    "password_changed": "password_changed",
    "checkpointed": "checkpointed",
    "unconfirmed": "unconfirmed",
    "invalidated": "invalidated",
    "role_lost": "role_lost",
}
"""States of a token that was ended before its time, and what ended it. All but the first are Meta's."""

DEFAULT_HANDLES = {
    "x": "sim_x",
    "linkedin": "sim-linkedin",
    "facebook": "sim.page",
    "instagram": "sim_instagram",
    "tiktok": "sim_tiktok",
}
SCOPES = {
    "x": ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
    "linkedin": ["openid", "profile", "email", "w_member_social"],
    "facebook": ["pages_show_list", "pages_read_engagement", "pages_manage_posts", "pages_manage_engagement"],
    "instagram": [
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
    ],
    "tiktok": ["user.info.basic", "video.publish", "video.upload", "video.list"],
}
INSTAGRAM_BY_FACEBOOK_SCOPES = [
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "pages_read_engagement",
    "pages_show_list",
]
LINKEDIN_PAGE_SCOPES = ["w_organization_social", "r_organization_social", "rw_organization_admin"]
ACCESS_PREFIXES = {"x": "x-", "linkedin": "AQ", "tiktok": "act."}
REFRESH_PREFIXES = {"x": "xr-", "linkedin": "AQR", "tiktok": "rft."}
META = {"facebook", "instagram"}
REFRESHABLE = {"x", "tiktok"}
"""Networks that hand out a refresh token to everybody."""


class AccountOrder(BaseModel):
    """``POST /_control/accounts``. What is not said is as plain as the network has it.

    For an account that is there already, ``attributes`` are changed, and any of ``scopes``, ``token``, ``expires_in`` and
    ``refreshable`` issues new tokens beside the earlier ones.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    network: Network
    handle: str | None = Field(default=None, min_length=1, max_length=100)
    name: str | None = Field(default=None, min_length=1, max_length=200)
    scopes: list[str] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    token: TokenState = LIVE
    expires_in: float | None = Field(default=None, ge=0, le=MOST_SECONDS)
    """Seconds the access token lives; a year without it, and a Page's for ever.

    A Page token made from a long-lived user token does not expire (Facebook Login, long-lived tokens, 2026-09-11).
    """
    refreshable: bool | None = None
    """Whether a refresh token comes along; X and TikTok have one without being asked."""

    @model_validator(mode="after")
    def _fits_its_network(self) -> Self:
        if self.token == APP_ONLY and self.network != "x":
            raise ValueError("only X has app-only tokens")
        if self.token in ENDS and self.token != REVOKED and self.network not in META:
            raise ValueError(f"only a token of Facebook or Instagram is {self.token}")
        if self.refreshable and self.network in META:
            raise ValueError("Facebook and Instagram have no refresh tokens")
        return self

    def asks_for_tokens(self) -> bool:
        of_token = {"scopes", "token", "expires_in", "refreshable"} & self.model_fields_set
        return bool(of_token or {"login", "token_kind"} & set(self.attributes))


def provide(world: World, order: AccountOrder) -> tuple[Account, bool]:
    """The account of that handle, and whether it is new. Raises pydantic's ValidationError about its attributes."""
    with world.store.transaction():
        return _provide(world, order)


def _provide(world: World, order: AccountOrder) -> tuple[Account, bool]:
    handle = order.handle or DEFAULT_HANDLES[order.network]
    existing = world.account(order.network, by="handle", value=handle)
    account = existing or _new(world, order, handle)
    if existing is not None and order.attributes:
        kept = attributes.settled(order.network, order.attributes, account.attributes)
        account = replace(account, attributes=kept)
    account = _linked(world, account)
    if existing is None or order.asks_for_tokens():
        account = _with_tokens(world, account, order)
    if existing is not None and order.name:
        account = replace(account, display_name=order.name)
    world.put_account(account)
    return account, existing is None


def _linked(world: World, account: Account) -> Account:
    """An Instagram account with the Page that it is linked to, which is made when it is not there."""
    if account.network != "instagram":
        return account
    page = account.attributes.get("page") or (account.handle if by_facebook(account) else None)
    if page is None:
        return account
    if world.account("facebook", by="handle", value=page) is None:
        _provide(world, AccountOrder(network="facebook", handle=page))
    return replace(account, attributes=account.attributes | {"page": page})


def describe(account: Account) -> JSON:
    """An account with the tokens that were handed out last, and the app they were issued to."""
    app = _app_of(account)
    return {
        "network": account.network,
        "platform_account_id": account.id,
        "handle": account.handle,
        "display_name": account.display_name,
        "access_token": account.token,
        "refresh_token": account.refresh_token,
        "expires_at": None if account.expires_at is None else rfc3339(account.expires_at),
        "scopes": account.scopes,
        "extras": account.extras | attributes.extras_of(account.network, account.attributes),
        "attributes": account.attributes,
        "app": {"client_id": app.client_id, "client_secret": app.client_secret},
    }


def _new(world: World, order: AccountOrder, handle: str) -> Account:
    account_id, extras = _identity(world, order.network)
    return Account(
        network=order.network,
        id=account_id,
        handle=handle,
        display_name=order.name or re.sub(r"[._-]+", " ", handle).title(),
        token="",
        refresh_token=None,
        expires_at=None,
        scopes=[],
        attributes=attributes.settled(order.network, order.attributes),
        extras=extras,
    )


def _with_tokens(world: World, account: Account, order: AccountOrder) -> Account:
    """The account with a new access token and, where the network has them, a refresh token of the same consent."""
    network = account.network
    scopes = _scopes(account) if order.scopes is None else order.scopes
    access = _access(world, account, order, scopes)
    refresh: Grant | None = None
    refreshable = network in REFRESHABLE if order.refreshable is None else order.refreshable
    if refreshable and order.token != APP_ONLY:
        refresh = world.issue(
            network,
            "refresh",
            account=account.id,
            app=access.app,
            scopes=scopes,
            lives_seconds=None,
            family=access.family,
            prefix=REFRESH_PREFIXES[network],
        )
    if order.token in ENDS:
        world.revoke(access, ENDS[order.token], family=True)
    return replace(
        account,
        token=access.token,
        refresh_token=None if refresh is None else refresh.token,
        expires_at=access.expires_at,
        scopes=scopes,
        app=access.app,
    )


def _access(world: World, account: Account, order: AccountOrder, scopes: list[str]) -> Grant:
    """A new access token: the account's own, or with Facebook Login that of its Page or of the person behind the Page."""
    client_id = _app_of(account).client_id
    page = _page(world, account)
    if page is not None:
        by_person = account.attributes.get("token_kind") == "user"
        life = _life(order, YEAR_SECONDS if by_person else None)
        hand_out = person_token if by_person else page_token
        return hand_out(world, page, app=client_id, scopes=scopes, lives_seconds=life)
    if account.network == "instagram":
        life = _life(order, YEAR_SECONDS)
        return instagram_token(world, account.id, app=client_id, scopes=scopes, lives_seconds=life)
    return world.issue(
        account.network,
        "access",
        account=None if order.token == APP_ONLY else account.id,
        app=client_id,
        scopes=scopes,
        lives_seconds=_life(order, YEAR_SECONDS),
        prefix=ACCESS_PREFIXES[account.network],
    )


def _page(world: World, account: Account) -> Account | None:
    """The Page whose token the account is used with, where Facebook Login is what opens it."""
    if account.network == "instagram":
        return page_of_instagram(world, account) if by_facebook(account) else None
    return account if account.network == "facebook" else None


def _app_of(account: Account) -> App:
    return SEEDED["facebook" if by_facebook(account) else account.network]


def _scopes(account: Account) -> list[str]:
    if by_facebook(account):
        return INSTAGRAM_BY_FACEBOOK_SCOPES
    pages = account.attributes["organizations"] if account.network == "linkedin" else []
    return [*SCOPES[account.network], *(LINKEDIN_PAGE_SCOPES if pages else [])]


def _life(order: AccountOrder, otherwise: float | None) -> float | None:
    """Seconds, or None for ever."""
    if order.token == EXPIRED:
        return 0
    return otherwise if order.expires_in is None else order.expires_in


def _identity(world: World, network: str) -> tuple[str, JSON]:
    number = world.store.number()
    if network == "x":
        return str(1_400_000_000_000_000_000 + number), {}
    if network == "linkedin":
        # ``sub`` is opaque text, not a number (Sign In with LinkedIn, read 2026-09).
        sub = "".join(world.random.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz") for _ in range(7))
        sub += f"{number:03d}"
        return sub, {"author_urn": f"urn:li:person:{sub}"}
    if network == "facebook":
        page_id = str(100_000_000_000_000 + number)
        return page_id, {"page_id": page_id}
    if network == "instagram":
        ig_user_id = str(17_841_400_000_000_000 + number)
        return ig_user_id, {"ig_user_id": ig_user_id}
    return f"-000{world.token('')[:24]}{number:04d}", {}
