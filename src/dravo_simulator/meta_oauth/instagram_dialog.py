"""www.instagram.com/oauth/authorize: the owner of a professional account lets an app in (Business login, 2026-03-13).

As Facebook's dialog, it shows what is wrong about its address and sends nobody back with it.
"""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dravo_simulator import consent
from dravo_simulator.apps import App
from dravo_simulator.meta_oauth.dialog import Wrong
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

TITLE = "Instagram"
CODE_SECONDS = 3600
TAIL = "#_"
"""Stands at the end of the address that a code is sent to; no part of the code."""


async def authorize(request: Request) -> Response:
    world, given = world_of(request), dict(request.query_params)
    try:
        app, redirect_uri, scopes = _check(world, given)
    except Wrong as wrong:
        return consent.refused(TITLE, str(wrong))
    decision = await consent.decide(request, "instagram", scopes)
    if decision is None:
        return consent.page(request, title=TITLE, app=app, scopes=scopes, redirect_uri=redirect_uri)
    if not decision.allowed:
        return consent.back(
            redirect_uri,
            error="access_denied",
            error_reason="user_denied",
            error_description="The user denied your request",
            state=given.get("state"),
        )
    with world.store.transaction():
        code = world.issue(
            "instagram",
            "code",
            account=decision.account.id,
            app=app.client_id,
            scopes=decision.scopes,
            lives_seconds=CODE_SECONDS,
            prefix="AQ",
            data={"redirect_uri": redirect_uri},
        )
    answer = consent.back(redirect_uri, code=code.token, state=given.get("state"))
    return RedirectResponse(answer.headers["location"] + TAIL, 302)


def _check(world: World, given: dict[str, str]) -> tuple[App, str, list[str]]:
    """The app, where the answer goes, and what is asked for. Raises Wrong at the first parameter that is not as it must be."""
    app = world.store.apps.get("instagram", given.get("client_id", ""))
    if app is None:
        raise Wrong("Invalid platform app: client_id names no app")
    redirect_uri = given.get("redirect_uri", "")
    if not app.may_redirect_to(redirect_uri):
        raise Wrong("Invalid redirect_uri: it is not among the business login redirect URIs of the app")
    if given.get("response_type") != "code":
        raise Wrong("response_type must be code")
    scopes = [scope for scope in dict.fromkeys(re.split(r"[,\s]+", given.get("scope", ""))) if scope]
    if not scopes:
        raise Wrong("scope is missing")
    unknown = [scope for scope in scopes if scope not in app.scopes]
    if unknown:
        raise Wrong(f"Invalid scope: {unknown[0]}")
    return app, redirect_uri, scopes
