"""How each network says 429 when a ``throttle`` is ordered: its own body, and the headers it would send along."""

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


def _graph(world: World, throttle: Throttle, network: str) -> Response:
    code = world.settings.graph_throttle_code
    minutes = math.ceil((throttle.until - world.now()) / 60)
    return graph.throttled(
        world, network, throttle.account or "0", minutes, None if code == "account" else code
    ).response


def _facebook(world: World, throttle: Throttle) -> Response:
    return _graph(world, throttle, "facebook")


def _instagram(world: World, throttle: Throttle) -> Response:
    return _graph(world, throttle, "instagram")


def _tiktok(world: World, throttle: Throttle) -> Response:
    """The address that bytes are sent to has statuses and no bodies."""
    if throttle.method == "PUT":
        return Response(status_code=429)
    return tiktok.refused(world, "rate_limit_exceeded").response


THROTTLED: dict[str, Callable[[World, Throttle], Response]] = {
    "x": x.throttled,
    "linkedin": _linkedin,
    "facebook": _facebook,
    "instagram": _instagram,
    "tiktok": _tiktok,
}
