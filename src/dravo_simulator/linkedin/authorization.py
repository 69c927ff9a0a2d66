"""The page where a member lets an app in, and the code that the app gets (3-legged OAuth, read 2026-09)."""

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import consent
from dravo_simulator.apps import LOOPBACK, App
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

TITLE = "LinkedIn"
CODE_SECONDS = 30 * 60


async def authorize(request: Request) -> Response:
    """Shows the question, and takes the answer. Where the redirect URI cannot be trusted, nobody is sent to it."""
    world = world_of(request)
    given = parse_qs(request.url.query, keep_blank_values=True)
    repeated = [name for name, values in given.items() if len(values) > 1]
    asked = {name: values[0] for name, values in given.items()}
    app = world.store.apps.get("linkedin", asked.get("client_id", ""))
    if app is None:
        return consent.refused(TITLE, "The client_id is missing or belongs to no app.", 401)
    redirect_uri = asked.get("redirect_uri", "")
    if repeated or not _may_redirect(world, app, redirect_uri):
        return consent.refused(TITLE, "The redirect_uri does not match the registered value.")
    state = asked.get("state")
    if asked.get("response_type") != "code":
        return _back(redirect_uri, state, "invalid_request", "response_type must be code")
    scopes = list(dict.fromkeys(asked.get("scope", "").split()))
    if not scopes:
        return _back(redirect_uri, state, "invalid_request", "The parameter scope is missing")
    lacking = [scope for scope in scopes if scope not in app.scopes]
    if lacking:
        return _back(
            redirect_uri, state, "unauthorized_scope_error", f'Scope "{lacking[0]}" is not authorized for your app'
        )
    decision = await consent.decide(request, "linkedin", scopes)
    if decision is None:
        return consent.page(request, title=TITLE, app=app, scopes=scopes, redirect_uri=redirect_uri)
    if not decision.allowed:
        return _back(redirect_uri, state, "user_cancelled_authorize", "The user cancelled the authorization")
    with world.store.transaction():
        code = world.issue(
            "linkedin",
            "code",
            account=decision.account.id,
            app=app.client_id,
            scopes=decision.scopes,
            lives_seconds=CODE_SECONDS,
            prefix="AQT",
            data={"redirect_uri": redirect_uri},
        )
    return consent.back(redirect_uri, code=code.token, state=state)


def _may_redirect(world: World, app: App, uri: str) -> bool:
    """To the letter what is registered, absolute and without a fragment; whether http://localhost may be is not settled."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if "#" in uri or not parts.scheme or not parts.hostname:
        return False
    if parts.hostname in LOOPBACK and not world.settings.linkedin_localhost_redirects:
        return False
    return app.may_redirect_to(uri)


def _back(redirect_uri: str, state: str | None, error: str, description: str) -> Response:
    return consent.back(redirect_uri, error=error, error_description=description, state=state)
