"""TikTok's envelope: data and error in every answer, ``ok`` when there is none."""

from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON
from dravo_simulator.wire import Refusal
from dravo_simulator.world import World


def ok(world: World, data: JSON) -> Response:
    return _envelope(world, 200, data, "ok", "")


def refusal(world: World, status: int, code: str, message: str) -> Refusal:
    return Refusal(_envelope(world, status, {}, code, message))


def invalid_param(world: World, message: str) -> Refusal:
    return refusal(world, 400, "invalid_param", message)


def _envelope(world: World, status: int, data: JSON, code: str, message: str) -> Response:
    log_id = world.token("2026")[:32].upper()
    return JSONResponse({"data": data, "error": {"code": code, "message": message, "log_id": log_id}}, status)
