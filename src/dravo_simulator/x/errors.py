"""X's two error shapes: the problem document and the list of invalid parameters (X API v2, openapi 2.167)."""

from typing import Any

from starlette.responses import JSONResponse

from dravo_simulator.wire import Refusal

PROBLEMS = "https://api.twitter.com/2/problems/"


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Refusal:
    body = {"title": title, "detail": detail, "type": kind, "status": status} | more
    return Refusal(JSONResponse(body, status, media_type="application/problem+json"))


def unauthorized() -> Refusal:
    return problem(401, "Unauthorized", "Unauthorized")


def missing_scope() -> Refusal:
    return problem(403, "Forbidden", "Forbidden")


def not_permitted() -> Refusal:
    """X says this for texts that are too long without Premium, among other things."""
    return problem(403, "Forbidden", "You are not permitted to perform this action.")


def duplicate() -> Refusal:
    return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")


def not_your_conversation() -> Refusal:
    return problem(
        403,
        "Authorization Error",
        "You can only reply to or quote posts where you are mentioned or are the author.",
        PROBLEMS + "not-authorized-for-resource",
    )


def too_many_requests() -> Refusal:
    return problem(429, "Too Many Requests", "Too Many Requests")


def not_found(detail: str) -> Refusal:
    return problem(404, "Not Found Error", detail, PROBLEMS + "resource-not-found")


def invalid(message: str, **parameters: Any) -> Refusal:
    """A 400 that names the parameters it is about."""
    named = {
        name: [str(value) for value in (values if isinstance(values, list) else [values])]
        for name, values in parameters.items()
    }
    body = {
        "errors": [{"parameters": named, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS + "invalid-request",
    }
    return Refusal(JSONResponse(body, 400))
