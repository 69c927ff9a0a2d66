"""LinkedIn's error answers in our words: by status first, then by code, then by text.

Sources: LinkedIn docs `error-handling`, `versioning`, `posts-api`, `comments-api` (read 2026-09-19); texts as reported from
live use.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from dravo.kit.http import Reply
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    Rejected,
    StepsExpired,
    Transient,
    object_of,
)
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.rate_limits import limited

Where = Literal["image", "image_bytes", "video", "video_part", "post", "comment"]
"""`image` and `video` are the calls about one, `image_bytes` and `video_part` go to an upload address."""

MEDIA = "/media_urls"

MOST_SAID = 300
"""So many characters of LinkedIn's own words go into a sentence of ours; the raw response has the rest."""

_LAPSED: frozenset[tuple[Where, int]] = frozenset({("image_bytes", 403), ("video_part", 401), ("video_part", 403)})
"""What says that an upload address has lapsed: its signature is refused, not a scope. A video's part takes no token at all."""

_DUPLICATE_OF = re.compile(r"duplicate of (urn:li:(?:share|ugcPost|activity):\d+)")
"""Some answers name a person's URN here; those prove no earlier post."""


def refusal(
    reply: Reply, *, where: Where, effect: bool, author: Author | None, medium: str | None = None
) -> PlatformError | StepsExpired:
    """What an answer outside 2xx means. `effect`: the call was one that the world can see.

    `medium`: it was about this medium (a pointer into the request), and so is what it is refused for, unless that is a
    permission, the author or the app.
    """
    problem = _problem(reply)
    if (where, reply.status) in _LAPSED:
        return StepsExpired("LinkedIn's upload address takes nothing any more")
    match reply.status:
        case 400:
            return _invalid(problem, where, medium)
        case 403:
            return _forbidden(problem, where, author)
        case 404:
            return _unknown_there(problem, where, medium)
        case 422:
            return _unprocessable(problem, where, medium)
        case 429:
            return limited(problem, reply.headers)
    return _by_status(reply.status, problem) or _unlisted(reply.status, problem, where, medium, effect=effect)


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


def _unlisted(status: int, problem: dict[str, Any], where: Where, medium: str | None, *, effect: bool) -> PlatformError:
    """What no table tells of: safe calls are tried again or given up, those with an effect are looked for."""
    if effect:
        message = f"LinkedIn answered {status}, which does not tell whether it took effect."
        return OutcomeUnknown(message, raw=problem)
    if 400 < status < 500 and status != 408:
        return _refused_step(status, problem, where, medium)
    message = f"LinkedIn is out of service for the moment (it answered {status}); it is tried again."
    return Transient("network_unavailable", message, raw=problem)


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


def medium_named(problem: Mapping[str, Any], media: Sequence[str]) -> str:
    """Which medium of a post LinkedIn's answer names by its URN, as a pointer: the one there is, or all of them, where it names none."""
    named = [index for index, urn in enumerate(media) if re.search(rf"{re.escape(urn)}(?![\w-])", str(problem))]
    if len(media) == 1:
        named = [0]
    return f"{MEDIA}/{named[0]}" if len(named) == 1 else MEDIA


def _medium_refused(problem: dict[str, Any], where: Where, medium: str | None) -> Rejected | None:
    """Bytes that were sent to an upload address and are not wanted, whatever the status says."""
    if where not in _UNUSABLE:
        return None
    return Rejected("media_refused", _UNUSABLE[where], raw=problem, pointer=medium)


def _invalid(problem: dict[str, Any], where: Where, medium: str | None) -> PlatformError | StepsExpired:
    codes = _codes(problem)
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
        return Rejected("media_processing_failed", message, raw=problem, pointer=medium or MEDIA)
    if where == "comment" and (later := _comment_too_early(problem)):
        return later
    if refused := _medium_refused(problem, where, medium):
        return refused
    if codes & {"INVALID_URN_TYPE", "INVALID_URN_ID"}:
        message = "LinkedIn does not know an author or medium that the post names, or does not let them go together; check author."
        return Rejected("invalid_urn", message + _words(problem), raw=problem)
    if "FIELD_LENGTH_TOO_LONG" in codes:
        return Rejected("text_too_long", f"LinkedIn finds a text too long; shorten it.{_words(problem)}", raw=problem)
    return _field_refused(problem, medium)


def _words(problem: Mapping[str, Any]) -> str:
    """What LinkedIn says of a failure, in its own words, for the end of a sentence."""
    said = _said(problem)[:MOST_SAID]
    return f' LinkedIn says: "{said}".' if said else ""


def _field_refused(problem: dict[str, Any], medium: str | None) -> Rejected:
    if medium is not None:
        message = f"LinkedIn refuses the upload of the medium; look whether it opens elsewhere.{_words(problem)}"
        return Rejected("invalid_request", message, raw=problem, pointer=medium)
    words = _words(problem) or " It does not say which; check the text and the options."
    return Rejected("invalid_request", f"LinkedIn finds a field of the post invalid.{words}", raw=problem)


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


_NOT_THERE = {
    "post": "LinkedIn does not find something that the post names: the author may be a page that is closed, or that this app does "
    "not see; check author, or connect the account again.",
    "comment": "LinkedIn does not find the post; look whether it is still there, and comment by hand.",
}


def _unknown_there(problem: dict[str, Any], where: Where, medium: str | None) -> PlatformError:
    if where == "comment" and (later := _comment_too_early(problem)):
        return later
    message = _NOT_THERE.get(where, "LinkedIn does not know the upload of the medium any more; post again.")
    return Rejected("not_found", message + _words(problem), raw=problem, pointer=medium)


def _unprocessable(problem: dict[str, Any], where: Where, medium: str | None) -> PlatformError:
    duplicate = _DUPLICATE_OF.search(_said(problem))
    if duplicate:
        message = (
            f"LinkedIn has a post of this author with the same content, {duplicate.group(1)}; change the text, or delete the earlier "
            "post."
        )
        return Rejected("duplicate_content", message, raw={**problem, "duplicate_of": duplicate.group(1)})
    if "DUPLICATE_POST" in _codes(problem) and "duplicate of urn:" not in _said(problem):
        message = "LinkedIn has a post with the same content and does not say which; change the text, or delete the earlier post."
        return Rejected("duplicate_content", message, raw=problem)
    return _medium_refused(problem, where, medium) or _field_refused(problem, medium)


def _refused_step(status: int, problem: dict[str, Any], where: Where, medium: str | None) -> Rejected:
    if status == 413:
        message = "LinkedIn refuses the medium as too large; make it smaller."
        return Rejected("media_too_large", message, raw=problem, pointer=medium)
    return _medium_refused(problem, where, medium) or Rejected(
        "refused_by_network", f"LinkedIn refuses the call with {status}.{_words(problem)}", raw=problem, pointer=medium
    )
