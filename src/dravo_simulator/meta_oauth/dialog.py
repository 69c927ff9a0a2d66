"""www.facebook.com/{v}/dialog/oauth: a person is asked which permissions and Pages an app gets (Facebook Login, read 2026-09).

What is wrong about the address itself is shown to the person and returns nobody; only what the person says goes back to the
app. That is how the site is seen to behave; its pages say no more than what a refusal by the person looks like.
"""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import consent
from dravo_simulator.apps import App
from dravo_simulator.meta_oauth.people import pages_of, person_of
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

TITLE = "Facebook"
CODE_SECONDS = 600
"""How long a code lives is not documented; ten minutes is our guess."""
ALWAYS = "public_profile"
"""Given with every consent, asked for or not."""
AUTH_TYPES = {"rerequest", "reauthenticate", "reauthorize"}


class Wrong(ValueError):
    """A parameter that the dialog would not go on with; the message is what the person reads."""


@dataclass(frozen=True)
class Asked:
    app: App
    redirect_uri: str
    scopes: list[str]
    state: str | None


async def authorize(request: Request) -> Response:
    world = world_of(request)
    try:
        asked = _check(world, dict(request.query_params))
    except Wrong as wrong:
        return consent.refused(TITLE, str(wrong))
    decision = await consent.decide(request, "facebook", asked.scopes)
    if decision is None:
        return consent.page(request, title=TITLE, app=asked.app, scopes=asked.scopes, redirect_uri=asked.redirect_uri)
    if not decision.allowed:
        return consent.back(
            asked.redirect_uri,
            error="access_denied",
            error_code="200",
            error_reason="user_denied",
            error_description="Permissions error",
            state=asked.state,
        )
    person = person_of(decision.account).id
    theirs = [page.id for page in pages_of(world, person)]
    granted = list(dict.fromkeys([ALWAYS, *decision.scopes]))
    with world.store.transaction():
        code = world.issue(
            "facebook",
            "code",
            account=person,
            app=asked.app.client_id,
            scopes=granted,
            lives_seconds=CODE_SECONDS,
            prefix="AQ",
            data={
                "redirect_uri": asked.redirect_uri,
                "pages": [page for page in theirs if decision.pages is None or page in decision.pages],
                "declined": [scope for scope in asked.scopes if scope not in granted],
            },
        )
    return consent.back(asked.redirect_uri, code=code.token, state=asked.state)


def _check(world: World, given: dict[str, str]) -> Asked:
    """Raises Wrong at the first parameter that is missing or not as it must be."""
    app = world.store.apps.get("facebook", given.get("client_id", ""))
    if app is None:
        raise Wrong("Invalid App ID: client_id names no app")
    redirect_uri = given.get("redirect_uri", "")
    if not redirect_uri:
        raise Wrong("redirect_uri is missing")
    if not app.may_redirect_to(redirect_uri):
        raise Wrong("URL blocked: redirect_uri is not among the Valid OAuth Redirect URIs of the app")
    if given.get("response_type", "code") != "code":
        raise Wrong("response_type must be code")
    if given.get("auth_type", "rerequest") not in AUTH_TYPES:
        raise Wrong(f"auth_type must be one of {', '.join(sorted(AUTH_TYPES))}")
    return Asked(app, redirect_uri, _scopes(app, given), given.get("state"))


def _scopes(app: App, given: dict[str, str]) -> list[str]:
    """Those asked for. A configuration of Login for Business, which replaces them, holds all that the app may have."""
    if "config_id" in given and "scope" in given:
        raise Wrong("config_id replaces scope; give one of them")
    if "config_id" in given:
        return app.scopes
    scopes = [scope for scope in dict.fromkeys(re.split(r"[,\s]+", given.get("scope", ALWAYS))) if scope]
    unknown = [scope for scope in scopes if scope not in app.scopes]
    if unknown:
        raise Wrong(f"Invalid Scopes: {unknown[0]}")
    return scopes
