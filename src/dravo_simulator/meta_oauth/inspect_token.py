"""What a token is: ``debug_token`` tells its app, ``/me/permissions`` what the person allowed and refused."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth import errors
from dravo_simulator.meta_oauth.bearers import data_access_end, death_of, instagram_reached, pages_reached
from dravo_simulator.meta_oauth.door import allow, app_by_token, caller
from dravo_simulator.meta_oauth.issue import kind_of
from dravo_simulator.store import JSON
from dravo_simulator.wire import world_of
from dravo_simulator.world import World


async def permissions(request: Request) -> Response:
    graph.check_version(request)
    user, world = caller(request), world_of(request)
    allow(request)
    if kind_of(user) != "user":
        raise errors.no_such_field(world, "permissions", "Page")
    granted = [{"permission": scope, "status": "granted"} for scope in user.scopes]
    declined = [{"permission": scope, "status": "declined"} for scope in user.data["declined"]]
    return JSONResponse({"data": [*granted, *declined]})


async def debug_token(request: Request) -> Response:
    """Asked with the app's own token, ``id|secret``, or with a live token that the same app was given."""
    graph.check_version(request)
    world = world_of(request)
    token = graph.token_of(request, dict(request.query_params)) or ""
    app = app_by_token(world, token)
    client_id = caller(request).app if app is None else app.client_id
    allow(request, "input_token")
    named = request.query_params.get("input_token")
    if not named:
        raise errors.invalid(world, "(#100) The parameter input_token is required")
    grant = world.grant_of("facebook", named)
    if grant is None:
        unknown = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return JSONResponse({"data": {"error": unknown, "is_valid": False, "scopes": []}})
    if grant.app != client_id:
        raise errors.invalid(world, "(#100) The App_id in the input_token did not match the Viewing App")
    return JSONResponse({"data": _described(world, grant)})


def _described(world: World, grant: Grant) -> JSON:
    app, death, ends = world.store.apps.get("facebook", grant.app), death_of(world, grant), data_access_end(grant)
    known: JSON = {
        "app_id": grant.app,
        "type": kind_of(grant).upper(),
        "application": "" if app is None else app.name,
        "data_access_expires_at": 0 if ends is None else int(ends),
        "expires_at": 0 if grant.expires_at is None else int(grant.expires_at),
        "is_valid": death is None,
        "issued_at": int(grant.issued_at),
        "scopes": grant.scopes,
        "granular_scopes": [_granular(world, grant, scope) for scope in grant.scopes],
    }
    if kind_of(grant) == "page":
        known |= {"profile_id": grant.account, "user_id": grant.data.get("person")}
    else:
        known["user_id"] = grant.account
    if death is not None:
        subcode = {} if death.subcode is None else {"subcode": death.subcode}
        known["error"] = {"code": 190, "message": death.message} | subcode
    return known


def _granular(world: World, grant: Grant, scope: str) -> JSON:
    """A permission and the Pages or Instagram accounts that it was given for."""
    if scope.startswith("pages_"):
        return {"scope": scope, "target_ids": [page.id for page in pages_reached(world, grant)]}
    if scope.startswith("instagram_"):
        return {"scope": scope, "target_ids": [account.id for account in instagram_reached(world, grant)]}
    return {"scope": scope}
