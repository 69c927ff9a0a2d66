"""GET /v2/user/info/: those fields of a profile that are named and that the token's scopes cover (read 2026-11).

Which scope a field needs is of the page Get User Info and of the migration guide of 2024, which moved ``username`` and others
out of ``user.info.basic``.
"""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.store import JSON
from dravo_simulator.tiktok import errors
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account

SCOPES = {
    "open_id": "user.info.basic",
    "union_id": "user.info.basic",
    "avatar_url": "user.info.basic",
    "avatar_url_100": "user.info.basic",
    "avatar_large_url": "user.info.basic",
    "display_name": "user.info.basic",
    "bio_description": "user.info.profile",
    "profile_deep_link": "user.info.profile",
    "is_verified": "user.info.profile",
    "username": "user.info.profile",
    "follower_count": "user.info.stats",
    "following_count": "user.info.stats",
    "likes_count": "user.info.stats",
    "video_count": "user.info.stats",
}


async def user_info(request: Request, account: Account) -> Response:
    world = world_of(request)
    asked = [field for field in request.query_params.get("fields", "").split(",") if field]
    unknown = [field for field in asked if field not in SCOPES]
    if not asked or unknown:
        said = f"Fields is invalid: {unknown[0]}" if unknown else "Fields is required"
        raise errors.refusal(world, 400, "invalid_params", said)
    lacking = [SCOPES[field] for field in asked if SCOPES[field] not in account.scopes]
    if lacking:
        raise errors.refusal(world, 401, "scope_not_authorized", f"The scope {lacking[0]} is not authorized")
    profile = _profile(request, account)
    return errors.ok(world, {"user": {field: profile[field] for field in asked}})


def _profile(request: Request, account: Account) -> JSON:
    avatar = f"{origin(request)}/wall/avatar.svg"
    return {
        "open_id": account.id,
        "union_id": hashlib.sha256(account.handle.encode()).hexdigest()[:32],
        "avatar_url": avatar,
        "avatar_url_100": avatar,
        "avatar_large_url": avatar,
        "display_name": account.display_name,
        "bio_description": "",
        "profile_deep_link": f"https://vm.tiktok.com/{account.handle}/",
        "is_verified": False,
        "username": account.handle,
        "follower_count": 0,
        "following_count": 0,
        "likes_count": 0,
        "video_count": 0,
    }
