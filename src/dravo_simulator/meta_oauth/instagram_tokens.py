"""Instagram Login's tokens: a code for an hour's token, that for one of 60 days, and that for another 60 days.

Business login (2026-03-13), access_token (2026-03-09) and refresh_access_token (2025-07-17). What the two calls on the Graph
host say when they refuse is not documented: the codes are Graph's plain ones.
"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.meta_oauth import errors
from dravo_simulator.meta_oauth.door import asked, is_secret_of, live, posted
from dravo_simulator.meta_oauth.issue import LONG_SECONDS, instagram_token
from dravo_simulator.meta_oauth.people import scoped_id
from dravo_simulator.store import JSON
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

SHORT_SECONDS = 3600
DAY_SECONDS = 86400
BASIC = "instagram_business_basic"
NO_STORE = {"cache-control": "no-store"}


async def access_token(request: Request) -> Response:
    """POST api.instagram.com/oauth/access_token: a code works once, with the redirect URI it was sent to, to the letter."""
    form, world = await posted(request), world_of(request)
    app = _app(world, form)
    if form.get("grant_type") != "authorization_code":
        raise errors.of_instagram("Invalid grant_type: must be authorization_code")
    code = world.grant_of("instagram", form.get("code", ""), "code")
    if code is None or code.app != app.client_id or code.has_expired(world.now()):
        raise errors.of_instagram("Invalid authorization code")
    if code.used_at is not None:
        raise errors.of_instagram("This authorization code has been used")
    if code.data["redirect_uri"] != form.get("redirect_uri"):
        raise errors.of_instagram(
            "Error validating verification code: redirect_uri is not the one of the authorization"
        )
    assert code.account is not None, "a code is always an account's"
    with world.store.transaction():
        world.store.grants.use(code, world.now())
        token = instagram_token(
            world,
            code.account,
            app=app.client_id,
            scopes=code.scopes,
            lives_seconds=SHORT_SECONDS,
            is_long=False,
            family=code.family,
        )
    return JSONResponse(_told(world, token), headers=NO_STORE)


async def exchange(request: Request) -> Response:
    """GET graph.instagram.com/access_token: a short-lived token that is alive becomes one of 60 days."""
    given, world = await asked(request), world_of(request)
    if given.get("grant_type") != "ig_exchange_token":
        raise errors.invalid(world, "Unsupported grant_type: must be ig_exchange_token")
    token = live(world, "instagram", given.get("access_token"))
    app = world.store.apps.get("instagram", token.app)
    if app is None or not is_secret_of(app, given.get("client_secret", "")):
        raise errors.refusal(world, 1, "Error validating client secret.")
    if _is_long(token):
        raise errors.invalid(world, "Only a short-lived access token can be exchanged")
    return JSONResponse(_long(world, _successor(world, token)), headers=NO_STORE)


async def refresh(request: Request) -> Response:
    """GET graph.instagram.com/refresh_access_token: a long-lived token that is a day old and alive gets 60 days from now."""
    given, world = await asked(request), world_of(request)
    if given.get("grant_type") != "ig_refresh_token":
        raise errors.invalid(world, "Unsupported grant_type: must be ig_refresh_token")
    token = live(world, "instagram", given.get("access_token"))
    if not _is_long(token):
        raise errors.invalid(world, "Only a long-lived access token can be refreshed")
    if BASIC not in token.scopes:
        raise errors.refusal(world, 10, f"(#10) The permission {BASIC} is missing")
    if world.now() - token.issued_at < DAY_SECONDS:
        raise errors.invalid(world, "The access token must be at least 24 hours old to be refreshed")
    if world.settings.instagram_refresh == "same":
        renewed = replace(token, issued_at=world.now(), expires_at=world.now() + LONG_SECONDS)
        world.store.grants.put(renewed)
    else:
        renewed = _successor(world, token)
    return JSONResponse(_long(world, renewed), headers=NO_STORE)


def _app(world: World, form: dict[str, str]) -> App:
    app = world.store.apps.get("instagram", form.get("client_id", ""))
    if app is None:
        raise errors.of_instagram("Invalid platform app")
    if not is_secret_of(app, form.get("client_secret", "")):
        raise errors.of_instagram("Error validating client secret.")
    return app


def _successor(world: World, token: Grant) -> Grant:
    assert token.account is not None, "Instagram's tokens are always an account's"
    return instagram_token(
        world,
        token.account,
        app=token.app,
        scopes=token.scopes,
        lives_seconds=LONG_SECONDS,
        family=token.family,
    )


def _is_long(token: Grant) -> bool:
    return bool(token.data.get("is_long", True))


def _told(world: World, token: Grant) -> JSON:
    switches, account = world.settings, world.account("instagram", by="id", value=token.account or "")
    assert account is not None, "the token is the account's"
    told: JSON = {
        "access_token": token.token,
        "user_id": int(scoped_id(account) if switches.instagram_code_user_id == "scoped" else account.id),
        "permissions": token.scopes if switches.instagram_permissions == "list" else ",".join(token.scopes),
    }
    return told if switches.instagram_code_reply == "flat" else {"data": [told]}


def _long(world: World, token: Grant) -> JSON:
    assert token.expires_at is not None, "a long-lived token ends too"
    return {"access_token": token.token, "token_type": "bearer", "expires_in": int(token.expires_at - world.now())}
