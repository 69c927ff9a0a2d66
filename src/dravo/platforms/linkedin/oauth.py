"""Renewing an account's token. Source: LinkedIn docs `programmatic-refresh-tokens` (read 2026-09-19).

Apps of the Marketing Developer Platform alone get refresh tokens: they live 365 days from the first consent, and renewing
does not prolong that. The other apps' members give their consent anew every 60 days.
"""

from typing import Any

from pydantic import ValidationError

from dravo.kit.http import Reply, Request
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, RateLimited, Transient, object_of
from dravo.platforms.linkedin.client import UPLOAD_HOST
from dravo.platforms.linkedin.rate_limits import BACKOFF


def refresh(consent: Consent) -> Call[Tokens] | None:
    """POST /oauth/v2/accessToken. LinkedIn may give the same refresh token again, or none."""
    app = consent.app
    if app is None or not consent.refresh_token:
        return None
    request = Request(
        method="POST",
        host=UPLOAD_HOST,
        path="/oauth/v2/accessToken",
        form={
            "grant_type": "refresh_token",
            "refresh_token": consent.refresh_token,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
        },
        auth="none",
    )
    return Call(request, Tokens, _tokens, secret=True)


def _tokens(reply: Reply) -> Tokens:
    """The new tokens. What is raised holds no word of the answer but its error's name, for the rest may be secret."""
    answer = object_of(reply)
    if not reply.ok:
        raise _refusal(reply.status, answer)
    try:
        return Tokens.model_validate(answer)
    except ValidationError:
        # The cause would quote the answer, and with it the tokens.
        raise _no_answer(reply.status) from None


def _refusal(status: int, answer: dict[str, Any] | None) -> PlatformError:
    """LinkedIn names a dead refresh token `invalid_grant` or `invalid_request`, so every 400 of its own means that."""
    error = "" if answer is None else str(answer.get("error", ""))[:100]
    raw = {"status": status, "error": error}
    if status == 401 or (status == 400 and error == "invalid_client"):
        message = "LinkedIn does not know the app by its client id and secret; correct them."
        return Misconfigured("app_credentials_refused", message, scope="app", raw=raw)
    if status == 400 and answer is not None:
        message = "LinkedIn does not renew the account's token any more; reconnect the account."
        return CredentialsExpired(message, raw=raw)
    if status == 429:
        message = "LinkedIn's limit of renewals of tokens for this app is reached; it is tried again in a minute."
        return RateLimited(message, wait=BACKOFF, scope="app", raw=raw)
    return _no_answer(status)


def _no_answer(status: int) -> Transient:
    message = f"LinkedIn answered {status} to the renewal of the token, and nothing usable with it."
    return Transient("network_unavailable", message, raw={"status": status})
