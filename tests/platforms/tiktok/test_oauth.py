import json
import traceback
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import App, Call, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient
from dravo.platforms.tiktok import PLATFORM
from platforms.memory_run import TOKEN, real_hosts

APP = App("the-key", "the-app's secret")


def refresh(app: App | None = APP, refresh_token: str | None = "rft.old") -> Call[Tokens] | None:
    return PLATFORM.refresh(Consent(Profile("1", "acme"), "act.old", refresh_token, app))


@pytest.mark.parametrize(("app", "refresh_token"), [(None, "rft.old"), (APP, None), (APP, "")])
def test_without_an_app_or_a_refresh_token_nothing_is_renewed(app: App | None, refresh_token: str | None) -> None:
    assert refresh(app, refresh_token) is None


CALL = refresh()
assert CALL is not None
GIVEN = {
    "access_token": "act.new",
    "expires_in": 7200,
    "open_id": "o1",
    "refresh_token": "rft.new",
    "refresh_expires_in": 15552000,
    "scope": "user.info.basic,video.publish",
    "token_type": "Bearer",
}


def read(status: int, body: Any) -> Tokens:
    assert CALL is not None
    return CALL.read(Reply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode()))


async def test_refresh_is_a_form_without_a_token() -> None:
    assert CALL is not None
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(CALL.request, token=TOKEN)
        request = route.calls.last.request
    assert (request.method, str(request.url)) == ("POST", "https://open.tiktokapis.com/v2/oauth/token/")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in request.headers
    assert parse_qs(request.content.decode()) == {
        "client_key": ["the-key"],
        "client_secret": ["the-app's secret"],
        "grant_type": ["refresh_token"],
        "refresh_token": ["rft.old"],
    }
    assert CALL.secret
    assert not CALL.effect


def test_new_tokens_are_read_with_their_own_span() -> None:
    assert read(200, GIVEN).model_dump() == {
        "access_token": "act.new",
        "refresh_token": "rft.new",
        "expires_in": 7200,
        "scope": "user.info.basic,video.publish",
    }
    assert read(200, {"access_token": "act.new"}).expires_in is None


def said(error: str, words: str = "") -> dict[str, str]:
    return {"error": error, "error_description": words, "log_id": "L"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, said("invalid_grant"), CredentialsExpired, "account_needs_reconnect"),
        (
            200,
            said("invalid_grant", "Refresh token is invalid or expired."),
            CredentialsExpired,
            "account_needs_reconnect",
        ),
        (400, said("access_denied"), CredentialsExpired, "account_needs_reconnect"),
        (400, said("invalid_request", "The refresh_token is invalid."), CredentialsExpired, "account_needs_reconnect"),
        (400, said("invalid_request", "Parameters are malformed."), Misconfigured, "app_credentials_refused"),
        (200, said("invalid_client", "Client key or secret is incorrect."), Misconfigured, "app_credentials_refused"),
        (401, said("invalid_client"), Misconfigured, "app_credentials_refused"),
        (400, said("unauthorized_client"), Misconfigured, "app_credentials_refused"),
        (429, said("rate_limit_exceeded"), RateLimited, "rate_limited"),
        (429, b"<html>", RateLimited, "rate_limited"),
        (500, said("invalid_grant"), Transient, "network_unavailable"),
        (200, said("server_error"), Transient, "network_unavailable"),
        (400, said("brand_new"), Transient, "network_unavailable"),
        (401, b"<html>", Transient, "network_unavailable"),
        (200, b"<html>", Transient, "network_unavailable"),
        (200, {"access_token": ["act.new"]}, Transient, "network_unavailable"),
        (400, {"error": {"code": "invalid_grant"}}, Transient, "network_unavailable"),
    ],
)
def test_a_refusal_means_what_its_name_says_whatever_the_status(
    status: int, body: Any, kind: type[PlatformError], code: str
) -> None:
    with pytest.raises(kind) as raised:
        read(status, body)
    assert (raised.value.code, raised.value.raw["status"]) == (code, status)
    if isinstance(raised.value, Misconfigured | RateLimited):
        assert raised.value.scope == "app"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"access_token": ["s3cret"], "refresh_token": "s3cret"}),
        (400, said("invalid_grant", "s3cret") | {"refresh_token": "s3cret"}),
        (200, said("invalid_client", "s3cret")),
        (500, said("", "s3cret")),
    ],
)
def test_no_secret_is_in_what_is_raised(status: int, body: Any) -> None:
    with pytest.raises(PlatformError) as raised:
        read(status, body)
    told = "".join(traceback.format_exception(raised.value)) + str(raised.value.raw)
    assert "s3cret" not in told
    assert APP.client_secret not in told
