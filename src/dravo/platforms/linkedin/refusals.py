"""LinkedIn's error answers in our words: by status first, then by code, then by text.

Sources: LinkedIn docs `error-handling`, `versioning`, `posts-api`, `comments-api` (read 2026-09-19); texts as reported from
live use.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from dravo.kit.http import Reply
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    StepsExpired,
    Transient,
    object_of,
)
from dravo.platforms.linkedin.authors import Author

Where = Literal["image", "image_bytes", "video", "video_part", "post", "comment"]
"""`image` and `video` are the calls about one, `image_bytes` and `video_part` go to an upload address."""

BACKOFF = timedelta(seconds=60)
"""How long to wait when LinkedIn limits a rate without saying until when; comments are throttled by the minute."""

DAILY_BACKOFF = timedelta(hours=1)
"""The same for a day's budget, where the answer does not even tell what time it is there."""

LONGEST_WAIT = timedelta(days=32)
"""No budget of LinkedIn's lasts longer than a day: a wish beyond a month is none."""

MOST_SAID = 300
"""So many characters of LinkedIn's own words go into a sentence of ours; the raw response has the rest."""

_LAPSED: frozenset[tuple[Where, int]] = frozenset({("image_bytes", 403), ("video_part", 401), ("video_part", 403)})
"""What says that an upload address has lapsed: its signature is refused, not a scope. A video's part takes no token at all."""

_DUPLICATE_OF = re.compile(r"duplicate of (urn:li:(?:share|ugcPost|activity):\d+)")
"""Some answers name a person's URN here; those prove no earlier post."""


def refusal(reply: Reply, *, where: Where, effect: bool, author: Author | None) -> PlatformError | StepsExpired:
    """What an answer outside 2xx means. `effect`: the call was one that the world can see."""
    problem = _problem(reply)
    if (where, reply.status) in _LAPSED:
        return StepsExpired("LinkedIn's upload address takes nothing any more")
    match reply.status:
        case 400:
            return _invalid(problem, where)
        case 403:
            return _forbidden(problem, where, author)
        case 404:
            return _unknown_there(problem, where)
        case 422:
            return _unprocessable(problem, where)
        case 429:
            return _limited(problem, reply.headers)
    return _by_status(reply.status, problem) or _unlisted(reply.status, problem, where, effect=effect)


def _by_status(status: int, problem: dict[str, Any]) -> PlatformError | None:
    if status == 401:
        return CredentialsExpired("LinkedIn refuses the account's token; reconnect the account.", raw=problem)
    if status == 409:
        message = "LinkedIn was writing the same thing at that moment."
        return Transient("write_conflict", message, raw=problem, retry_after=timedelta(seconds=1))
    if status == 426:
        message = (
            "LinkedIn does not speak the version of its API that is set; set DRAVO_LINKEDIN_VERSION to a newer one."
        )
        return Misconfigured("api_version_retired", message, scope="deployment", raw=problem)
    return None


def _unlisted(status: int, problem: dict[str, Any], where: Where, *, effect: bool) -> PlatformError:
    """What no table tells of: safe calls are tried again or given up, those with an effect are looked for."""
    if effect:
        message = f"LinkedIn answered {status}, which does not tell whether it took effect."
        return OutcomeUnknown(message, raw=problem)
    if 400 < status < 500 and status != 408:
        return _refused_step(status, problem, where)
    return Transient("network_unavailable", f"LinkedIn answered {status}.", raw=problem)


def _problem(reply: Reply) -> dict[str, Any]:
    """The envelope, with LinkedIn's own id for the call, which its support asks for."""
    uuid = reply.headers.get("x-li-uuid")
    return {**({"x-li-uuid": uuid} if uuid else {}), **(object_of(reply) or {}), "status": reply.status}


def _codes(problem: Mapping[str, Any]) -> set[str]:
    details = problem.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    entries = [entry for entry in inputs if isinstance(entry, dict)] if isinstance(inputs, list) else []
    return {str(problem.get("code", "")), *(str(entry.get("code", "")) for entry in entries)}


def _said(problem: Mapping[str, Any]) -> str:
    return str(problem.get("message", ""))


def duplicate_of(reply: Reply) -> str | None:
    """The URN of the post that a 422 calls this one a duplicate of."""
    found = _DUPLICATE_OF.search(_said(_problem(reply)))
    return found.group(1) if found else None


_UNUSABLE = {
    "image_bytes": "LinkedIn cannot use the image; send a JPEG, PNG or GIF that opens elsewhere.",
    "video_part": "LinkedIn cannot use the video; send an MP4 that plays elsewhere.",
}


def _medium_refused(problem: dict[str, Any], where: Where) -> Rejected | None:
    """Bytes that were sent to an upload address and are not wanted, whatever the status says."""
    if where not in _UNUSABLE:
        return None
    return Rejected("media_refused", _UNUSABLE[where], raw=problem, pointer="/media_urls")


