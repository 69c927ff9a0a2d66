"""TikTok's JSON calls: how they are built, and how answers and refusals are read.

Source: TikTok docs `content-posting-api-reference-*` and `tiktok-api-v2-error-handling`, read 2026-11-23. Every answer is
`{"data": {…}, "error": {"code": "ok" | …}}`; the code decides, whatever the HTTP status: a refusal may come with 200. The calls
stand in `creator`, `videos`, `photos`, `statuses` and `listing`, those of an upload address in `chunks`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dravo.kit.http import Reply, Request
from dravo.platforms.base import Call
from dravo.platforms.errors import (
    CredentialsExpired,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
    object_of,
)
from dravo.platforms.media import Medium
from dravo.platforms.tiktok.error_table import A_MINUTE, CALL_ERRORS, as_error

HOST = "open.tiktokapis.com"
MEDIA = "/media_urls"

_JSON = {"content-type": "application/json; charset=UTF-8"}
_NO_QUERY: Mapping[str, str] = MappingProxyType({})

A = TypeVar("A", bound=BaseModel)


class Answer(BaseModel):
    """The `data` of an answer: fields that we do not read are dropped; ids come as 64-bit numbers and are kept as text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


def pointer_of(medium: Medium) -> str:
    """Where the request names the medium."""
    return f"{MEDIA}/{medium.index}"


def named(refused: Rejected, pointer: str) -> Rejected:
    """The same refusal; one that is for the media, without saying for which, leads there."""
    if refused.pointer != MEDIA:
        return refused
    return Rejected(refused.code, refused.message, raw=refused.raw, pointer=pointer)


def post(
    path: str, body: Mapping[str, Any], answer: type[A], *, effect: bool = False, query: Mapping[str, str] = _NO_QUERY
) -> Call[A]:
    """POST with a JSON body, as all of TikTok's calls are; reads have one too."""
    request = Request(method="POST", host=HOST, path=path, query=query, headers=_JSON, json=dict(body))
    return Call(request, answer, _reader(answer, effect=effect), effect=effect)


def _reader(answer: type[A], *, effect: bool) -> Callable[[Reply], A]:
    def read(reply: Reply) -> A:
        body = object_of(reply) or {}
        error = body.get("error")
        error = error if isinstance(error, dict) else {}
        if error.get("code") != "ok" or not reply.ok:
            raise _verdict(reply, error, effect=effect)
        try:
            return answer.model_validate(body.get("data"))
        except ValidationError as fault:
            if effect:
                raise OutcomeUnknown("TikTok took the call and its answer names no publish_id.") from fault
            raise

    return read


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
        return RateLimited("TikTok asks for fewer calls.", wait=A_MINUTE, scope="post", raw=raw)
    if effect:
        # Neither a code that proves a refusal nor an id: it may be pulling the photos already.
        return OutcomeUnknown(f"The answer (HTTP {reply.status}) does not tell whether TikTok took the post.", raw=raw)
    if code is not None and code != "ok" and 400 <= reply.status < 500:
        return Rejected("rejected_by_network", f"TikTok refused the call as {str(code)[:100]}.", raw=raw)
    return Transient("network_unavailable", f"TikTok answered HTTP {reply.status} and nothing that helps.", raw=raw)


_RAW = ("code", "message", "log_id", "logid")
"""The last one's name differs between the reference's tables and its examples."""
