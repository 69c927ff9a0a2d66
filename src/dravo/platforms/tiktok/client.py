"""The calls that publish to TikTok, as bytes.

Source: TikTok docs `content-posting-api-reference-*` (query-creator-info, photo-post, get-video-status), read 2026-11-23.
Every answer is `{"data": {…}, "error": {"code": "ok" | …}}`; the code decides, whatever the HTTP status.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import CredentialsExpired, OutcomeUnknown, PlatformError, RateLimited, Rejected, Transient
from dravo.platforms.media import Medium
from dravo.platforms.tiktok.error_table import A_MINUTE, CALL_ERRORS, FAILURES, UNKNOWN_FAILURE, as_error
from dravo.platforms.tiktok.options import TikTokOptions

HOST = "open.tiktokapis.com"
JSON_HEADERS = {"content-type": "application/json; charset=UTF-8"}

A = TypeVar("A", bound=BaseModel)


class Answer(BaseModel):
    """The `data` of an answer: fields that we do not read are dropped; ids come as 64-bit numbers and are kept as text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class CreatorInfo(Answer):
    """What the creator may do at the moment."""

    creator_username: str | None = None
    privacy_level_options: list[str]
    comment_disabled: bool = False


class Accepted(Answer):
    """TikTok has taken the post and works on it under this id."""

    publish_id: str


class Status(Answer):
    """How far TikTok is. The list of ids is spelled as TikTok spells it, and stays empty for posts that are not public."""

    status: str
    fail_reason: str | None = None
    publicaly_available_post_id: list[str] | None = None

    def public_id(self) -> str | None:
        """The post's id, where there is exactly one."""
        ids = self.publicaly_available_post_id or []
        return ids[0] if len(ids) == 1 else None


def creator_info() -> Call[CreatorInfo]:
    """What the creator may do; TikTok wants it asked before each direct post."""
    return _call("/v2/post/publish/creator_info/query/", {}, CreatorInfo)


def publish_photos(text: str, media: Sequence[Medium], options: TikTokOptions) -> Call[Accepted]:
    """Have TikTok pull the photos and post them, or put them into the creator's inbox."""
    body = {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST" if options.posts_directly() else "MEDIA_UPLOAD",
        "post_info": {"description": text} | (_settings(options) if options.posts_directly() else {}),
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [medium.public_url for medium in media],
            "photo_cover_index": options.photo_cover_index or 0,
        },
    }
    return _call("/v2/post/publish/content/init/", body, Accepted, effect=True)


def _settings(options: TikTokOptions) -> dict[str, Any]:
    """A direct post's settings. Both brand toggles are said in any case: the reference requires them."""
    said = {"disable_comment": options.disable_comment, "auto_add_music": options.auto_add_music}
    return {
        "privacy_level": options.audience(),
        "brand_content_toggle": options.brand_content_toggle or False,
        "brand_organic_toggle": options.brand_organic_toggle or False,
        **{name: value for name, value in said.items() if value is not None},
    }


def status(publish_id: str) -> Call[Status]:
    """How far TikTok is with a post."""
    return _call("/v2/post/publish/status/fetch/", {"publish_id": publish_id}, Status)


def failure(publish_id: str, seen: Status) -> PlatformError:
    """Why a post that TikTok took came to nothing, as a verdict."""
    row = FAILURES.get(seen.fail_reason or "", UNKNOWN_FAILURE)
    return as_error(row, {"publish_id": publish_id, **seen.model_dump()})


def url_of(username: str, post_id: str) -> str:
    """Where people see a public post."""
    return f"https://www.tiktok.com/@{username.removeprefix('@')}/video/{post_id}"


def _call(path: str, body: Mapping[str, Any], answer: type[A], *, effect: bool = False) -> Call[A]:
    request = Request(method="POST", host=HOST, path=path, headers=JSON_HEADERS, json=dict(body))
    return Call(request, answer, _reader(answer, effect=effect), effect=effect)


def _reader(answer: type[A], *, effect: bool) -> Callable[[Reply], A]:
    def read(reply: Reply) -> A:
        body = _envelope(reply)
        code = body.get("error", {}).get("code")
        if code != "ok" or not reply.ok:
            raise _verdict(reply, body.get("error", {}), effect=effect)
        try:
            return answer.model_validate(body.get("data"))
        except ValidationError as error:
            if effect:
                raise OutcomeUnknown("TikTok took the call and its answer names no publish_id.") from error
            raise

    return read


def _envelope(reply: Reply) -> dict[str, Any]:
    """The answer as an object with an `error` object, or an empty one: then the status alone speaks."""
    try:
        body = reply.json()
    except UnreadableAnswer:
        return {}
    return body if isinstance(body, dict) and isinstance(body.get("error"), dict) else {}


def _verdict(reply: Reply, error: Mapping[str, Any], *, effect: bool) -> PlatformError:
    code = error.get("code")
    raw = {"http_status": reply.status, "error": {name: error[name] for name in _RAW if name in error}}
    row = CALL_ERRORS.get(code) if isinstance(code, str) else None
    if row is not None:
        said = error.get("message")
        return as_error(row, raw, f" TikTok says: {said[:300]}" if isinstance(said, str) and said else "")
    if reply.status == 401:
        return CredentialsExpired("TikTok does not take the token; reconnect the account.", raw=raw)
    if reply.status == 429:
        return RateLimited("TikTok asks for fewer calls.", wait=A_MINUTE, raw=raw)
    if effect:
        # Neither a code that proves a refusal nor an id: it may be pulling the photos already.
        return OutcomeUnknown(f"The answer (HTTP {reply.status}) does not tell whether TikTok took the post.", raw=raw)
    if code is not None and code != "ok" and 400 <= reply.status < 500:
        return Rejected("rejected_by_network", f"TikTok refused the call as {str(code)[:100]}.", raw=raw)
    return Transient("network_unavailable", f"TikTok answered HTTP {reply.status} and nothing that helps.", raw=raw)


_RAW = ("code", "message", "log_id", "logid")
