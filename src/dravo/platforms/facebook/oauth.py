"""A Page's token, made anew from the user's. Sources: Facebook Login `access-tokens/get-long-lived` (read 2026-09-11).

There are no refresh tokens. A Page's token is read from the Page with the token of a user who has a role there, and has no end
where the user's is a long-lived one. It dies with the user's password, role or consent.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from dravo.kit.http import Reply, Request
from dravo.platforms._graph.error_table import PERMISSIONS
from dravo.platforms._graph.wire import Answer, reader
from dravo.platforms.base import Call, Consent, Tokens
from dravo.platforms.errors import CredentialsExpired, PlatformError, Rejected, Transient
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.config import FacebookConfig


class _PageToken(Answer):
    """Left out for a user who has no role on the Page."""

    access_token: str | None = Field(None, repr=False)


def refresh(consent: Consent) -> Call[Tokens] | None:
    """GET /{page}?fields=access_token, with the user's token: the one that the Page's was made of, or the one there is.

    An account that was registered with a user's token so gets its Page's. The user's token is kept beside it for the next time.
    """
    user_token = consent.refresh_token or consent.access_token
    if not user_token:
        return None
    profile = consent.profile
    page = Page(
        str(profile.traits.get("page_id") or profile.platform_account_id), FacebookConfig.of(consent.config).version
    )
    request = Request(
        method="GET",
        host=page.graph.host,
        path=page.graph.path((page.id,)),
        query={"fields": "access_token"},
        headers={"authorization": f"Bearer {user_token}"},
        auth="none",
    )
    return Call(request, Tokens, lambda reply: _tokens(reply, user_token), secret=True)


def _tokens(reply: Reply, user_token: str) -> Tokens:
    """The new tokens. What is raised holds no word of an answer that has them.

    An account is disconnected only for what says that the role, the permission or the consent is gone. Facebook has answered
    100/33 about Pages that were there (postiz-app#1562), so that and all that is not understood is asked again later.
    """
    try:
        told = reader(_PageToken, "read")(reply)
    except Rejected as refused:
        codes = _codes_of(refused.raw)
        raise (_no_role() if codes.get("code") in PERMISSIONS else _no_answer(codes)) from None
    except ValidationError:
        raise _no_answer({}) from None
    if told.access_token:
        return Tokens(access_token=told.access_token, refresh_token=user_token)
    raise _no_role()


def _codes_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a refusal, without its words."""
    error = raw.get("error", {})
    return {name: error[name] for name in ("code", "error_subcode") if isinstance(error.get(name), int)}


def _no_role() -> CredentialsExpired:
    message = "Facebook gives this user no token for the Page; reconnect the account as somebody who has a role on it."
    return CredentialsExpired(message)


def _no_answer(codes: dict[str, Any]) -> PlatformError:
    return Transient("network_unavailable", "Facebook's answer holds no token for the Page.", raw={"error": codes})
