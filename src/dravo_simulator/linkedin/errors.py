"""LinkedIn's error envelope (Error handling concept page, read 2026-09)."""

from typing import Any

from starlette.responses import JSONResponse

from dravo_simulator.wire import Refusal


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


def invalid_field(path: str, message: str, code: str = "INVALID_VALUE_FOR_FIELD") -> Refusal:
    details = {"inputErrors": [{"code": code, "description": message, "input": {"inputPath": {"fieldPath": path}}}]}
    kind = "com.linkedin.common.error.BadRequest"
    return refusal(400, f"{path}: {message}", code, errorDetailType=kind, errorDetails=details)


def duplicate(urn: str) -> Refusal:
    """As captured in Arisamiga/Linkedin-RSS#5: the earlier post is named in the message only."""
    message = f"com.linkedin.publishing.BadRequestResponseException: Content is a duplicate of {urn}"
    details = {"inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]}
    kind = "com.linkedin.common.error.BadRequest"
    return refusal(422, message, errorDetailType=kind, errorDetails=details)


def throttled() -> Refusal:
    return refusal(
        429, "Resource level throttle limit for calls to this resource is reached.", "TOO_MANY_REQUESTS", 101
    )


def not_found(what: str) -> Refusal:
    return refusal(404, f"Could not find {what}", "NOT_FOUND", 0)
