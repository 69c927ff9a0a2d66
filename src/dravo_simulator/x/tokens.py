"""POST /2/oauth2/token and /2/oauth2/revoke: codes and refresh tokens that work once (OAuth 2.0 pages, read 2026-08-22)."""

import base64
import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.accounts import ACCESS_PREFIXES, REFRESH_PREFIXES
from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON
from dravo_simulator.wire import basic, content_type, form_fields, world_of
from dravo_simulator.world import World
from dravo_simulator.x import errors

ACCESS_SECONDS = 7200
DEAD_TOKEN = "Value passed for the token was invalid."  # noqa: S105 - X's sentence
INVALID_REQUEST = "invalid_request"


async def token(request: Request) -> Response:
    world = world_of(request)
    form = await _form(request)
    app = _client(request, form)
    grant_type = _given(form, "grant_type")
    with world.store.transaction():
        if grant_type == "authorization_code":
            used = _code(world, app, form)
        elif grant_type == "refresh_token":
            used = _refresh(world, app, form)
        else:
            text = "Value passed for the grant type was invalid."
            raise errors.oauth(400, "unsupported_grant_type", text)
        world.store.grants.use(used, world.now())
        body = _pair(world, used)
    return JSONResponse(body, headers={"cache-control": "no-store"})


async def revoke(request: Request) -> Response:
    """Ends a token; a refresh token takes along what came of the same consent."""
    world = world_of(request)
    form = await _form(request)
    app = _client(request, form)
    value = _given(form, "token")
    grant = world.grant_of("x", value) or world.grant_of("x", value, "refresh")
    if grant is None or grant.app != app.client_id:
        raise errors.oauth(400, INVALID_REQUEST, DEAD_TOKEN)
    with world.store.transaction():
        world.revoke(grant, "user", family=grant.kind == "refresh")
    return JSONResponse({"revoked": True})


async def _form(request: Request) -> dict[str, str]:
    if content_type(request) != "application/x-www-form-urlencoded":
        raise errors.oauth(400, INVALID_REQUEST, "Content-Type must be application/x-www-form-urlencoded")
    return await form_fields(request)


def _client(request: Request, form: dict[str, str]) -> App:
    """The app: by Basic when it has a secret, by ``client_id`` in the body when it is public."""
    apps, credentials = world_of(request).store.apps, basic(request)
    if credentials is not None:
        app = apps.get("x", credentials[0])
        if app is None or app.client_secret is None or not _same(app.client_secret, credentials[1]):
            raise errors.oauth(401, "unauthorized_client", "Missing valid authorization header")
        return app
    app = apps.get("x", _given(form, "client_id"))
    if app is None or app.client_secret is not None:
        raise errors.oauth(401, "unauthorized_client", "Missing valid authorization header")
    return app


def _code(world: World, app: App, form: dict[str, str]) -> Grant:
    code = world.grant_of("x", _given(form, "code"), "code")
    redirect_uri, verifier = _given(form, "redirect_uri"), _given(form, "code_verifier")
    if code is None or code.app != app.client_id or not code.is_live(world.now()):
        raise errors.oauth(400, INVALID_REQUEST, "Value passed for the authorization code was invalid.")
    if code.data["redirect_uri"] != redirect_uri:
        text = "Value passed for the redirect uri did not match the uri of the authorization code."
        raise errors.oauth(400, INVALID_REQUEST, text)
    if not _proves(verifier, code.data["challenge"], code.data["method"]):
        text = "Value passed for the code verifier did not match the code challenge."
        raise errors.oauth(400, INVALID_REQUEST, text)
    return code


def _refresh(world: World, app: App, form: dict[str, str]) -> Grant:
    refresh = world.grant_of("x", _given(form, "refresh_token"), "refresh")
    if refresh is None or refresh.app != app.client_id or not refresh.is_live(world.now()):
        raise errors.oauth(400, INVALID_REQUEST, DEAD_TOKEN)
    return refresh


def _pair(world: World, used: Grant) -> JSON:
    """A new access token, and with offline.access the refresh token that replaces the one that was used."""
    access = world.issue(
        "x",
        "access",
        account=used.account,
        app=used.app,
        scopes=used.scopes,
        lives_seconds=ACCESS_SECONDS,
        family=used.family,
        prefix=ACCESS_PREFIXES["x"],
    )
    body: JSON = {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "access_token": access.token,
        "scope": " ".join(used.scopes),
    }
    if "offline.access" in used.scopes:
        refresh = world.issue(
            "x",
            "refresh",
            account=used.account,
            app=used.app,
            scopes=used.scopes,
            lives_seconds=world.settings.x_refresh_token_seconds,
            family=used.family,
            prefix=REFRESH_PREFIXES["x"],
        )
        body["refresh_token"] = refresh.token
    return body


def _proves(verifier: str, challenge: str, method: str) -> bool:
    if method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return _same(verifier, challenge)


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _given(form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise errors.oauth(400, INVALID_REQUEST, f"Missing required parameter [{name}].")
    return value
