"""LinkedIn's error envelope (Error handling concept page, read 2026-09)."""

from typing import Any

from starlette.responses import JSONResponse

from dravo_simulator.wire import Refusal
from dravo_simulator.world import World

_BAD_REQUEST = "com.linkedin.common.error.BadRequest"


def refusal(
    status: int, message: str, code: str | None = None, service_code: int | None = None, **more: Any
) -> Refusal:
    body: dict[str, Any] = {"status": status}
    if service_code is not None:
        body["serviceErrorCode"] = service_code
    if code is not None:
        body["code"] = code
    body["message"] = message
    return Refusal(JSONResponse(body | more, status))


def access_denied(what: str) -> Refusal:
    return refusal(403, f"Not enough permissions to access: {what}", "ACCESS_DENIED", 100)


def invalid_field(path: str, message: str, code: str = "INVALID_VALUE_FOR_FIELD", status: int = 400) -> Refusal:
    details = {"inputErrors": [{"code": code, "description": message, "input": {"inputPath": {"fieldPath": path}}}]}
    return refusal(status, f"{path}: {message}", code, errorDetailType=_BAD_REQUEST, errorDetails=details)


def illegal(message: str) -> Refusal:
    return refusal(400, message, "ILLEGAL_ARGUMENT")


def bad_path() -> Refusal:
    return refusal(400, "Syntax exception in path variables", "ILLEGAL_ARGUMENT", 0)


def duplicate(urn: str) -> Refusal:
    """As captured in Arisamiga/Linkedin-RSS#5: the earlier post is named in the message only."""
    message = f"com.linkedin.publishing.BadRequestResponseException: Content is a duplicate of {urn}"
    details = {"inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]}
    return refusal(422, message, errorDetailType=_BAD_REQUEST, errorDetails=details)


def daily_limit(world: World) -> Refusal:
    """Over until midnight UTC. No ``Retry-After`` is documented."""
    message = "Resource level throttle limit for calls to this resource is reached."
    return _throttled(world, message, 86400 - world.now() % 86400)


def comment_limit(world: World) -> Refusal:
    message = "Comment create throttled: creation rate limit exceeded for member"
    return _throttled(world, message, 60)


def not_found(what: str) -> Refusal:
    return refusal(404, f"Could not find {what}", "NOT_FOUND", 0)


def _throttled(world: World, message: str, seconds: float) -> Refusal:
    refused = refusal(429, message, "TOO_MANY_REQUESTS", 101)
    if world.settings.linkedin_retry_after:
        refused.response.headers["retry-after"] = str(int(seconds) + 1)
    return refused
