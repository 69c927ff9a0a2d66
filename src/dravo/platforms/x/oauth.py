"""Renewing an account's tokens at X.

Source: X docs `fundamentals/authentication/oauth-2-0` (read 2026-08-22); the answer to a dead refresh token as reported from
live use. A refresh token works once. No secret leaves this module but in the request itself.
"""

import base64
from typing import Any

from pydantic import ValidationError

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, Transient, object_of
from dravo.platforms.x.client import HOST
from dravo.platforms.x.rate_limits import limited

DEAD_TOKEN = "value passed for the token was invalid"  # noqa: S105 - X's words about a token
"""How X calls a refresh token that is used up or revoked, under the error `invalid_request`."""


def refresh(consent: Consent) -> Call[Tokens] | None:
    """POST /2/oauth2/token: a new pair for the old refresh token.

    A confidential app, one that has a secret, signs with it; a public one names itself in the form.
    """
    app = consent.app
    if app is None or not consent.refresh_token:
        return None
    form = {"grant_type": "refresh_token", "refresh_token": consent.refresh_token}
    headers = {}
    if app.client_secret:
        pair = f"{app.client_id}:{app.client_secret}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        form["client_id"] = app.client_id
    request = Request(method="POST", host=HOST, path="/2/oauth2/token", headers=headers, form=form, auth="none")
    return Call(request, Tokens, _read, secret=True)


def _read(reply: Reply) -> Tokens:
    if not reply.ok:
        raise _refusal(reply)
    try:
        return Tokens.model_validate(reply.json())
    except (UnreadableAnswer, ValidationError):
        # The cause would quote the answer, and with it the tokens.
        raise Transient("network_unavailable", "X's answer to the refresh holds no token.") from None


def _refusal(reply: Reply) -> PlatformError:
    said = object_of(reply) or {}
    error = str(said.get("error", ""))[:100]
    raw: dict[str, Any] = {"status": reply.status, "error": error}
    if reply.status == 429:
        return limited(raw, reply.headers)
    if not error or reply.status >= 500:
        return Transient(
            "network_unavailable",
            f"X does not renew the account's token for the moment (it answered {reply.status}).",
            raw=raw,
        )
    description = str(said.get("error_description", "")).lower()
    if error == "invalid_grant" or (error == "invalid_request" and DEAD_TOKEN in description):
        return CredentialsExpired(
            "X does not take the account's refresh token any more; reconnect the account.", raw=raw
        )
    message = f"X refuses the app's call for a new token ({error}); check the app's client id and secret."
    return Misconfigured("app_credentials_refused", message, scope="app", raw=raw)
