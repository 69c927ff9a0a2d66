"""What a call about tokens brings along: its parameters, its app, the token it is made with."""

import hmac

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from dravo_simulator import graph
from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth import errors
from dravo_simulator.wire import NotJSON, content_type, json_object, world_of
from dravo_simulator.world import World


async def asked(request: Request) -> dict[str, str]:
    """The parameters, of the query and then of the body, wherever they were put."""
    given = dict(request.query_params)
    if request.method == "POST" and content_type(request) == "application/json":
        try:
            return given | {name: str(value) for name, value in (await json_object(request)).items()}
        except NotJSON as broken:
            raise errors.invalid(world_of(request), "The body is not a JSON object") from broken
    return given | (await posted(request) if request.method == "POST" else {})


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form, urlencoded or multipart; files are none, and a body that cannot be read holds none."""
    try:
        async with request.form() as form:
            return {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}
    except HTTPException:
        return {}


def allow(request: Request, *names: str) -> None:
    """Refuses a parameter of the query that the edge does not know, when the switch says so."""
    world = world_of(request)
    unknown = sorted(set(request.query_params) - {"access_token", *names})
    if unknown and world.settings.strict_parameters:
        raise errors.invalid(world, f"(#100) Unknown parameter: {unknown[0]}")


def is_secret_of(app: App, secret: str) -> bool:
    return app.client_secret is not None and hmac.compare_digest(app.client_secret.encode(), secret.encode())


def app_by_token(world: World, token: str) -> App | None:
    """The app that a token of the form ``id|secret`` is of."""
    client_id, _, secret = token.partition("|")
    app = world.store.apps.get("facebook", client_id)
    return app if app is not None and is_secret_of(app, secret) else None


def caller(request: Request) -> Grant:
    """What the token of a call may do, which must be alive and of Facebook. The calls of people count as the app's."""
    world = world_of(request)
    grant = graph.live_grant(world, graph.token_of(request, dict(request.query_params)))
    if world.settings.graph_app_usage >= graph.FULL_PERCENT:
        raise graph.refusal(world, 4, "Application request limit reached")
    return _of(world, grant, "facebook")


def live(world: World, network: str, token: str | None) -> Grant:
    """A token that a call is about, which must be alive and of that network."""
    return _of(world, graph.live_grant(world, token), network)


def _of(world: World, grant: Grant, network: str) -> Grant:
    if grant.network != network:
        raise errors.refusal(world, 190, "Invalid OAuth access token - Cannot parse access token")
    return grant
