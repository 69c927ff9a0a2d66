"""Who may call X and how often; every answer carries the rate headers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.disturb import Throttle
from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON
from dravo_simulator.wire import NotJSON, bearer, content_type, json_object, problems, world_of
from dravo_simulator.world import Account, Window, World
from dravo_simulator.x import errors

QUARTER_SECONDS = 900
DAY_SECONDS = 86400
Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]
Reader = Callable[[Request], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Quota:
    """Calls per user in 15 minutes, and per app in its own window (Rate limits page, read 2026-08)."""

    name: str
    per_user: int
    per_app: int | None = None
    app_seconds: int = DAY_SECONDS

    def limit(self, world: World) -> int:
        return world.settings.x_posts_per_window if self.name == "posts" else self.per_user


def endpoint(quota: Quota, scopes: set[str], handler: Handler) -> Endpoint:
    """A call in a user's name."""

    async def answer(request: Request, grant: Grant) -> Response:
        world = world_of(request)
        account = None if grant.account is None else world.account("x", by="token", value=grant.token)
        if account is None:
            raise errors.app_only()
        _check_scopes(grant, scopes)
        _check_account(account)
        return await handler(request, account)

    return _counted(quota, answer)


def reading(quota: Quota, scopes: set[str], reader: Reader) -> Endpoint:
    """A call that only reads what is public: an app-only token will do."""

    async def answer(request: Request, grant: Grant) -> Response:
        if grant.account is not None:
            _check_scopes(grant, scopes)
            account = world_of(request).account("x", by="token", value=grant.token)
            assert account is not None, "the grant is live"
            _check_account(account)
        return await reader(request)

    return _counted(quota, answer)


async def read(request: Request, model: type[Body]) -> Body:
    """The JSON body in X's own schema."""
    if content_type(request) != "application/json":
        raise errors.unsupported_media_type("application/json")
    try:
        return checked(await json_object(request), model)
    except NotJSON as broken:
        raise errors.invalid("Invalid JSON") from broken


def checked(body: JSON, model: type[Body]) -> Body:
    """A body that is JSON already. X's schema has no nullable field, so a null is refused wherever it stands."""
    null = _null_in(body)
    if null is not None:
        raise errors.invalid(f"$.{null}: null found, but null is not allowed", **{null: []})
    try:
        return model.model_validate(body)
    except ValidationError as invalid:
        path, kind, message = next(problems(invalid.errors()))
        if kind == "extra_forbidden":
            text = f"$.{path}: is not defined in the schema and the schema does not allow additional properties"
            raise errors.invalid(text) from invalid
        raise errors.invalid(f"$.{path}: {message}", **{path: []}) from invalid


def throttled(world: World, throttle: Throttle) -> Response:
    """The 429 that was ordered."""
    response = errors.too_many_requests(world.settings).at(world.settings.x_problem_host)
    _write_window(
        response, Window(world.settings.x_posts_per_window, throttle.remaining, throttle.until, admitted=False)
    )
    return response


@dataclass(frozen=True)
class Standing:
    """Where a caller stands: in 15 minutes, and in the daily windows that apply."""

    quarter: Window
    user_day: Window | None = None
    app_day: Window | None = None

    def admits(self) -> bool:
        return all(window.admitted for window in (self.quarter, self.user_day, self.app_day) if window is not None)


def _counted(quota: Quota, answer: Callable[[Request, Grant], Awaitable[Response]]) -> Endpoint:
    async def call(request: Request) -> Response:
        world = world_of(request)
        limit = quota.limit(world)
        standing = Standing(Window(limit, limit, world.now() + QUARTER_SECONDS, admitted=True))
        try:
            grant = _grant(request)
            standing = _count(world, quota, grant)
            _check_room(world, standing, grant)
            response = await answer(request, grant)
        except errors.Problem as problem:
            response = problem.at(world.settings.x_problem_host)
        _write_headers(response, standing)
        return response

    return call


def _grant(request: Request) -> Grant:
    world = world_of(request)
    token = bearer(request)
    grant = world.grant_of("x", token) if token else None
    if grant is None or not grant.is_live(world.now()):
        raise errors.unauthorized()
    return grant


def _count(world: World, quota: Quota, grant: Grant) -> Standing:
    """Counts a call in every window that applies; one that a window refuses counts in none after it."""
    who = grant.account or f"app {grant.app}"
    standing = Standing(world.count_fixed(f"x {quota.name} {who}", quota.limit(world), QUARTER_SECONDS))
    per_day = world.settings.x_posts_per_day if quota.name == "posts" else None
    if per_day is not None and standing.admits():
        window = world.count_fixed(f"x {quota.name} day {who}", per_day, DAY_SECONDS)
        standing = replace(standing, user_day=window)
    if quota.per_app is not None and standing.admits():
        window = world.count_fixed(f"x {quota.name} app {grant.app}", quota.per_app, quota.app_seconds)
        standing = replace(standing, app_day=window)
    return standing


def _check_room(world: World, standing: Standing, grant: Grant) -> None:
    account = None if grant.account is None else world.account("x", by="id", value=grant.account)
    if not standing.admits():
        raise errors.too_many_requests(world.settings)
    if world.settings.x_credits_depleted or (account is not None and account.attributes["credits_depleted"]):
        raise errors.no_credits(grant.app)
    if world.settings.x_usage_capped is not None:
        raise errors.usage_capped(world.settings.x_usage_capped)


def _check_scopes(grant: Grant, scopes: set[str]) -> None:
    if not grant.allows(scopes):
        raise errors.forbidden()


def _check_account(account: Account) -> None:
    if account.attributes["state"] == "suspended":
        raise errors.suspended()
    if account.attributes["state"] == "locked":
        raise errors.locked()


def _write_headers(response: Response, standing: Standing) -> None:
    """The window of 15 minutes always; the daily ones on the tiers that have a daily limit per user."""
    _write_window(response, standing.quarter)
    if standing.user_day is not None:
        _write_window(response, standing.user_day, "x-user-limit-24hour")
        if standing.app_day is not None:
            _write_window(response, standing.app_day, "x-app-limit-24hour")


def _write_window(response: Response, window: Window, name: str = "x-rate-limit") -> None:
    response.headers[f"{name}-limit"] = str(window.limit)
    response.headers[f"{name}-remaining"] = str(window.remaining)
    response.headers[f"{name}-reset"] = str(int(window.reset))


def _null_in(value: Any, path: str = "") -> str | None:
    """Where the first null stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        here = f"{path}.{name}" if path else str(name)
        found = here if item is None else _null_in(item, here)
        if found is not None:
            return found
    return None
