"""X's error answers in our words: by status first, then by the problem's type, then by its text.

Sources: X docs `fundamentals/rate-limits` and `openapi.json` 2.167 (read 2026-08-22); texts as reported from live use.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Scope,
    Transient,
)

REPLY_TO = "/platform_options/x/reply_to"

BACKOFF = timedelta(seconds=60)
"""How long to wait when X limits a rate without saying until when."""

DAILY_BACKOFF = timedelta(minutes=15)
"""The same when a day's budget is used up."""

LATEST_RESET = 4_102_444_800
"""1 January 2100: a reset beyond it is no time."""


def refusal(reply: Reply, *, effect: bool) -> PlatformError:
    """What an answer outside 2xx means. `effect`: the call was one that the world can see."""
    problem = _problem(reply)
    match reply.status:
        case 400:
            return _invalid(problem)
        case 401:
            return CredentialsExpired("X refuses the account's token; reconnect the account.", raw=problem)
        case 402:
            return Misconfigured(
                "credits_depleted", "The app's X account has no credits left; top it up.", scope="app", raw=problem
            )
        case 403:
            return _forbidden(problem, reply.headers, effect=effect)
        case 404:
            return Rejected("not_found", "X does not know what the call names.", raw=problem)
        case 429:
            return _limited(problem, reply.headers)
    if effect:
        return OutcomeUnknown(f"X answered {reply.status}, which does not tell whether the post was made.", raw=problem)
    if 400 < reply.status < 500 and reply.status != 408:
        return _refused_upload(reply.status, problem)
    return Transient("network_unavailable", f"X answered {reply.status}.", raw=problem)


def _problem(reply: Reply) -> dict[str, Any]:
    try:
        body = reply.json()
    except UnreadableAnswer:
        body = None
    return {"status": reply.status, **(body if isinstance(body, dict) else {})}


def _kind(problem: Mapping[str, Any]) -> str:
    """The end of the problem's type; X writes it under two hosts."""
    return str(problem.get("type", "")).rpartition("/problems/")[2]


def _said(problem: Mapping[str, Any]) -> str:
    """Everything that X says in words, in lower case, to look for a phrase in."""
    errors = problem.get("errors")
    entries = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    words = [
        problem.get("title"),
        problem.get("detail"),
        problem.get("reason"),
        *(entry.get("message") for entry in entries),
    ]
    return " | ".join(str(word) for word in words if word).lower()


def _refused_upload(status: int, problem: dict[str, Any]) -> Rejected:
    if status == 413:
        return Rejected("media_too_large", "X refuses the medium as too large.", raw=problem)
    if status == 415:
        return Rejected("media_type_not_supported", "X does not take media of this type.", raw=problem)
    return Rejected("refused_by_network", f"X refused the call with {status}.", raw=problem)


def _invalid(problem: dict[str, Any]) -> Rejected:
    said = _said(problem)
    if "media id" in said:
        message = "X cannot use an uploaded medium; it may be outside X's limits. Convert it and retry."
        return Rejected("media_refused", message, raw=problem, pointer="/media_urls")
    if "reply tweet id" in said or "reply post id" in said:
        message = "X cannot find the post that this one replies to."
        return Rejected("reply_target_not_found", message, raw=problem, pointer=REPLY_TO)
    return Rejected("invalid_request", "X finds a field of the post invalid; see the raw response.", raw=problem)


_FORBIDDEN: tuple[tuple[str, str, str, str | None], ...] = (
    # a phrase of X's, our code, our sentence, the field
    ("duplicate content", "duplicate_content", "X has a post of this account with the same content.", None),
    (
        "you are mentioned or are the author",
        "reply_not_allowed",
        "X allows replies only to your own posts and to posts whose author mentioned or quoted the account.",
        REPLY_TO,
    ),
    ("reply to this conversation is not allowed", "reply_not_allowed", "The author limits who may reply.", REPLY_TO),
    ("suspended", "account_suspended", "X has suspended the account; see to it on x.com.", None),
    ("locked", "account_locked", "X has locked the account; unlock it on x.com.", None),
    ("cashtag", "too_many_cashtags", "X takes at most one cashtag in a post.", "/text"),
    ("invalid url", "invalid_link", "X refuses a link in the text.", "/text"),
    ("longer than 2 minutes", "media_refused", "X refuses the video as too long for this account.", "/media_urls"),
    (
        "not permitted to perform this action",
        "not_permitted",
        "X does not let this account do that: the text may be too long without Premium, or an option needs a subscription.",
        None,
    ),
)


def _forbidden(problem: dict[str, Any], headers: Mapping[str, str], *, effect: bool) -> PlatformError:
    kind, said = _kind(problem), _said(problem)
    if kind == "client-forbidden" or "client-not-enrolled" in said:
        message = "X does not let this app use the API v2; enrol it in the developer portal."
        return Misconfigured("app_not_enrolled", message, scope="app", raw=problem)
    if kind == "unsupported-authentication" or "unsupported authentication" in said:
        message = "The account's token is not a user's token; reconnect the account."
        return Misconfigured("permission_missing", message, scope="account", raw=problem)
    if "daily" in said and "limit" in said:
        return _limited(problem, headers, otherwise=DAILY_BACKOFF)
    for phrase, code, message, pointer in _FORBIDDEN:
        if phrase in said:
            return Rejected(code, message, raw=problem, pointer=pointer)
    if kind == "not-authorized-for-resource":
        message = "X does not let this account act on the post that it names."
        return Rejected("reply_not_allowed", message, raw=problem, pointer=REPLY_TO)
    if not effect and str(problem.get("detail", "")).strip().lower() in {"", "forbidden"}:
        # This is how the media endpoints refuse a token without the scope media.write.
        message = (
            "X refuses the upload without a reason, as it does when a scope is missing: reconnect with media.write."
        )
        return Misconfigured("permission_missing", message, scope="account", raw=problem)
    return Rejected("forbidden", "X refuses the post; see the raw response.", raw=problem)


def _limited(problem: dict[str, Any], headers: Mapping[str, str], *, otherwise: timedelta = BACKOFF) -> RateLimited:
    """Until when: the day's reset where a day's budget is used up, else the window's reset, else a minute."""
    if _kind(problem) == "usage-capped":
        message = "The app's X plan has used up its budget for the period."
        return RateLimited(message, wait=timedelta(days=1), scope="app", raw=problem, code="usage_capped")
    budgets: tuple[tuple[str, Scope], ...] = (
        ("x-app-limit-24hour", "app"),
        ("x-user-limit-24hour", "account"),
        ("x-rate-limit", "account"),
    )
    for prefix, scope in budgets:
        until = _reset(headers.get(f"{prefix}-reset", ""))
        if until and headers.get(f"{prefix}-remaining", "").strip() == "0":
            return RateLimited("X's rate limit is reached.", until=until, scope=scope, raw=problem)
    until = _reset(headers.get("x-rate-limit-reset", ""))
    if until and "x-rate-limit-remaining" not in headers:
        return RateLimited("X's rate limit is reached.", until=until, raw=problem)
    return RateLimited("X asks for patience.", wait=otherwise, raw=problem)


def _reset(text: str) -> datetime | None:
    seconds = int(text) if text.isascii() and text.strip().isdigit() and len(text) < 12 else 0
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LATEST_RESET else None
