import base64
import json
import traceback
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import App, Call, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient
from dravo.platforms.x import PLATFORM, oauth
from platforms.memory_run import TOKEN, real_hosts

CONFIDENTIAL = App("the-client", "the-app-secret")
PUBLIC = App("the-client", "")
OLD, NEW, NEXT = "old-refresh-token", "new-access-token", "new-refresh-token"
SECRETS = (OLD, NEW, NEXT, "the-app-secret", base64.b64encode(b"the-client:the-app-secret").decode())


def refresh(app: App | None, refresh_token: str | None) -> Call[Tokens]:
    call = oauth.refresh(Consent(Profile("1", "ada"), "the access token", refresh_token, app))
    assert call is not None
    return call


@pytest.mark.parametrize(("app", "refresh_token"), [(None, "a token"), (App("an-app", ""), None)])
def test_without_an_app_or_a_refresh_token_nothing_is_renewed(app: App | None, refresh_token: str | None) -> None:
    assert oauth.refresh(Consent(Profile("1", "ada"), "the access token", refresh_token, app)) is None


CALL = refresh(CONFIDENTIAL, OLD)


async def wire(app: App) -> httpx.Request:
    with respx.mock:
        route = respx.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(refresh(app, OLD).request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        return request


def answer(status: int, body: object = None, **headers: str) -> Reply:
    return Reply(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


async def test_confidential_app_signs_with_its_secret() -> None:
    request = await wire(CONFIDENTIAL)
    assert (request.method, str(request.url)) == ("POST", "https://api.x.com/2/oauth2/token")
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"the-client:the-app-secret").decode()
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(parse_qsl(request.content.decode())) == {"grant_type": "refresh_token", "refresh_token": OLD}


async def test_public_app_names_itself_in_the_form() -> None:
    request = await wire(PUBLIC)
    assert "authorization" not in request.headers
    assert dict(parse_qsl(request.content.decode())) == {
        "grant_type": "refresh_token",
        "refresh_token": OLD,
        "client_id": "the-client",
    }


def test_refresh_is_seen_by_nobody_and_known_to_the_registry() -> None:
    assert (CALL.effect, CALL.secret) == (False, True)
    assert PLATFORM.refresh is oauth.refresh


def test_new_pair_is_read() -> None:
    body = {"token_type": "bearer", "expires_in": 7200, "access_token": NEW, "refresh_token": NEXT, "scope": "a b"}
    tokens = CALL.read(answer(200, body))
    assert (tokens.access_token, tokens.refresh_token) == (NEW, NEXT)
    assert (tokens.expires_in, tokens.scope) == (7200, "a b")


def test_answer_without_a_new_refresh_token_says_nothing_of_it() -> None:
    assert CALL.read(answer(200, {"access_token": NEW})).refresh_token is None


def refused(error: str, description: str = "") -> dict[str, str]:
    return {"error": error, "error_description": description}


FAILURES: list[tuple[int, object, type[PlatformError]]] = [
    (400, refused("invalid_request", "Value passed for the token was invalid."), CredentialsExpired),
    (400, refused("invalid_grant"), CredentialsExpired),
    (401, refused("invalid_grant"), CredentialsExpired),
    (400, refused("invalid_request", "Missing required parameter [client_id]."), Misconfigured),
    (401, refused("unauthorized_client", "Missing valid authorization header"), Misconfigured),
    (401, refused("invalid_client"), Misconfigured),
    (400, refused("unsupported_grant_type"), Misconfigured),
    (429, b"", RateLimited),
    (500, refused("server_error"), Transient),
    (503, b"<html>", Transient),
    (403, b"<html>", Transient),
    (400, {}, Transient),
    (200, b"<html>", Transient),
    (200, {"refresh_token": NEXT}, Transient),
    (200, {"access_token": "", "refresh_token": NEXT}, Transient),
    (200, [NEW, NEXT], Transient),
    (302, b"", Transient),
]


@pytest.mark.parametrize(("status", "body", "error"), FAILURES)
def test_failed_refresh_has_its_verdict_and_tells_no_secret(
    status: int, body: object, error: type[PlatformError]
) -> None:
    with pytest.raises(error) as caught:
        CALL.read(answer(status, body))
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.raw)
    assert [secret for secret in SECRETS if secret in shown] == []


def test_refused_app_is_the_apps_fault() -> None:
    with pytest.raises(Misconfigured) as caught:
        CALL.read(answer(401, refused("unauthorized_client")))
    assert (caught.value.code, caught.value.scope) == ("app_credentials_refused", "app")
    assert caught.value.raw == {"status": 401, "error": "unauthorized_client"}


def test_limited_refresh_waits_as_long_as_x_says() -> None:
    until = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(until.timestamp()))}
    with pytest.raises(RateLimited) as caught:
        CALL.read(answer(429, {}, **headers))
    assert caught.value.until == until
    with pytest.raises(RateLimited) as caught:
        CALL.read(answer(429, {}))
    assert caught.value.wait == timedelta(seconds=60)


@pytest.mark.parametrize("app", [CONFIDENTIAL, PUBLIC])
def test_described_call_shows_no_secret(app: App) -> None:
    assert [secret for secret in SECRETS if secret in repr(refresh(app, OLD))] == []
