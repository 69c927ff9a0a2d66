"""Headers, token, scope, quota and encoding: what LinkedIn checks before it reads a body."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.linkedin import errors
from dravo_simulator.linkedin.versions import is_active
from dravo_simulator.wire import NotJSON, bearer, content_type, is_live, json_object, problems, world_of
from dravo_simulator.world import Account

Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]
MEMBER_DAY = 150
APP_DAY = 100_000
"""Share on LinkedIn quota, reset at midnight UTC (read 2026-09)."""


def versioned(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A call under /rest: version and protocol headers, then the token."""

    async def call(request: Request) -> Response:
        version = request.headers.get("linkedin-version")
        if not version:
            raise errors.refusal(400, "A version must be present.", "VERSION_MISSING")
        if not is_active(version, world_of(request).now()):
            raise errors.refusal(426, f"Requested version {version} is not active", "NONEXISTENT_VERSION")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise errors.refusal(400, "X-RestLi-Protocol-Version: 2.0.0 is required", "ILLEGAL_ARGUMENT")
        return await _admitted(request, handler)

    return call


def unversioned(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        return await _admitted(request, handler)

    return call


def caller(request: Request) -> Account:
    world = world_of(request)
    token = bearer(request)
    if token is None:
        raise errors.refusal(401, "Empty oauth2_access_token", service_code=401)
    account = world.account("linkedin", by="token", value=token)
    if account is None:
        raise errors.refusal(401, "Invalid access token", "INVALID_ACCESS_TOKEN", 65600)
    if not is_live(account, world):
        raise errors.refusal(401, "The token used in the request has expired", "EXPIRED_ACCESS_TOKEN", 65602)
    return account


def may_speak_for(account: Account, author: str) -> bool:
    """The member with w_member_social, or one of the pages the member runs with w_organization_social."""
    if author == account.extras["author_urn"]:
        return "w_member_social" in account.scopes
    return author in account.attributes["organizations"] and "w_organization_social" in account.scopes


async def read(request: Request, model: type[Body]) -> Body:
    if content_type(request) != "application/json":
        raise errors.refusal(415, "Content-Type must be application/json", "UNSUPPORTED_MEDIA_TYPE")
    try:
        return model.model_validate(await json_object(request))
    except NotJSON as broken:
        raise errors.refusal(400, "Cannot parse request entity", "ILLEGAL_ARGUMENT") from broken
    except ValidationError as invalid:
        path, kind, message = next(problems(invalid.errors()))
        codes = {
            "missing": "MISSING_FIELD",
            "string_too_long": "FIELD_LENGTH_TOO_LONG",
            "string_too_short": "INVALID_VALUE_BLANK_FIELD",
        }
        raise errors.invalid_field(path, message, codes.get(kind, "INVALID_VALUE_FOR_FIELD")) from invalid


def urn_in_path(request: Request) -> str:
    """The URN of the path, which must have come percent-encoded."""
    urn = str(request.path_params["urn"])
    raw = request.scope["raw_path"].decode("ascii", "replace")
    if "%3a" not in raw.lower() or re.search(r"urn:li", raw):
        raise errors.refusal(400, "Syntax exception in path variables", "ILLEGAL_ARGUMENT", 0)
    return urn


async def _admitted(request: Request, handler: Handler) -> Response:
    account = caller(request)
    world = world_of(request)
    if not world.count_utc_day(f"linkedin {account.id}", MEMBER_DAY) or not world.count_utc_day("linkedin", APP_DAY):
        raise errors.throttled()
    response = await handler(request, account)
    response.headers["x-li-uuid"] = world.token("AAY")[:24]
    return response
