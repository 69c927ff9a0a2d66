"""X's error answers in our words: by status first, then by the problem's type, then by its text.

Sources: X docs `fundamentals/rate-limits` and `openapi.json` 2.167 (read 2026-08-22); texts as reported from live use.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dravo.kit.http import Reply
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    Rejected,
    Transient,
    object_of,
)
from dravo.platforms.x.rate_limits import limited, posts_of_the_day_used, usage_capped

REPLY_TO = "/platform_options/x/reply_to"
MEDIA = "/media_urls"


def refusal(reply: Reply, *, effect: bool, medium: str | None = None) -> PlatformError:
    """What an answer outside 2xx means.

    `effect`: the call was one that the world can see. `medium`: it was about this medium (a pointer into the request), and so
    is what it is refused for, unless that is the account, its token or the app.
    """
    problem = problem_of(reply)
    match reply.status:
        case 400:
            return _invalid(problem, medium)
        case 401:
            return CredentialsExpired("X refuses the account's token; reconnect the account.", raw=problem)
        case 402:
            return Misconfigured(
                "credits_depleted", "The app's X account has no credits left; top it up.", scope="app", raw=problem
            )
        case 403:
            return _forbidden(problem, reply.headers, effect=effect, medium=medium)
        case 404:
            return _not_found(problem, effect=effect, medium=medium)
        case 429:
            return _limited(problem, reply.headers)
    if effect:
        return OutcomeUnknown(f"X answered {reply.status}, which does not tell whether the post was made.", raw=problem)
    if 400 < reply.status < 500 and reply.status != 408:
        return _refused_upload(reply.status, problem, medium)
    message = f"X is out of service for the moment (it answered {reply.status}); it is tried again."
    return Transient("network_unavailable", message, raw=problem)


def problem_of(reply: Reply) -> dict[str, Any]:
    """The status, and the fields of the body where it is an object."""
    return {"status": reply.status, **(object_of(reply) or {})}


def words_of(problem: Mapping[str, Any]) -> str:
    """What X says of a failure, in its own words, for the end of a sentence; at most 300 characters."""
    said = [str(entry["message"]) for entry in _entries(problem) if entry.get("message")]
    if not said:
        said = [str(problem[name]) for name in ("detail", "title") if problem.get(name)][:1]
    return f' X says: "{"; ".join(said)[:300]}".' if said else ""


def _entries(problem: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    errors = problem.get("errors")
    yield from (error for error in (errors if isinstance(errors, list) else []) if isinstance(error, dict))


def _kind(problem: Mapping[str, Any]) -> str:
    """The end of the problem's type; X writes it under two hosts."""
    return str(problem.get("type", "")).rpartition("/problems/")[2]


def _said(problem: Mapping[str, Any]) -> str:
    """Everything that X says in words, in lower case, to look for a phrase in."""
    words = [problem.get(name) for name in ("title", "detail", "reason")]
    words += [entry.get("message") for entry in _entries(problem)]
    return " | ".join(str(word) for word in words if word).lower()


def _not_found(problem: dict[str, Any], *, effect: bool, medium: str | None) -> Rejected:
    """X does not say what it is that it has not found."""
    if medium is not None:
        message = "X does not know the upload of this medium any more; post again."
    elif effect:
        message = (
            "X does not find something that it was told of: the post that is replied to may be deleted or hidden, or the place "
            "unknown; check reply_to and place_id."
        )
    else:
        message = "X does not know the account or does not show it; reconnect it."
    return Rejected("not_found", message + words_of(problem), raw=problem, pointer=medium)


def _refused_upload(status: int, problem: dict[str, Any], medium: str | None) -> Rejected:
    if status == 413:
        message = "X refuses the medium as too large; make it smaller and post again."
        return Rejected("media_too_large", message, raw=problem, pointer=medium)
    if status == 415:
        message = "X does not take media of this type; send JPEG, PNG, WebP or GIF, or an MP4 with H.264 and AAC."
        return Rejected("media_type_not_supported", message, raw=problem, pointer=medium)
    advice = "." if medium is None else "; convert the medium or make it smaller, and post again."
    message = f"X refuses the call with {status}{advice}{words_of(problem)}"
    return Rejected("refused_by_network", message, raw=problem, pointer=medium)


