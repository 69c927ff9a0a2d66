"""Who may call TikTok's API and how often; how a body is read."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.tiktok import errors
from dravo_simulator.wire import NotJSON, bearer, content_type, is_live, json_object, problems, world_of
from dravo_simulator.world import Account, World

MINUTE_SECONDS = 60
Body = TypeVar("Body", bound=BaseModel)
Handler = Callable[[Request, Account], Awaitable[Response]]


def endpoint(
    name: str, per_minute: int, scopes: set[str] | None, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    """A call in a creator's name. Each token has so many of that name in a minute.

    One of the scopes will do; without any the handler knows which are needed.
    """

    async def call(request: Request) -> Response:
        world = world_of(request)
        token = bearer(request)
        account = world.account("tiktok", by="token", value=token) if token else None
        if account is None or not is_live(account, world):
            raise errors.refused(world, "access_token_invalid")
        if not _has_room(world, f"tiktok {name} {token}", per_minute):
            raise errors.refused(world, "rate_limit_exceeded")
        if scopes is not None and not scopes & set(account.scopes):
            raise errors.refused(world, "scope_not_authorized")
        return await handler(request, account)

    return call


async def read(request: Request, model: type[Body]) -> Body:
    """The JSON body in TikTok's own schema."""
    world = world_of(request)
    if content_type(request) != "application/json":
        raise errors.invalid_param(world, "The content type must be application/json")
    try:
        return model.model_validate(await json_object(request))
    except NotJSON as broken:
        raise errors.invalid_param(world, "The body is not a JSON object") from broken
    except ValidationError as invalid:
        path, _, message = next(problems(invalid.errors()))
        raise errors.invalid_param(world, f"{path}: {message}") from invalid


def _has_room(world: World, key: str, per_minute: int) -> bool:
    if world.settings.tiktok_minute == "fixed":
        return world.count_fixed(key, per_minute, MINUTE_SECONDS).admitted
    return world.count_sliding(key, per_minute, MINUTE_SECONDS)
