"""Codes and refresh tokens become access tokens, and anyone who issued a token may ask about it (read 2026-09)."""

import base64
import json
import math

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON
from dravo_simulator.wire import Refusal, form_fields, world_of
from dravo_simulator.world import World

ACCESS_SECONDS = 60 * 86400
REFRESH_SECONDS = 365 * 86400
"""From the first grant, and never extended: near its end an access token is given no longer a life than that."""


async def access_token(request: Request) -> Response:
    form = await form_fields(request)
    world = world_of(request)
    kind = form.get("grant_type")
    if kind not in {"authorization_code", "refresh_token"}:
        raise _refusal("invalid_request", "grant_type must be authorization_code or refresh_token")
    app = _app(world, form)
    with world.store.transaction():
        answer = _exchanged(world, app, form) if kind == "authorization_code" else _refreshed(world, app, form)
    return JSONResponse(answer, headers={"cache-control": "no-store"})


async def introspect_token(request: Request) -> Response:
    """What the app that issued it may know of a token. A stranger's token is just not active."""
    form = await form_fields(request)
    world = world_of(request)
    app = _app(world, form)
    token = form.get("token", "")
    if not token:
        raise _refusal("invalid_request", "The parameter token is missing")
    grant = world.grant_of("linkedin", token) or world.grant_of("linkedin", token, "refresh")
    if grant is None or grant.app != app.client_id:
        return JSONResponse({"active": False})
    status = "revoked" if grant.revoked_by else "expired" if grant.has_expired(world.now()) else "active"
    known: JSON = {
        "active": status == "active",
        "status": status,
        "client_id": grant.app,
        "scope": ",".join(grant.scopes),
        "authorized_at": int(grant.data.get("authorized_at", grant.issued_at)),
        "created_at": int(grant.issued_at),
        "auth_type": "3L",
    }
    if grant.expires_at is not None:
        known["expires_at"] = int(grant.expires_at)
    return JSONResponse(known)


def _app(world: World, form: dict[str, str]) -> App:
    app = world.store.apps.get("linkedin", form.get("client_id", ""))
    if app is None or app.client_secret is None or app.client_secret != form.get("client_secret"):
        raise _refusal("invalid_client", "Client authentication failed", 401)
    return app


def _exchanged(world: World, app: App, form: dict[str, str]) -> JSON:
    """A code works once, for its app, with the redirect URI it was sent to."""
    code = world.grant_of("linkedin", form.get("code", ""), "code")
    if (
        code is None
        or not code.is_live(world.now())
        or code.app != app.client_id
        or code.data["redirect_uri"] != form.get("redirect_uri")
    ):
        reason = "appid/redirect uri/code verifier does not match authorization code. Or authorization code expired."
        raise _refusal("invalid_request", f"Unable to retrieve access token: {reason}")
    world.store.grants.use(code, world.now())
    _end_other_scopes(world, code)
    refresh = None
    if app.refreshable:
        refresh = world.issue(
            "linkedin",
            "refresh",
            account=code.account,
            app=app.client_id,
            scopes=code.scopes,
            lives_seconds=REFRESH_SECONDS,
            family=code.family,
            prefix="AQR",
        )
    answer = _issued(world, code, refresh)
    if "openid" in code.scopes:
        answer["id_token"] = _id_token(world, code)
    return answer


def _refreshed(world: World, app: App, form: dict[str, str]) -> JSON:
    refresh = world.grant_of("linkedin", form.get("refresh_token", ""), "refresh")
    if refresh is None or not refresh.is_live(world.now()) or refresh.app != app.client_id:
        reason = "The provided refresh token is invalid, expired or revoked"
        raise _refusal(world.settings.linkedin_refresh_error, reason)
    return _issued(world, refresh, refresh)


def _end_other_scopes(world: World, code: Grant) -> None:
    """Another set of scopes ends every token that this app had for this member before."""
    assert code.account is not None, "a code is always a member's"
    for earlier in list(world.store.grants.of_account("linkedin", code.account, code.app)):
        if earlier.kind != "code" and set(earlier.scopes) != set(code.scopes):
            world.revoke(earlier, "scope_change")


def _issued(world: World, origin: Grant, refresh: Grant | None) -> JSON:
    left = None if refresh is None or refresh.expires_at is None else refresh.expires_at - world.now()
    access = world.issue(
        "linkedin",
        "access",
        account=origin.account,
        app=origin.app,
        scopes=origin.scopes,
        lives_seconds=ACCESS_SECONDS if left is None else min(ACCESS_SECONDS, left),
        family=origin.family,
        prefix="AQ" + world.token("") * 11,  # about 500 characters, as the real ones
        data={"authorized_at": origin.data.get("authorized_at", origin.issued_at)},
    )
    assert access.expires_at is not None, "it was given a life"
    answer: JSON = {
        "access_token": access.token,
        "expires_in": math.floor(access.expires_at - world.now()),
        "scope": world.settings.linkedin_scope_separator.join(origin.scopes),
        "token_type": "Bearer",
    }
    if refresh is not None:
        answer["refresh_token"] = refresh.token
        answer["refresh_token_expires_in"] = math.floor(REFRESH_SECONDS if left is None else left)
    return answer


def _id_token(world: World, code: Grant) -> str:
    """An ID token in shape; its signature proves nothing."""
    account = world.account("linkedin", by="id", value=code.account or "")
    assert account is not None, "a code is always a member's"
    claims = {
        "iss": "https://www.linkedin.com/oauth",
        "aud": code.app,
        "iat": int(world.now()),
        "exp": int(world.now()) + 3600,
        "sub": account.id,
        "name": account.display_name,
    }
    return ".".join([_segment({"alg": "RS256", "typ": "JWT", "kid": "simulated"}), _segment(claims), "c2ltdWxhdGVk"])


def _segment(content: JSON) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _refusal(error: str, description: str, status: int = 400) -> Refusal:
    return Refusal(JSONResponse({"error": error, "error_description": description}, status))
