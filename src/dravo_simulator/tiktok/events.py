"""What TikTok tells an app of by itself (webhooks overview and events, read 2026-11).

An event is written down in the transaction of its fact, for the app whose token made it happen, where that app has an address.
"""

import json

from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok import webhooks
from dravo_simulator.world import World

BY_THE_USER, BY_THE_DEVELOPER = 1, 5
"""``reason`` of ``authorization.removed``: in the user's app, or with the call for it. The others are TikTok's doing."""


def happened(world: World, publish: Stored, event: str, content: JSON) -> None:
    """``event`` of this publish, such as ``post.publish.complete``, with the ``content`` of its webhook."""
    _tell(world, publish.data.get("app", ""), publish.account, event, content)


def authorization_removed(world: World, access: Grant, reason: int) -> None:
    assert access.account is not None, "TikTok has no app-only tokens"
    _tell(world, access.app, access.account, "authorization.removed", {"reason": reason})


def _tell(world: World, app: str, account: str, event: str, content: JSON) -> None:
    body = {
        "client_key": app,
        "event": event,
        "create_time": int(world.now()),
        "user_openid": account,
        "content": json.dumps(content),
    }
    for _ in range(2 if world.settings.tiktok_webhooks_twice else 1):
        webhooks.add(world, app, account, json.dumps(body))
