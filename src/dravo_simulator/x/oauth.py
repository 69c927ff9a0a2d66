"""x.com/i/oauth2/authorize: every parameter checked, then the owner is asked (OAuth 2.0 pages, read 2026-08-22).

X shows its mistakes to the person and sends nobody back with them; only a refusal by the owner returns to the app. That
is what is observed of the site; the documentation does not say.
"""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import consent
from dravo_simulator.apps import App
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

CODE_SECONDS = 30
LONGEST_STATE = 500
TITLE = "X"
CHALLENGES = {"S256": re.compile(r"[A-Za-z0-9_-]{43}"), "plain": re.compile(r"[A-Za-z0-9._~-]{43,128}")}
"""RFC 7636, sections 4.1 and 4.2."""


class Wrong(ValueError):
    """A parameter that X would not go on with; the message is what the person reads."""


@dataclass(frozen=True)
class Asked:
    app: App
    redirect_uri: str
    scopes: list[str]
    state: str
    challenge: str
    method: str


async def authorize(request: Request) -> Response:
    world = world_of(request)
    try:
        asked = _check(world, dict(request.query_params))
    except Wrong as wrong:
        return consent.refused(TITLE, str(wrong))
    decision = await consent.decide(request, "x", asked.scopes)
    if decision is None:
        return consent.page(request, title=TITLE, app=asked.app, scopes=asked.scopes, redirect_uri=asked.redirect_uri)
    if not decision.allowed:
        return consent.back(asked.redirect_uri, error="access_denied", state=asked.state)
    with world.store.transaction():
        code = world.issue(
            "x",
            "code",
            account=decision.account.id,
            app=asked.app.client_id,
            scopes=decision.scopes,
            lives_seconds=CODE_SECONDS,
            data={"redirect_uri": asked.redirect_uri, "challenge": asked.challenge, "method": asked.method},
        )
    return consent.back(asked.redirect_uri, state=asked.state, code=code.token)


def _check(world: World, parameters: dict[str, str]) -> Asked:
    """Raises Wrong at the first parameter that is missing or not as it must be."""
    if _given(parameters, "response_type") != "code":
        raise Wrong("response_type must be code")
    app = world.store.apps.get("x", _given(parameters, "client_id"))
    if app is None:
        raise Wrong("client_id names no app")
    redirect_uri = _given(parameters, "redirect_uri")
    if not app.may_redirect_to(redirect_uri):
        raise Wrong("redirect_uri is not among the callback addresses of the app")
    state = _given(parameters, "state")
    if len(state) > LONGEST_STATE:
        raise Wrong(f"state is longer than {LONGEST_STATE} characters")
    method = _given(parameters, "code_challenge_method")
    if method not in CHALLENGES:
        raise Wrong("code_challenge_method must be S256 or plain")
    challenge = _given(parameters, "code_challenge")
    if not CHALLENGES[method].fullmatch(challenge):
        raise Wrong(f"code_challenge is no challenge of the method {method}")
    scopes = list(dict.fromkeys(_given(parameters, "scope").split()))
    unknown = [scope for scope in scopes if scope not in app.scopes]
    if unknown:
        raise Wrong(f"scope: {unknown[0]} is not one the app may ask for")
    return Asked(app, redirect_uri, scopes, state, challenge, method)


def _given(parameters: dict[str, str], name: str) -> str:
    value = parameters.get(name, "").strip()
    if not value:
        raise Wrong(f"{name} is missing")
    return value
