"""creator_info/query: what the page before a post must show of the creator."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.store import JSON
from dravo_simulator.tiktok import errors, quotas
from dravo_simulator.tiktok.rules import privacy_options
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account


async def query(request: Request, account: Account) -> Response:
    """What stands against any post is told with HTTP 200 here."""
    world = world_of(request)
    code = quotas.refusal_of(world, account)
    if code is not None:
        return errors.said(world, code)
    known = account.attributes
    data: JSON = {
        "creator_avatar_url": f"{origin(request)}/wall/avatar.svg",
        "creator_username": account.handle,
        "creator_nickname": account.display_name,
        "privacy_level_options": privacy_options(account),
        "comment_disabled": known["comment_disabled"],
        "duet_disabled": known["duet_disabled"] or known["private"],
        "stitch_disabled": known["stitch_disabled"] or known["private"],
        "max_video_post_duration_sec": known["max_video_post_duration_sec"],
    }
    return errors.ok(world, data)
