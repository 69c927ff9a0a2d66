"""Who may call X and how often; every answer carries the rate headers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.disturb import Throttle
from dravo_simulator.wire import NotJSON, Refusal, bearer, content_type, is_live, json_object, problems, world_of
from dravo_simulator.world import Account, Window, World
from dravo_simulator.x import errors

QUARTER_SECONDS = 900
DAY_SECONDS = 86400
Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]


@dataclass(frozen=True)
class Quota:
    """Calls per user in 15 minutes, and per app in its own window (Rate limits page, read 2026-08)."""

    name: str
    per_user: int
    per_app: int | None = None
    app_seconds: int = DAY_SECONDS


def endpoint(quota: Quota, scopes: set[str], handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        account = _caller(request, scopes)
        window = world_of(request).count_fixed(f"x {quota.name} {account.id}", quota.per_user, QUARTER_SECONDS)
        try:
            if not window.admitted or not _app_has_room(request, quota):
                raise errors.too_many_requests()
            response = await handler(request, account)
        except Refusal as refusal:
            _write_headers(refusal.response, window)
            raise
        _write_headers(response, window)
        return response

    return call


async def read(request: Request, model: type[Body]) -> Body:
    """The JSON body in X's own schema."""
    if content_type(request) != "application/json":
        raise errors.problem(415, "Unsupported Media Type", "Expected application/json")
    try:
        return model.model_validate(await json_object(request))
    except NotJSON as broken:
        raise errors.invalid("Invalid JSON") from broken
    except ValidationError as invalid:
        path, kind, message = next(problems(invalid.errors()))
        if kind == "extra_forbidden":
            text = f"$.{path}: is not defined in the schema and the schema does not allow additional properties"
            raise errors.invalid(text) from invalid
        raise errors.invalid(f"$.{path}: {message}", **{path: []}) from invalid


def _caller(request: Request, scopes: set[str]) -> Account:
    world = world_of(request)
    token = bearer(request)
    account = world.account("x", by="token", value=token) if token else None
    if account is None or not is_live(account, world):
        raise errors.unauthorized()
    if not scopes <= set(account.scopes):
        raise errors.missing_scope()
    return account


def throttled(_world: World, throttle: Throttle) -> Response:
    """The 429 that was ordered."""
    response = errors.too_many_requests().response
    _write_headers(response, Window(100, throttle.remaining, throttle.until, admitted=False))
    return response


def _app_has_room(request: Request, quota: Quota) -> bool:
    if quota.per_app is None:
        return True
    return world_of(request).count_fixed(f"x {quota.name} app", quota.per_app, quota.app_seconds).admitted


def _write_headers(response: Response, window: Window) -> None:
    response.headers["x-rate-limit-limit"] = str(window.limit)
    response.headers["x-rate-limit-remaining"] = str(window.remaining)
    response.headers["x-rate-limit-reset"] = str(int(window.reset))
