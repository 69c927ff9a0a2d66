"""Renewing an account's token, which is prolonged by itself: Meta has no refresh tokens.

Sources: Instagram platform page `refresh_access_token` (2025-07-17) and Facebook Login guide `get-long-lived` (read 2026-09-11).
A renewed token lives for 60 days from then; one that has lapsed cannot be renewed. Instagram renews none that is younger than
24 hours and does not say how it refuses, so only a token that is called invalid counts as dead.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from dravo.kit.http import Reply, Request
from dravo.platforms._graph.error_table import row_of
from dravo.platforms._graph.usage import usage_wait
from dravo.platforms._graph.wire import Graph
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    PlatformError,
    RateLimited,
    Transient,
    object_of,
)
from dravo.platforms.instagram.client import HOSTS, login_of
from dravo.platforms.instagram.config import InstagramConfig


def refresh(consent: Consent) -> Call[Tokens] | None:
    """The call that prolongs the token, by the login that it came from. With Facebook Login that takes the app."""
    if not consent.access_token:
        return None
    if login_of(consent.profile) == "instagram":
        return Call(_prolonged_by_instagram(consent.access_token), Tokens, _tokens, secret=True)
    if consent.app is None:
        return None
    request = Request(
        method="POST",
        host=HOSTS["facebook"],
        path=Graph(HOSTS["facebook"], InstagramConfig.of(consent.config).version).path(("oauth", "access_token")),
        form={
            "grant_type": "fb_exchange_token",
            "client_id": consent.app.client_id,
            "client_secret": consent.app.client_secret,
            "fb_exchange_token": consent.access_token,
        },
        auth="none",
    )
    return Call(request, Tokens, _tokens, secret=True)


def _prolonged_by_instagram(token: str) -> Request:
    """Without a version, and with the token in the query: Instagram documents no other way."""
    return Request(
        method="GET",
        host=HOSTS["instagram"],
        path="/refresh_access_token",
        query={"grant_type": "ig_refresh_token", "access_token": token},
        auth="none",
    )


def _tokens(reply: Reply) -> Tokens:
    """The new token. What is raised holds no word of the answer, for Meta repeats tokens in its words."""
    answer = object_of(reply)
    error = (answer or {}).get("error")
    if not reply.ok or error:
        raise _refusal(reply, error if isinstance(error, dict) else {})
    try:
        return Tokens.model_validate(answer)
    except ValidationError:
        # The cause would quote the answer, and with it the token.
        raise _no_answer({"http_status": reply.status}) from None


def _refusal(reply: Reply, error: Mapping[str, Any]) -> PlatformError:
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    raw = {"http_status": reply.status, "error": {"code": code, "error_subcode": subcode}}
    if code in {102, 190}:
        message = "The account's token is no longer valid and cannot be renewed; reconnect the account."
        return CredentialsExpired(message, raw=raw)
    if code == 101 or (code == 1 and "client secret" in str(error.get("message", ""))):
        # Met as code 1 with those words, and as 101 (facebookarchive/php-graph-sdk#538, #50); Meta documents neither.
        message = "Meta does not know the app by its client id and secret; correct them."
        return Misconfigured("app_credentials_refused", message, scope="app", raw=raw)
    row = row_of(code, subcode)
    if reply.status == 429 or (row is not None and row.kind == "pause"):
        message = "Meta's limit of calls is reached; the token is renewed later."
        wait = usage_wait(reply) or (row.wait if row else None) or timedelta(hours=1)
        return RateLimited(message, wait=wait, scope=row.scope if row else "account", raw=raw)
    return _no_answer(raw)


def _no_answer(raw: dict[str, Any]) -> Transient:
    message = f"Meta answered {raw['http_status']} to the renewal of the token, and nothing usable with it."
    return Transient("tokens_not_renewed", message, raw=raw)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
