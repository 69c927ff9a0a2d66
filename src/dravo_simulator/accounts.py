"""Accounts as the control door makes them: every permitted scope, the plainest kind of account each network has."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dravo_simulator.store import JSON
from dravo_simulator.world import YEAR_SECONDS, Account, World, rfc3339

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
LINKEDIN_PAGE_SCOPES = ["w_organization_social", "r_organization_social"]
DEFAULT_ATTRIBUTES: dict[str, JSON] = {
    "x": {"premium": False, "subscriptions": False},
    "linkedin": {"organizations": []},
    "facebook": {},
    "instagram": {},
    "tiktok": {"private": True, "audited": False, "comment_disabled": False},
}


class AccountOrder(BaseModel):
    """``POST /_control/accounts``. ``attributes`` and ``scopes`` replace the defaults of that network."""

    model_config = ConfigDict(extra="forbid", strict=True)

    network: Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
    handle: str | None = Field(default=None, min_length=1, max_length=100)
    name: str | None = Field(default=None, min_length=1, max_length=200)
    scopes: list[str] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)


def provide(world: World, order: AccountOrder) -> tuple[Account, bool]:
    """The account of that handle, and whether it is new."""
    handle = order.handle or DEFAULT_HANDLES[order.network]
    existing = world.account(order.network, by="handle", value=handle)
    if existing is not None:
        return existing, False
    with world.store.transaction():
        account = _new(world, order, handle)
        world.add_account(account)
    return account, True


def describe(account: Account) -> JSON:
    return {
        "network": account.network,
        "platform_account_id": account.id,
        "handle": account.handle,
        "display_name": account.display_name,
        "access_token": account.token,
        "refresh_token": account.refresh_token,
        "expires_at": None if account.expires_at is None else rfc3339(account.expires_at),
        "scopes": account.scopes,
        "extras": account.extras,
    }


def _new(world: World, order: AccountOrder, handle: str) -> Account:
    network = order.network
    attributes = DEFAULT_ATTRIBUTES[network] | order.attributes
    account_id, extras = _identity(world, network)
    scopes = list(SCOPES[network])
    if network == "linkedin" and attributes["organizations"]:
        scopes += LINKEDIN_PAGE_SCOPES
    refreshable = network in {"x", "tiktok"}
    return Account(
        network=network,
        id=account_id,
        handle=handle,
        display_name=order.name or re.sub(r"[._-]+", " ", handle).title(),
        token=world.token(
            {"x": "x-", "linkedin": "AQ", "facebook": "EAA", "instagram": "IGA", "tiktok": "act."}[network]
        ),
        refresh_token=world.token({"x": "xr-", "tiktok": "rft."}[network]) if refreshable else None,
        # A Page token made from a long-lived user token does not expire (Facebook Login, long-lived tokens, 2026-09-11).
        expires_at=None if network == "facebook" else world.now() + YEAR_SECONDS,
        scopes=scopes if order.scopes is None else order.scopes,
        attributes=attributes,
        extras=extras,
    )


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
