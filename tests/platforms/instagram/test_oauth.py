import json
import traceback
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import App, Call, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient
from dravo.platforms.instagram import oauth
from platforms.instagram.material import form_of
from platforms.memory_run import real_hosts

APP = App("the-app", "the-app's secret")


def call_of(login: str | None, token: str = "the token", app: App | None = APP, **config: Any) -> Call[Tokens] | None:
    traits = {} if login is None else {"login": login}
    return oauth.refresh(Consent(Profile("17", "acme", traits), token, None, app, config))


def answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def refusal(code: int, subcode: int | None = None, message: str = "no") -> dict[str, Any]:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
    return {"error": error | ({"error_subcode": subcode} if subcode else {})}


async def wire(call: Call[Tokens] | None) -> httpx.Request:
    assert call is not None
    assert call.secret
    assert not call.effect
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(call.request, token="")
        request: httpx.Request = route.calls.last.request
    assert "authorization" not in request.headers
    return request


@pytest.mark.parametrize("login", [None, "instagram"])
@pytest.mark.parametrize("app", [None, APP])
async def test_instagrams_own_token_prolongs_itself(login: str | None, app: App | None) -> None:
    request = await wire(call_of(login, app=app))
    assert (request.method, request.url.host, request.url.path) == (
        "GET",
        "graph.instagram.com",
        "/refresh_access_token",
    )
    assert dict(request.url.params) == {"grant_type": "ig_refresh_token", "access_token": "the token"}
    assert request.content == b""


async def test_facebooks_token_is_exchanged_by_the_app() -> None:
    request = await wire(call_of("facebook", version="v25.0"))
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v25.0/oauth/access_token")
    assert form_of(request) == {
        "grant_type": "fb_exchange_token",
        "client_id": "the-app",
        "client_secret": "the-app's secret",
        "fb_exchange_token": "the token",
    }


def test_what_cannot_be_renewed_is_not_asked_for() -> None:
    assert call_of("facebook", app=None) is None
    assert call_of("instagram", token="") is None
    assert call_of("facebook", token="") is None


CALLS = [call for call in (call_of("instagram"), call_of("facebook")) if call is not None]
each = pytest.mark.parametrize("call", CALLS, ids=["instagram", "facebook"])


@each
def test_new_tokens_are_read(call: Call[Tokens]) -> None:
    tokens = call.read(answer(200, {"access_token": "new", "token_type": "bearer", "expires_in": 5183944}))
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_in) == ("new", None, 5183944)
    assert call.read(answer(200, {"access_token": "new"})).expires_in is None


SECRET = "Error validating client secret."


@each
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, refusal(190), CredentialsExpired),
        (400, refusal(190, 463), CredentialsExpired),
        (401, refusal(190, 460), CredentialsExpired),
        (400, refusal(102), CredentialsExpired),
        (400, refusal(1, message=SECRET), Misconfigured),
        (400, refusal(101), Misconfigured),
        (400, refusal(4), RateLimited),
        (400, refusal(80002), RateLimited),
        (429, b"<html>", RateLimited),
        (400, refusal(1), Transient),
        (500, refusal(2), Transient),
        (400, refusal(10), Transient),
        (400, refusal(100), Transient),
        (400, refusal(987654), Transient),
        (400, {"error": "odd"}, Transient),
        (400, b"<html>", Transient),
        (502, b"<html>", Transient),
        (200, b"<html>", Transient),
        (200, [], Transient),
        (200, {}, Transient),
        (200, {"access_token": ""}, Transient),
    ],
)
def test_only_what_is_called_invalid_is_dead(
    call: Call[Tokens], status: int, body: object, error: type[PlatformError]
) -> None:
    with pytest.raises(error) as raised:
        call.read(answer(status, body))
    assert raised.value.raw["http_status"] == status
    if isinstance(raised.value, Misconfigured):
        assert (raised.value.code, raised.value.scope) == ("app_credentials_refused", "app")


@each
def test_a_limit_is_waited_for_as_long_as_meta_says(call: Call[Tokens]) -> None:
    usage = '{"1": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 7}]}'
    with pytest.raises(RateLimited) as raised:
        call.read(answer(400, refusal(80002), {"x-business-use-case-usage": usage}))
    assert raised.value.wait == timedelta(minutes=7)


@each
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"access_token": ["s3cret-token"]}),
        (400, refusal(190, message="Malformed access token s3cret-token")),
        (400, refusal(1, message="Error validating client secret. s3cret-token")),
        (400, refusal(100, message="s3cret-token")),
        (500, {"error_description": "s3cret-token"}),
    ],
)
def test_no_secret_is_in_what_is_raised(call: Call[Tokens], status: int, body: object) -> None:
    with pytest.raises(PlatformError) as raised:
        call.read(answer(status, body))
    told = "".join(traceback.format_exception(raised.value)) + str(raised.value.raw)
    assert "s3cret-token" not in told
    assert APP.client_secret not in told
