"""How each network says 429 when a ``throttle`` is ordered: its own body, and the headers it would send along."""

import json
import math
from collections.abc import Callable

from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.disturb import Throttle
from dravo_simulator.tiktok import errors as tiktok
from dravo_simulator.world import World
from dravo_simulator.x import door as x


def _linkedin(_world: World, _throttle: Throttle) -> Response:
    """No header says when to come again (Rate limits page, read 2026-09)."""
    message = "Resource level throttle limit for calls to this resource is reached."
    body = {"status": 429, "serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message}
    return JSONResponse(body, 429)


def _graph(world: World, throttle: Throttle, kind: str, code: int) -> Response:
    """Meta answers 400 and tells the minutes in the usage header (Rate limits page, read 2026-09-11)."""
    answer = graph.refusal(
        world, code, "There have been too many calls to this account. Wait a bit and try again"
    ).response
    minutes = math.ceil((throttle.until - world.now()) / 60)
    usage = {"type": kind, "call_count": 100, "total_cputime": 25, "total_time": 25}
    usage_of_account = {throttle.account or "0": [usage | {"estimated_time_to_regain_access": minutes}]}
    answer.headers["x-business-use-case-usage"] = json.dumps(usage_of_account)
    return answer


def _facebook(world: World, throttle: Throttle) -> Response:
    return _graph(world, throttle, "pages", 80001)


def _instagram(world: World, throttle: Throttle) -> Response:
    return _graph(world, throttle, "instagram", 80002)


def _tiktok(world: World, _throttle: Throttle) -> Response:
    return tiktok.refusal(world, 429, "rate_limit_exceeded", "The API rate limit was exceeded").response


THROTTLED: dict[str, Callable[[World, Throttle], Response]] = {
    "x": x.throttled,
    "linkedin": _linkedin,
    "facebook": _facebook,
    "instagram": _instagram,
    "tiktok": _tiktok,
}
