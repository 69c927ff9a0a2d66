"""X's error shapes: the problem document, the list of invalid parameters, the older list of codes, OAuth's pair (openapi 2.167)."""

from typing import Any

from starlette.responses import JSONResponse, Response

from dravo_simulator.settings import Settings
from dravo_simulator.store import JSON
from dravo_simulator.wire import Refusal

PROBLEMS = "https://api.twitter.com/2/problems/"
UPDATE_LIMIT = "User is over daily status update limit."
"""The text of v1.1's code 185; how v2 says it is not documented."""


class Problem(Refusal):
    """A refusal whose ``type`` may be spelled with either host."""

    def __init__(self, status: int, body: JSON, media_type: str = "application/json") -> None:
        super().__init__(JSONResponse(body, status, media_type=media_type))
        self._spelled = (status, body, media_type)

    def at(self, host: str) -> Response:
        status, body, media_type = self._spelled
        if "type" in body:
            body = body | {"type": body["type"].replace("api.twitter.com", host)}
        return JSONResponse(body, status, media_type=media_type)


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Problem:
    body = {"title": title, "detail": detail, "type": kind, "status": status} | more
    return Problem(status, body, "application/problem+json")


def unauthorized() -> Problem:
    return problem(401, "Unauthorized", "Unauthorized")


def forbidden() -> Problem:
    """What media endpoints and others say when a scope is missing."""
    return problem(403, "Forbidden", "Forbidden")


def app_only() -> Problem:
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    return problem(403, "Unsupported Authentication", detail, PROBLEMS + "unsupported-authentication")


def no_credits(account_id: str) -> Problem:
    detail = f"Your enrolled account [{account_id}] does not have any credits to fulfill this request."
    return problem(402, "CreditsDepleted", detail, PROBLEMS + "credits")


def suspended() -> Problem:
    return problem(403, "Forbidden", "Your account is suspended and is not permitted to access this feature.")


def locked() -> Problem:
    detail = (
        "To protect our users from spam and other malicious activity, this account is temporarily locked. "
        "Please log in to https://twitter.com to unlock your account."
    )
    return problem(403, "Forbidden", detail)


def not_permitted() -> Problem:
    """X says this for texts that are too long without Premium, among other things."""
    return problem(403, "Forbidden", "You are not permitted to perform this action.")


def duplicate() -> Problem:
    return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")


def too_many_cashtags() -> Problem:
    return problem(403, "Forbidden", "You are not permitted to create a Post with more than one cashtag.")


def not_your_conversation() -> Problem:
    return problem(
        403,
        "Authorization Error",
        "You can only reply to or quote posts where you are mentioned or are the author.",
        PROBLEMS + "not-authorized-for-resource",
    )


def restricted_conversation() -> Problem:
    detail = (
        "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the "
        "author of the post you are replying to."
    )
    return problem(403, "Authorization Error", detail, PROBLEMS + "not-authorized-for-resource")


def not_yours() -> Problem:
    return problem(403, "Forbidden", "You are not authorized to delete this Tweet.")


def over_update_limit(settings: Settings) -> Problem:
    status = settings.x_update_limit_status
    return problem(status, "Forbidden" if status == 403 else "Too Many Requests", UPDATE_LIMIT)


def too_many_requests(settings: Settings) -> Problem:
    if settings.x_429_shape == "legacy":
        return Problem(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})
    return problem(429, "Too Many Requests", "Too Many Requests")


def usage_capped(period: str) -> Problem:
    detail = f"Usage cap exceeded: {period} product cap"
    return problem(429, "UsageCapExceeded", detail, PROBLEMS + "usage-capped", period=period, scope="Product")


def not_found(detail: str) -> Problem:
    return problem(404, "Not Found Error", detail, PROBLEMS + "resource-not-found")


def unsupported_media_type(expected: str) -> Problem:
    return problem(415, "Unsupported Media Type", f"Expected {expected}")


def invalid(message: str, **parameters: Any) -> Problem:
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
    return Problem(400, body)


def oauth(status: int, error: str, description: str) -> Refusal:
    headers = {"cache-control": "no-store"}
    return Refusal(JSONResponse({"error": error, "error_description": description}, status, headers=headers))