def _invalid(problem: dict[str, Any], medium: str | None) -> Rejected:
    said = _said(problem)
    if medium is not None:
        message = (
            f"X refuses the medium; look whether it opens elsewhere, convert it and post again.{words_of(problem)}"
        )
        return Rejected("media_refused", message, raw=problem, pointer=medium)
    if "media id" in said:
        message = (
            "X took the upload and cannot use the medium, without saying why. It may be outside X's limits in a way that "
            "cannot be seen here: AAC other than LC, an open GOP, a damaged stream, a large PNG. Convert it and post again."
        )
        return Rejected("media_refused", message, raw=problem, pointer=MEDIA)
    if "reply tweet id" in said or "reply post id" in said:
        message = "X cannot find the post that this one replies to; correct reply_to or leave it out."
        return Rejected("reply_target_not_found", message, raw=problem, pointer=REPLY_TO)
    words = words_of(problem) or " X does not say which; check the text and the options."
    return Rejected("invalid_request", f"X finds a field of the post invalid.{words}", raw=problem)


_SUMMONED = (
    "X allows replies only to your own posts and to posts whose author mentioned or quoted the account; leave reply_to out, or "
    "reply on x.com."
)

_NOT_PERMITTED = (
    "X does not let this account do that: the text may be too long without Premium, or an option needs a subscription; shorten "
    "the text, or leave the option out."
)

_FORBIDDEN: tuple[tuple[str, str, str, str | None], ...] = (
    # a phrase of X's, our code, our sentence, the field
    (
        "duplicate content",
        "duplicate_content",
        "X has a post of this account with the same content and does not say which; change the text, or delete the earlier post.",
        None,
    ),
    ("you are mentioned or are the author", "reply_not_allowed", _SUMMONED, REPLY_TO),
    (
        "reply to this conversation is not allowed",
        "reply_not_allowed",
        "The author of that post limits who may reply; leave reply_to out.",
        REPLY_TO,
    ),
    ("suspended", "account_suspended", "X has suspended the account; see to it on x.com.", None),
    ("locked", "account_locked", "X has locked the account; unlock it on x.com.", None),
    (
        "cashtag",
        "too_many_cashtags",
        "X takes at most one cashtag in a post; write the others without the dollar sign.",
        "/text",
    ),
    ("invalid url", "invalid_link", "X refuses a link in the text; correct it or leave it out.", "/text"),
    (
        "longer than 2 minutes",
        "duration_not_supported",
        "X refuses the video as too long for this account; cut it below 2 minutes.",
        MEDIA,
    ),
    (
        "not permitted to perform this action",
        "not_permitted",
        _NOT_PERMITTED,
        None,
    ),
)

_OF_A_MEDIUM = frozenset({"duration_not_supported", "not_permitted"})
"""What an upload is refused for by its medium, and not by the account."""


def _forbidden(
    problem: dict[str, Any], headers: Mapping[str, str], *, effect: bool, medium: str | None
) -> PlatformError:
    kind, said = _kind(problem), _said(problem)
    if kind == "client-forbidden" or "client-not-enrolled" in said:
        message = "X does not let this app use the API v2; enrol it in the developer portal."
        return Misconfigured("app_not_enrolled", message, scope="app", raw=problem)
    if kind == "unsupported-authentication" or "unsupported authentication" in said:
        return _permission_missing("The account's token is not a user's token; reconnect the account.", problem)
    if _is_over_the_day(said):
        return posts_of_the_day_used(problem, headers)
    for phrase, code, message, pointer in _FORBIDDEN:
        if phrase in said:
            of_medium = medium is not None and code in _OF_A_MEDIUM
            return Rejected(code, message, raw=problem, pointer=medium if of_medium else pointer)
    if kind == "not-authorized-for-resource":
        return Rejected("reply_not_allowed", _SUMMONED, raw=problem, pointer=REPLY_TO)
    if not effect and str(problem.get("detail", "")).strip().lower() in {"", "forbidden"}:
        # This is how the media endpoints, for one, refuse a token without their scope.
        scopes = "media.write" if medium is not None else "tweet.read and users.read"
        message = f"X refuses the call without a reason, as it does when a scope is missing: reconnect with {scopes}."
        return _permission_missing(message, problem)
    what = "post" if medium is None else "medium"
    words = words_of(problem) or " It does not say why; look at the account on x.com, or change the text."
    return Rejected("forbidden", f"X refuses the {what}.{words}", raw=problem, pointer=medium)


def _permission_missing(message: str, problem: dict[str, Any]) -> CredentialsExpired:
    """Only a new consent helps: a renewed token has the scopes of the old one."""
    return CredentialsExpired(message, code="permission_missing", renewable=False, raw=problem)


def _limited(problem: dict[str, Any], headers: Mapping[str, str]) -> PlatformError:
    if _kind(problem) == "usage-capped":
        return usage_capped(problem, headers)
    if _is_over_the_day(_said(problem)):
        return posts_of_the_day_used(problem, headers)
    return limited(problem, headers)


def _is_over_the_day(said: str) -> bool:
    """X limits the posts of a day by 403 or 429, in words that are known from the older API only."""
    return "daily" in said and "limit" in said
