"""Renewing an account's tokens. Source: TikTok docs `oauth-user-access-token-management` (2026-11-05), `oauth-error-handling`
(read 2026-11-23).

Older pages give tokens other spans than newer ones, so `expires_in` alone is believed. Newer pages say that each renewal brings
a new refresh token and ends the old one. An error may come with HTTP 200.
"""

from typing import Any

from pydantic import ValidationError

from dravo.kit.http import Reply, Request
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient, object_of
from dravo.platforms.tiktok.client import HOST
from dravo.platforms.tiktok.error_table import A_MINUTE

_OVER = frozenset({"invalid_grant", "access_denied"})
_OF_THE_APP = frozenset(
    {"invalid_client", "invalid_request", "invalid_scope", "unauthorized_client", "unsupported_grant_type"}
)


def refresh(consent: Consent) -> Call[Tokens] | None:
    """POST /v2/oauth/token/. TikTok calls an app's id its key."""
    app = consent.app
    if app is None or not consent.refresh_token:
        return None
    request = Request(
        method="POST",
        host=HOST,
        path="/v2/oauth/token/",
        form={
            "client_key": app.client_id,
            "client_secret": app.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": consent.refresh_token,
        },
        auth="none",
    )
    return Call(request, Tokens, _tokens, secret=True)


def _tokens(reply: Reply) -> Tokens:
    """The new tokens. What is raised holds no word of the answer but its error's name, for the rest may be secret."""
    answer = object_of(reply) or {}
    if not reply.ok or not answer.get("access_token"):
        raise _refusal(reply.status, answer)
    try:
        return Tokens.model_validate(answer)
    except ValidationError:
        # The cause would quote the answer, and with it the tokens.
        raise _no_answer(reply.status, "") from None


def _refusal(status: int, answer: dict[str, Any]) -> PlatformError:
    error = answer.get("error")
    error = error[:100] if isinstance(error, str) else ""
    raw = {"status": status, "error": error}
    if status == 429:
        message = "TikTok's limit of renewals of tokens for this app is reached; it is tried again in a minute."
        return RateLimited(message, wait=A_MINUTE, scope="app", raw=raw)
    if status < 500 and (error in _OVER or (error == "invalid_request" and _is_about_the_token(answer))):
        message = "TikTok does not renew the account's token any more; reconnect the account."
        return CredentialsExpired(message, raw=raw)
    if status < 500 and error in _OF_THE_APP:
        message = f"TikTok refuses the app's call for a new token ({error}); check the app's client key and secret."
        return Misconfigured("app_credentials_refused", message, scope="app", raw=raw)
    return _no_answer(status, error)


def _is_about_the_token(answer: dict[str, Any]) -> bool:
    """Whether TikTok's words blame the refresh token: an invalid request alone says nothing of the account's consent."""
    words = str(answer.get("error_description", "")).lower().replace("_", " ")
    return "refresh token" in words


def _no_answer(status: int, error: str) -> Transient:
    message = f"TikTok answered {status} to the renewal of the token, and nothing usable with it."
    return Transient("network_unavailable", message, raw={"status": status, "error": error})
