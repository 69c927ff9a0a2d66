"""Accounts as the control door makes them, and the tokens it hands out for them."""

import re
from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dravo_simulator import attributes
from dravo_simulator.apps import SEEDED
from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON
from dravo_simulator.world import MOST_SECONDS, YEAR_SECONDS, Account, World, rfc3339

Network = Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
TokenState = Literal["live", "expired", "revoked", "app_only"]
LIVE: TokenState = "live"
EXPIRED: TokenState = "expired"
REVOKED: TokenState = "revoked"
APP_ONLY: TokenState = "app_only"

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
LINKEDIN_PAGE_SCOPES = ["w_organization_social", "r_organization_social", "rw_organization_admin"]
ACCESS_PREFIXES = {"x": "x-", "linkedin": "AQ", "facebook": "EAA", "instagram": "IGA", "tiktok": "act."}
REFRESH_PREFIXES = {"x": "xr-", "linkedin": "AQR", "facebook": "EAR", "instagram": "IGR", "tiktok": "rft."}
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
    """Seconds the access token lives; a year without it, and for ever on Facebook."""
    refreshable: bool | None = None
    """Whether a refresh token comes along; X and TikTok have one without being asked."""

    @model_validator(mode="after")
    def _fits_its_network(self) -> Self:
        if self.token == APP_ONLY and self.network != "x":
            raise ValueError("only X has app-only tokens")
        return self

    def asks_for_tokens(self) -> bool:
        return bool({"scopes", "token", "expires_in", "refreshable"} & self.model_fields_set)


def provide(world: World, order: AccountOrder) -> tuple[Account, bool]:
    """The account of that handle, and whether it is new. Raises pydantic's ValidationError about its attributes."""
    handle = order.handle or DEFAULT_HANDLES[order.network]
    existing = world.account(order.network, by="handle", value=handle)
    with world.store.transaction():
        account = existing or _new(world, order, handle)
        if existing is not None and order.attributes:
            kept = attributes.settled(order.network, order.attributes, account.attributes)
            account = replace(account, attributes=kept)
        if existing is None or order.asks_for_tokens():
            account = _with_tokens(world, account, order)
        if existing is not None and order.name:
            account = replace(account, display_name=order.name)
        world.put_account(account)
    return account, existing is None


def describe(account: Account) -> JSON:
    """An account with the tokens that were handed out last, and the app they were issued to."""
    app = SEEDED.get(account.network)
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
        "app": None if app is None else {"client_id": app.client_id, "client_secret": app.client_secret},
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
    scopes = SCOPES[network] if order.scopes is None else order.scopes
    if order.scopes is None and network == "linkedin" and account.attributes["organizations"]:
        scopes = [*scopes, *LINKEDIN_PAGE_SCOPES]
    app = SEEDED[network].client_id if network in SEEDED else ""
    access = world.issue(
        network,
        "access",
        account=None if order.token == APP_ONLY else account.id,
        app=app,
        scopes=scopes,
        lives_seconds=_life(order),
        prefix=ACCESS_PREFIXES[network],
    )
    refresh: Grant | None = None
    refreshable = network in REFRESHABLE if order.refreshable is None else order.refreshable
    if refreshable and order.token != APP_ONLY:
        refresh = world.issue(
            network,
            "refresh",
            account=account.id,
            app=app,
            scopes=scopes,
            lives_seconds=None,
            family=access.family,
            prefix=REFRESH_PREFIXES[network],
        )
    if order.token == REVOKED:
        world.revoke(access, "order", family=True)
    return replace(
        account,
        token=access.token,
        refresh_token=None if refresh is None else refresh.token,
        expires_at=access.expires_at,
        scopes=scopes,
        app=app,
    )


def _life(order: AccountOrder) -> float | None:
    if order.token == EXPIRED:
        return 0
    if order.expires_in is not None:
        return order.expires_in
    # A Page token made from a long-lived user token does not expire (Facebook Login, long-lived tokens, 2026-09-11).
    return None if order.network == "facebook" else YEAR_SECONDS


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
