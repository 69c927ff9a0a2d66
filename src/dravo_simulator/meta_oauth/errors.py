"""How Meta refuses what is asked of its tokens, where that is not as every Graph call is refused."""

from starlette.responses import JSONResponse

from dravo_simulator.store import JSON
from dravo_simulator.wire import Refusal
from dravo_simulator.world import World


def refusal(world: World, code: int, message: str, *, subcode: int | None = None, status: int = 400) -> Refusal:
    """Graph's error envelope, without ``is_transient``: a wrong secret comes with code 1 and does not pass with time."""
    return Refusal(JSONResponse({"error": error(world, code, message, subcode)}, status))


def error(world: World, code: int, message: str, subcode: int | None = None) -> JSON:
    said: JSON = {"message": message, "type": "OAuthException", "code": code}
    if subcode is not None:
        said["error_subcode"] = subcode
    return said | {"fbtrace_id": world.token("A")[:23]}


def invalid(world: World, message: str, subcode: int | None = None) -> Refusal:
    return refusal(world, 100, message, subcode=subcode)


def no_such_field(world: World, name: str, node: str) -> Refusal:
    return invalid(world, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})")


def of_instagram(message: str, status: int = 400) -> Refusal:
    """api.instagram.com speaks otherwise: no envelope, and ``code`` is the status (Business login, 2026-03-13)."""
    return Refusal(JSONResponse({"error_type": "OAuthException", "code": status, "error_message": message}, status))
