"""www.tiktok.com/v2/auth/authorize/: the page where a creator lets an app in (Login Kit for web and desktop, read 2026-11).

A wrong parameter is shown to the person by its name, and nobody is sent back with it; only the creator's no returns to the
app. That is what is observed of the site (better-auth#3114); the documentation does not say.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import consent
from dravo_simulator.apps import LOOPBACK, App
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

TITLE = "TikTok"
CODE_SECONDS = 600
"""Not documented; the longest that RFC 6749 recommends."""
CODE_PREFIX = "c*0!"
"""Real codes have characters that the callback's query spells as ``%2A`` and ``%21``, and that are exchanged decoded."""
LONGEST_REDIRECT_URI = 512
ALWAYS_ALLOWED = "user.info.basic"
"""The one scope that has no switch of its own on the page: signing in gives it."""
CHALLENGES = {"hex": re.compile(r"[0-9a-f]{64}"), "base64url": re.compile(r"[A-Za-z0-9_-]{43}")}
"""How the SHA-256 of a verifier may be spelled: TikTok's pages say hex, RFC 7636 base64url."""


class Wrong(ValueError):
    """A parameter that TikTok would not go on with; the message begins with its name."""


@dataclass(frozen=True)
class Asked:
    app: App
    redirect_uri: str
    scopes: list[str]
    state: str
    challenge: str | None


async def authorize(request: Request) -> Response:
    world = world_of(request)
    try:
        asked = _check(world, dict(request.query_params))
    except Wrong as wrong:
        return consent.refused(TITLE, str(wrong))
    optional = [scope for scope in asked.scopes if scope != ALWAYS_ALLOWED]
    decision = await consent.decide(request, "tiktok", asked.scopes)
    if decision is None:
        return consent.page(
            request,
            title=TITLE,
            app=asked.app,
            scopes=asked.scopes,
            redirect_uri=asked.redirect_uri,
            optional=optional,
        )
    if not decision.allowed:
        description = "The user denied the request"
        return consent.back(asked.redirect_uri, error="access_denied", error_description=description, state=asked.state)
    with world.store.transaction():
        code = world.issue(
            "tiktok",
            "code",
            account=decision.account.id,
            app=asked.app.client_id,
            scopes=decision.scopes,
            lives_seconds=CODE_SECONDS,
            prefix=CODE_PREFIX,
            data={"redirect_uri": asked.redirect_uri, "challenge": asked.challenge},
        )
    return consent.back(asked.redirect_uri, code=code.token, scopes=",".join(decision.scopes), state=asked.state)


def _check(world: World, given: dict[str, str]) -> Asked:
    """Raises Wrong at the first parameter that is missing or not as it must be."""
    app = world.store.apps.get("tiktok", _given(given, "client_key"))
    if app is None:
        raise Wrong("client_key names no app")
    redirect_uri = _given(given, "redirect_uri")
    if not _may_redirect(app, redirect_uri):
        raise Wrong("redirect_uri is not among those of the app, or not a static https address")
    if _given(given, "response_type") != "code":
        raise Wrong("response_type must be code")
    scopes = list(dict.fromkeys(_given(given, "scope").split(",")))
    unknown = [scope for scope in scopes if scope not in app.scopes]
    if unknown:
        raise Wrong(f"scope: {unknown[0] or 'an empty one'} is not one the app may ask for")
    return Asked(app, redirect_uri, scopes, _given(given, "state"), _challenge(world, given))


def _challenge(world: World, given: dict[str, str]) -> str | None:
    """PKCE, which desktop and mobile apps use; for the web a page asks for the secret instead, and some apps are refused."""
    challenge, method = given.get("code_challenge"), given.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    pkce = world.settings.tiktok_pkce
    if pkce == "refused":
        raise Wrong("code_challenge is not for this app")
    if method != "S256":
        raise Wrong("code_challenge_method must be S256")
    if challenge is None or not CHALLENGES[pkce].fullmatch(challenge):
        raise Wrong(f"code_challenge is no SHA-256 in {pkce}")
    return challenge


def _may_redirect(app: App, uri: str) -> bool:
    """Static, of 512 characters at most, https or a port of this machine; ``*`` in a registered one is any such port."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return False
    if len(uri) > LONGEST_REDIRECT_URI or "?" in uri or "#" in uri:
        return False
    if parts.hostname not in LOOPBACK:
        return app.may_redirect_to(uri)
    return port is not None and (app.may_redirect_to(uri) or app.may_redirect_to(uri.replace(f":{port}", ":*", 1)))


def _given(given: dict[str, str], name: str) -> str:
    value = given.get(name, "").strip()
    if not value:
        raise Wrong(f"{name} is missing")
    return value
