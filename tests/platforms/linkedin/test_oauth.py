import traceback
from urllib.parse import parse_qs

import pytest

from dravo.platforms.base import App, Call, Consent, Profile, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient
from dravo.platforms.linkedin import oauth
from platforms.linkedin.material import answer, wire

APP = App("the-app", "the-app's secret")


def refresh(app: App | None, refresh_token: str | None) -> Call[Tokens]:
    call = oauth.refresh(Consent(Profile("1", "ada"), "the access token", refresh_token, app))
    assert call is not None
    return call


@pytest.mark.parametrize(("app", "refresh_token"), [(None, "a token"), (App("an-app", ""), None)])
def test_without_an_app_or_a_refresh_token_nothing_is_renewed(app: App | None, refresh_token: str | None) -> None:
    assert oauth.refresh(Consent(Profile("1", "ada"), "the access token", refresh_token, app)) is None


CALL = refresh(APP, "the refresh token")
GIVEN = {
    "access_token": "new access",
    "expires_in": 5184000,
    "refresh_token": "the refresh token",
    "refresh_token_expires_in": 31536000,
    "scope": "openid,w_member_social",
}


async def test_refresh_is_a_form_without_a_token() -> None:
    request = await wire(CALL)
    assert (request.method, str(request.url)) == ("POST", "https://www.linkedin.com/oauth/v2/accessToken")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in request.headers
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["the refresh token"],
        "client_id": ["the-app"],
        "client_secret": ["the-app's secret"],
    }
    assert CALL.secret
    assert not CALL.effect


def test_new_tokens_are_read_whole() -> None:
    tokens = CALL.read(answer(200, GIVEN))
    assert tokens.model_dump() == {
        "access_token": "new access",
        "refresh_token": "the refresh token",
        "expires_in": 5184000,
        "scope": "openid,w_member_social",
    }


def test_answer_without_a_refresh_token_leaves_the_old_one() -> None:
    tokens = CALL.read(answer(200, {"access_token": "new access", "expires_in": 432000}))
    assert (tokens.access_token, tokens.refresh_token, tokens.scope) == ("new access", None, None)


INVALID = "The provided authorization grant or refresh token is invalid, expired or revoked"


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (400, {"error": "invalid_grant"}, CredentialsExpired, "account_needs_reconnect"),
        (
            400,
            {"error": "invalid_request", "error_description": INVALID},
            CredentialsExpired,
            "account_needs_reconnect",
        ),
        (400, {}, CredentialsExpired, "account_needs_reconnect"),
        (400, {"error": "invalid_client"}, Misconfigured, "app_credentials_refused"),
        (401, {"error": "invalid_client"}, Misconfigured, "app_credentials_refused"),
        (401, b"<html>", Misconfigured, "app_credentials_refused"),
        (400, b"<html>", Transient, "network_unavailable"),
        (429, {}, RateLimited, "rate_limited"),
        (500, {}, Transient, "network_unavailable"),
        (502, b"<html>", Transient, "network_unavailable"),
        (302, b"", Transient, "network_unavailable"),
        (200, b"<html>", Transient, "network_unavailable"),
        (200, [], Transient, "network_unavailable"),
        (200, {"access_token": ""}, Transient, "network_unavailable"),
    ],
)
def test_refused_refresh_means_what_it_says(status: int, body: object, error: type[PlatformError], code: str) -> None:
    with pytest.raises(error) as caught:
        CALL.read(answer(status, body))
    assert caught.value.code == code
    assert caught.value.raw["status"] == status
    if isinstance(caught.value, Misconfigured):
        assert caught.value.scope == "app"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"access_token": ["s3cret-token"], "refresh_token": "s3cret-token"}),
        (400, {"error": "invalid_grant", "error_description": "s3cret-token", "refresh_token": "s3cret-token"}),
        (500, {"error_description": "s3cret-token"}),
    ],
)
def test_no_secret_is_in_what_is_raised(status: int, body: object) -> None:
    with pytest.raises(PlatformError) as caught:
        CALL.read(answer(status, body))
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.raw)
    assert "s3cret-token" not in told
    assert APP.client_secret not in told