def _invalid(problem: dict[str, Any], where: Where) -> PlatformError | StepsExpired:
    codes, said = _codes(problem), _said(problem)
    if "VERSION_MISSING" in codes:
        return Misconfigured("api_version_missing", "LinkedIn saw no version header.", scope="deployment", raw=problem)
    if "EXPIRED_UPLOAD_URL" in codes:
        return StepsExpired("LinkedIn's upload address has lapsed")
    if "MEDIA_ASSET_WAITING_UPLOAD" in codes:
        if where != "post":
            return StepsExpired("LinkedIn has not got all the bytes that it was sent")
        message = "LinkedIn says that it has not got a medium of the post, which was sent to it."
        return Transient("media_not_uploaded", message, raw=problem)
    if "MEDIA_ASSET_PROCESSING_FAILED" in codes:
        message = "LinkedIn could not process a medium of the post; encode it anew and post again."
        return Rejected("media_processing_failed", message, raw=problem, pointer="/media_urls")
    if where == "comment" and (later := _comment_too_early(problem)):
        return later
    if refused := _medium_refused(problem, where):
        return refused
    if codes & {"INVALID_URN_TYPE", "INVALID_URN_ID"}:
        return Rejected(
            "invalid_urn", f"LinkedIn does not know an author or medium that the post names: {said}", raw=problem
        )
    if "FIELD_LENGTH_TOO_LONG" in codes:
        return Rejected("text_too_long", f"LinkedIn finds a text too long: {said}", raw=problem)
    return _field_refused(problem)


def _field_refused(problem: dict[str, Any]) -> Rejected:
    said = _said(problem)[:MOST_SAID] or "see the raw response."
    return Rejected("invalid_request", f"LinkedIn finds a field of the post invalid: {said}", raw=problem)


def _comment_too_early(problem: dict[str, Any]) -> Transient | None:
    """A post can be created before it can be read; until then its comments are refused."""
    if "unable to obtain activity" not in _said(problem).lower():
        return None
    message = "LinkedIn cannot read the new post yet."
    return Transient("post_not_readable_yet", message, raw=problem, retry_after=timedelta(seconds=20))


def _forbidden(problem: dict[str, Any], where: Where, author: Author | None) -> PlatformError:
    of_page = author is not None and author.is_page
    scopes = None if author is None else author.scopes
    if where == "comment":
        permission = "w_organization_social_feed" if of_page else "w_member_social_feed"
        message = (
            f"LinkedIn does not let this app comment: it needs the permission {permission}, which LinkedIn grants with its "
            "Community Management product."
        )
        return Rejected("first_comment_forbidden", message, raw=problem)
    if not _names_permission(problem):
        message = "LinkedIn forbids the call and names no permission that is missing; it is tried again."
        return Misconfigured("permission_missing", message, scope="account", raw=problem)
    needed = "w_organization_social" if of_page else "w_member_social"
    if of_page and (scopes is None or needed in scopes):
        message = (
            "The connected member may not post as this organization; a page admin must grant the role, or the account be "
            "connected again with w_organization_social."
        )
        return Rejected("no_page_role", message, raw=problem, pointer="/platform_options/linkedin/author")
    message = f"LinkedIn finds a permission missing: connect the account again with {needed}.{_held(scopes)}"
    return CredentialsExpired(message, code="permission_missing", renewable=False, raw=problem)


def _names_permission(problem: Mapping[str, Any]) -> bool:
    said = _said(problem).lower()
    return (
        problem.get("serviceErrorCode") == 100 or "ACCESS_DENIED" in _codes(problem) or "not enough permission" in said
    )


def _held(scopes: frozenset[str] | None) -> str:
    return "" if scopes is None else f" Its token holds {', '.join(sorted(scopes)) or 'no scope'}."


def _unknown_there(problem: dict[str, Any], where: Where) -> PlatformError:
    if where == "comment" and (later := _comment_too_early(problem)):
        return later
    return Rejected("not_found", "LinkedIn does not know what the call names.", raw=problem)


def _unprocessable(problem: dict[str, Any], where: Where) -> PlatformError:
    duplicate = _DUPLICATE_OF.search(_said(problem))
    if duplicate:
        message = "LinkedIn has a post of this author with the same content."
        return Rejected("duplicate_content", message, raw={**problem, "duplicate_of": duplicate.group(1)})
    if "DUPLICATE_POST" in _codes(problem) and "duplicate of urn:" not in _said(problem):
        return Rejected("duplicate_content", "LinkedIn has a post with the same content.", raw=problem)
    return _medium_refused(problem, where) or _field_refused(problem)


def _refused_step(status: int, problem: dict[str, Any], where: Where) -> Rejected:
    if status == 413:
        message = "LinkedIn refuses the medium as too large; make it smaller."
        return Rejected("media_too_large", message, raw=problem, pointer="/media_urls")
    return _medium_refused(problem, where) or Rejected(
        "refused_by_network", f"LinkedIn refused the call with {status}.", raw=problem
    )


def _limited(problem: dict[str, Any], headers: Mapping[str, str]) -> RateLimited:
    """LinkedIn documents no Retry-After, but it is honoured where it comes; a day's budget ends at midnight UTC."""
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and timedelta(seconds=int(asked)) <= LONGEST_WAIT:
        return RateLimited("LinkedIn's rate limit is reached.", wait=timedelta(seconds=int(asked)), raw=problem)
    if "resource level throttle" in _said(problem).lower():
        midnight = _next_midnight(headers.get("date", ""))
        message = "LinkedIn's limit of calls for the day is reached; it ends at midnight UTC."
        return RateLimited(message, until=midnight, wait=None if midnight else DAILY_BACKOFF, raw=problem)
    return RateLimited("LinkedIn asks for patience.", wait=BACKOFF, raw=problem)


def _next_midnight(date: str) -> datetime | None:
    """By LinkedIn's own clock, as the answer's Date header tells it."""
    try:
        tomorrow = parsedate_to_datetime(date).astimezone(UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(tomorrow.date(), time(), UTC)
