"""Headers, token, scope, quota and encoding: what LinkedIn checks before it reads a body."""

import re
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.linkedin import errors, versions
from dravo_simulator.linkedin.pages import may_post_as
from dravo_simulator.wire import NotJSON, bearer, content_type, json_object, problems, world_of
from dravo_simulator.world import Account

Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]
Method = Literal["CREATE", "GET", "FINDER", "GET_ALL", "ACTION", "PARTIAL_UPDATE", "DELETE"]
NAMED = {"FINDER", "PARTIAL_UPDATE", "DELETE"}
"""Rest.li methods that the pages show with the header ``X-RestLi-Method``."""


def versioned(handler: Handler, method: Method, *, named: bool = True) -> Endpoint:
    """A call under /rest: version and protocol headers, the Rest.li method, then the token.

    With ``named`` a method of NAMED must be in its header; without it, and for the others, it only may not be another.
    """

    async def call(request: Request) -> Response:
        versions.check(request.headers.get("linkedin-version"), world_of(request))
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise errors.illegal("X-RestLi-Protocol-Version: 2.0.0 is required")
        given = request.headers.get("x-restli-method")
        is_needed = named and method in NAMED
        if given != method and (is_needed or given is not None):
            raise errors.illegal(f"X-RestLi-Method must be {method}, not {given}")
        return await _admitted(request, handler)

    return call


def unversioned(handler: Handler) -> Endpoint:
    async def call(request: Request) -> Response:
        return await _admitted(request, handler)

    return call


def caller(request: Request) -> Account:
    """Whose token it is. Each way a token can be dead has its own number."""
    world = world_of(request)
    token = bearer(request)
    if token is None:
        raise errors.refusal(401, "Empty oauth2_access_token", service_code=401)
    grant = world.grant_of("linkedin", token)
    if grant is None:
        raise errors.refusal(401, "Invalid access token", "INVALID_ACCESS_TOKEN", 65600)
    is_lagging = world.now() < grant.issued_at + world.settings.linkedin_token_lag_seconds
    if grant.revoked_by is not None or is_lagging:
        message = "The token used in the request has been revoked by the user"
        raise errors.refusal(401, message, "REVOKED_ACCESS_TOKEN", 65601)
    if grant.has_expired(world.now()):
        raise errors.refusal(401, "The token used in the request has expired", "EXPIRED_ACCESS_TOKEN", 65602)
    account = world.account("linkedin", by="token", value=token)
    if account is None:
        raise errors.access_denied("a member's resources with an application token")
    return account


def may_speak_for(account: Account, author: str) -> bool:
    """The member with w_member_social, or a page where the member has a posting role, with w_organization_social."""
    if author == account.extras["author_urn"]:
        return "w_member_social" in account.scopes
    return "w_organization_social" in account.scopes and may_post_as(account, author)


async def read(request: Request, model: type[Body]) -> Body:
    if content_type(request) != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise errors.refusal(415, "Content-Type must be application/json, not encoded", "UNSUPPORTED_MEDIA_TYPE")
    try:
        return model.model_validate(await json_object(request))
    except NotJSON as broken:
        raise errors.illegal("Cannot parse request entity") from broken
    except ValidationError as invalid:
        path, kind, message = next(problems(invalid.errors()))
        codes = {
            "missing": "MISSING_FIELD",
            "string_too_long": "FIELD_LENGTH_TOO_LONG",
            "string_too_short": "INVALID_VALUE_BLANK_FIELD",
        }
        status = world_of(request).settings.linkedin_missing_field_status if kind == "missing" else 400
        raise errors.invalid_field(path, message, codes.get(kind, "INVALID_VALUE_FOR_FIELD"), status) from invalid


def urn_in_path(request: Request) -> str:
    """The URN of the path, which must have come percent-encoded."""
    urn = str(request.path_params["urn"])
    raw = request.scope["raw_path"].decode("ascii", "replace")
    if "%3a" not in raw.lower() or re.search(r"urn:li", raw):
        raise errors.bad_path()
    return urn


def query(request: Request, allowed: set[str]) -> dict[str, str]:
    """The parameters of the query. A URN must have come percent-encoded, and none may be unknown or given twice."""
    raw = request.scope["query_string"].decode("ascii", "replace")
    if "urn:li:" in raw:
        raise errors.refusal(400, "Syntax exception in query parameters", "ILLEGAL_ARGUMENT", 0)
    given = parse_qsl(raw, keep_blank_values=True)
    names = [name for name, _ in given]
    for name in names:
        if name not in allowed or names.count(name) > 1:
            raise errors.refusal(400, f"Query parameter {name} is not expected here", "PARAM_INVALID")
    return dict(given)


def action(request: Request) -> str:
    return query(request, {"action"}).get("action", "")


def paging(given: dict[str, str], *, most: int = 100) -> tuple[int, int]:
    """``start`` and ``count`` of a finder."""
    start, count = given.get("start", "0"), given.get("count", "10")
    if not start.isdecimal():
        raise errors.invalid_field("start", "must be a number")
    if not count.isdecimal() or not 1 <= int(count) <= most:
        raise errors.invalid_field("count", f"must be between 1 and {most}")
    return int(start), int(count)


async def _admitted(request: Request, handler: Handler) -> Response:
    account = caller(request)
    world = world_of(request)
    switches = world.settings
    member_may = world.count_utc_day(f"linkedin {account.app} {account.id}", switches.linkedin_member_calls)
    if not member_may or not world.count_utc_day(f"linkedin {account.app}", switches.linkedin_app_calls):
        raise errors.daily_limit(world)
    response = await handler(request, account)
    response.headers["x-li-uuid"] = world.token("AAY")[:24]
    return response
