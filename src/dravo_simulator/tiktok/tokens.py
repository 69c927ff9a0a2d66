"""POST /v2/oauth/token/ and /v2/oauth/revoke/: flat answers with a log_id (user access token management, read 2026-11)."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.accounts import ACCESS_PREFIXES, REFRESH_PREFIXES
from dravo_simulator.apps import App
from dravo_simulator.grants import Grant
from dravo_simulator.store import JSON
from dravo_simulator.tiktok import events
from dravo_simulator.wire import Refusal, content_type, form_fields, world_of
from dravo_simulator.world import World

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
WRONG_PKCE = "Code verifier or code challenge is invalid."


@dataclass(frozen=True)
class Lives:
    """Seconds that tokens live, and whether a refresh token works once."""

    access: int
    refresh: int
    rotates: bool


LIVES = {"2h": Lives(7200, 180 * 86400, rotates=True), "24h": Lives(86400, 365 * 86400, rotates=False)}


async def token(request: Request) -> Response:
    world, form = world_of(request), await _form(request)
    app = _app(world, form)
    grant_type = _given(world, form, "grant_type")
    if grant_type not in {"authorization_code", "refresh_token"}:
        raise refusal(world, "unsupported_grant_type", "The grant type is not supported.")
    with world.store.transaction():
        answer = _exchanged(world, app, form) if grant_type == "authorization_code" else _refreshed(world, app, form)
    return JSONResponse(answer, headers={"cache-control": "no-store"})


async def revoke(request: Request) -> Response:
    """Ends the consent that an access token came of, and all that came of it. The answer is empty."""
    world, form = world_of(request), await _form(request)
    app = _app(world, form)
    access = world.grant_of("tiktok", _given(world, form, "token"))
    if access is None or access.app != app.client_id or not access.is_live(world.now()):
        raise refusal(world, "invalid_request", "Access token is invalid or expired.")
    with world.store.transaction():
        world.revoke(access, "user", family=True)
        events.authorization_removed(world, access, events.BY_THE_DEVELOPER)
    return Response(headers={"cache-control": "no-store"})


def refusal(world: World, error: str, description: str) -> Refusal:
    """Pages name the errors and no status for them; of one it is known that it may be 200."""
    statuses = {"invalid_client": 401, "invalid_grant": world.settings.tiktok_invalid_grant_status}
    body = {"error": error, "error_description": description, "log_id": world.token("2026")[:32].upper()}
    return Refusal(JSONResponse(body, statuses.get(error, 400), headers={"cache-control": "no-store"}))


async def _form(request: Request) -> dict[str, str]:
    if content_type(request) != "application/x-www-form-urlencoded":
        text = "Only `application/x-www-form-urlencoded` is accepted as Content-Type."
        raise refusal(world_of(request), "invalid_request", text)
    return await form_fields(request)


def _app(world: World, form: dict[str, str]) -> App:
    app = world.store.apps.get("tiktok", _given(world, form, "client_key"))
    secret = _given(world, form, "client_secret")
    if app is None or app.client_secret is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise refusal(world, "invalid_client", "Client key or secret is incorrect.")
    return app


def _exchanged(world: World, app: App, form: dict[str, str]) -> JSON:
    """A code works once, for its app, with the redirect URI it was sent to and the verifier of its challenge."""
    code = world.grant_of("tiktok", _given(world, form, "code"), "code")
    redirect_uri = _given(world, form, "redirect_uri")
    if code is None or code.app != app.client_id or not code.is_live(world.now()):
        raise refusal(world, "invalid_grant", "Authorization code is invalid or expired.")
    if code.data["redirect_uri"] != redirect_uri:
        raise refusal(world, "invalid_request", "Redirect_uri is not matched with the uri when requesting code.")
    if not _proves(form.get("code_verifier"), code.data["challenge"]):
        raise refusal(world, "invalid_request", WRONG_PKCE)
    world.store.grants.use(code, world.now())
    return _issued(world, code, _new_refresh(world, code))


def _refreshed(world: World, app: App, form: dict[str, str]) -> JSON:
    refresh = world.grant_of("tiktok", _given(world, form, "refresh_token"), "refresh")
    if refresh is None or refresh.app != app.client_id or not refresh.is_live(world.now()):
        raise refusal(world, "invalid_grant", "Refresh token is invalid or expired.")
    if not _lives(world).rotates:
        return _issued(world, refresh, refresh)
    world.store.grants.use(refresh, world.now())
    return _issued(world, refresh, _new_refresh(world, refresh))


def _new_refresh(world: World, used: Grant) -> Grant:
    return world.issue(
        "tiktok",
        "refresh",
        account=used.account,
        app=used.app,
        scopes=used.scopes,
        lives_seconds=_lives(world).refresh,
        family=used.family,
        prefix=REFRESH_PREFIXES["tiktok"],
    )


def _issued(world: World, used: Grant, refresh: Grant) -> JSON:
    lives = _lives(world)
    access = world.issue(
        "tiktok",
        "access",
        account=used.account,
        app=used.app,
        scopes=used.scopes,
        lives_seconds=lives.access,
        family=used.family,
        prefix=ACCESS_PREFIXES["tiktok"],
    )
    # One that was handed out by the control door may have no end.
    left = lives.refresh if refresh.expires_at is None else round(refresh.expires_at - world.now())
    return {
        "access_token": access.token,
        "expires_in": lives.access,
        "open_id": used.account,
        "refresh_expires_in": left,
        "refresh_token": refresh.token,
        "scope": ",".join(used.scopes),
        "token_type": "Bearer",
    }


def _lives(world: World) -> Lives:
    return LIVES[world.settings.tiktok_tokens]


def _proves(verifier: str | None, challenge: str | None) -> bool:
    """Whether both or none are there, and the challenge is the verifier's SHA-256 in the spelling it was accepted in."""
    if verifier is None or challenge is None:
        return verifier is challenge
    if not VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return challenge in {digest.hex(), base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}


def _given(world: World, form: dict[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise refusal(world, "invalid_request", f"The request parameters are malformed: {name} is missing.")
    return value
