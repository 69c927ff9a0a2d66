"""graph.facebook.com/{v}/oauth/access_token: a code for a user token, and that for one of 60 days (LL, read 2026-09-11).

The words of the refusals are those that developers report of the live endpoint; documentation has none.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth import errors
from dravo_simulator.meta_oauth.door import asked, is_secret_of, live
from dravo_simulator.meta_oauth.issue import LONG_SECONDS, kind_of, user_token
from dravo_simulator.store import JSON
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

SHORT_SECONDS = 3600
"""A short-lived token lives an hour or two."""
GRANT_TYPES = "authorization_code, fb_exchange_token"


async def access_token(request: Request) -> Response:
    if "version" in request.path_params:
        graph.check_version(request)
    given, world = await asked(request), world_of(request)
    app = _app(world, given)
    grant_type = given.get("grant_type", "authorization_code")
    with world.store.transaction():
        if grant_type == "authorization_code":
            token = _of_code(world, app, given)
        elif grant_type == "fb_exchange_token":
            token = _of_token(world, app, given)
        else:
            raise errors.invalid(world, f"Invalid grant_type: {grant_type}. Supported types: {GRANT_TYPES}")
    return JSONResponse(_told(world, token), headers={"cache-control": "no-store"})


def _app(world: World, given: dict[str, str]) -> App:
    if not given.get("client_id"):
        raise errors.refusal(world, 101, "Missing client_id parameter.")
    app = world.store.apps.get("facebook", given["client_id"])
    if app is None:
        raise errors.refusal(world, 101, "Error validating application. Invalid application ID.")
    if not is_secret_of(app, given.get("client_secret", "")):
        raise errors.refusal(world, 1, "Error validating client secret.")
    return app


def _of_code(world: World, app: App, given: dict[str, str]) -> Grant:
    """A code works once, for its app, with the redirect URI it was sent to."""
    code = world.grant_of("facebook", given.get("code", ""), "code")
    if code is None or code.app != app.client_id:
        raise errors.invalid(world, "Invalid verification code format.")
    if code.used_at is not None:
        raise errors.invalid(world, "This authorization code has been used.", 36009)
    if code.has_expired(world.now()):
        raise errors.invalid(world, "This authorization code has expired.", 36007)
    if code.data["redirect_uri"] != given.get("redirect_uri"):
        message = "Error validating verification code. The redirect_uri must be the one of the OAuth dialog request"
        raise errors.invalid(world, message, 36008)
    world.store.grants.use(code, world.now())
    assert code.account is not None, "a code is always a person's"
    return user_token(
        world,
        code.account,
        app=app.client_id,
        scopes=code.scopes,
        pages=code.data["pages"],
        declined=code.data["declined"],
        lives_seconds=SHORT_SECONDS,
        is_long=False,
        family=code.family,
    )


def _of_token(world: World, app: App, given: dict[str, str]) -> Grant:
    """A user token that is alive, short-lived or not, becomes one of 60 days. An expired one becomes nothing."""
    if not given.get("fb_exchange_token"):
        raise errors.invalid(world, "The parameter fb_exchange_token is required")
    token = live(world, "facebook", given["fb_exchange_token"])
    if token.app != app.client_id or kind_of(token) != "user" or token.account is None:
        raise errors.invalid(world, "The access token is not a user token of this app")
    if token.data["is_long"] and world.settings.facebook_second_exchange == "same":
        return token
    return user_token(
        world,
        token.account,
        app=app.client_id,
        scopes=token.scopes,
        pages=token.data["pages"],
        declined=token.data["declined"],
        lives_seconds=LONG_SECONDS,
        is_long=True,
        family=token.family,
        data_access_from=token.data["data_access_from"],
    )


def _told(world: World, token: Grant) -> JSON:
    said: JSON = {"access_token": token.token, "token_type": "bearer"}
    return said if token.expires_at is None else said | {"expires_in": int(token.expires_at - world.now())}
