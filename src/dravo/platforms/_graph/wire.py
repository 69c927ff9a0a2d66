"""Calls to the Graph API: how they are built, and how answers, errors and usage headers are read.

Parameters go as a form (or as the query of a read) and the token in the Authorization header, not in a URL: URLs get logged. The
one exception is the renewal of an Instagram login's token, which Meta documents with the token in the query only.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from dravo.kit.http import Payload, Reply, Request, UnreadableAnswer
from dravo.platforms._graph.error_table import Row, row_of
from dravo.platforms._graph.usage import usage_wait
from dravo.platforms.base import Call
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
)

VERSION = "v26.0"
"""Released 2026-07-29 (Graph API changelog, page of 2026-10-29). Meta moves calls of a retired version up by itself."""

CLOCKS_APART = timedelta(seconds=60)
"""How far Meta's clock and the database's may differ when a post is looked for by the time of its sending."""

UNREADABLE = "object_unreadable"
"""The code of a read that failed as 100/33: Meta has answered so for objects that existed (postiz-app#1562), for days."""

NO_FILES: Mapping[str, Payload] = MappingProxyType({})

Purpose = Literal["read", "step", "commit"]
A = TypeVar("A", bound=BaseModel)


class Answer(BaseModel):
    """An answer of Meta's: fields that we do not read are dropped, ids are text even where they come as numbers."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Id(Answer):
    """`{"id": "…"}`, the answer to most calls that make something."""

    id: str


class Paging(Answer):
    """Where a list goes on; without `next` it has been read to its end."""

    next: str | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """A host of Meta's and the version of the API that is spoken there."""

    host: str
    version: str = VERSION

    def get(self, path: tuple[str, ...], answer: type[A], query: Mapping[str, str]) -> Call[A]:
        """A call that only reads."""
        request = Request(method="GET", host=self.host, path=self.path(path), query=query)
        return Call(request, answer, reader(answer, "read"))

    def post(
        self,
        path: tuple[str, ...],
        answer: type[A],
        form: Mapping[str, str],
        *,
        effect: bool,
        files: Mapping[str, Payload] = NO_FILES,
        timeout_seconds: float = 30.0,
    ) -> Call[A]:
        """A call that makes something; `effect` says that the world can see it. With `files` the body is multipart."""
        request = Request(
            method="POST",
            host=self.host,
            path=self.path(path),
            form=form,
            files=files,
            timeout_seconds=timeout_seconds,
        )
        return Call(request, answer, reader(answer, "commit" if effect else "step"), effect=effect)

    def path(self, parts: tuple[str, ...]) -> str:
        return "/".join(["", self.version, *(quote(part, safe="") for part in parts)])


def compact(value: Any) -> str:
    """A list or map as the JSON text that Graph takes inside a form field."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def same_text(ours: str, theirs: str | None) -> bool:
    """Whether a text of ours came back as `theirs`: Meta normalises and trims what it stores."""
    return unicodedata.normalize("NFC", ours).strip() == unicodedata.normalize("NFC", theirs or "").strip()


def within(created: datetime, opened_at: datetime) -> bool:
    """Whether something was created after a call was opened, give or take the clocks."""
    return created >= opened_at - CLOCKS_APART


def reader(answer: type[A], purpose: Purpose) -> Callable[[Reply], A]:
    """How an answer is read: as the model, or as the verdict that its error means for a call of this purpose."""

    def read(reply: Reply) -> A:
        try:
            body = reply.json()
        except UnreadableAnswer:
            body = None
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            raise verdict(reply, body["error"], purpose)
        if not reply.ok or not isinstance(body, dict):
            raise _without_envelope(reply, purpose)
        try:
            return answer.model_validate(body)
        except ValidationError as error:
            if purpose == "commit":
                raise OutcomeUnknown("Meta took the call and its answer names no id.") from error
            raise

    return read


def verdict(reply: Reply, error: Mapping[str, Any], purpose: Purpose) -> PlatformError:
    """What an error envelope means. The HTTP status says little (Meta answers 400 to dead tokens and to throttling), but a
    server that failed inside a commit may have published before it did, whatever reason it gives (koala#699).
    """
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    row = row_of(code, subcode, str(error.get("message", "")))
    quotable = row is None or row.kind != "reconnect" or not row.renewable
    raw = _raw(reply, error, words=quotable)
    if purpose == "read" and (code, subcode) == (100, 33):
        return Transient(UNREADABLE, "Meta does not show the object at the moment.", raw=raw)
    passing = error.get("is_transient") is True and (row is None or row.kind == "rejected")
    unproven = reply.status >= 500 or (code in _SERVERS_FAULT and row is not None and row.kind == "again")
    if purpose == "commit" and (row is None or row.doubtful or passing or unproven):
        said = _answered(reply, error, words=quotable)
        return OutcomeUnknown(f"Meta answered {said}, after which the post may stand all the same.", raw=raw)
    if passing or (row is None and reply.status >= 500):
        return Transient("network_error", "Meta had a passing error.", raw=raw)
    if row is None:
        return Rejected("rejected_by_network", "Meta refused the call." + words_of(error), raw=raw)
    return as_error(row, raw, wait=usage_wait(reply), words=words_of(error))


_SERVERS_FAULT = (1, 2)
"""Codes for a fault inside Meta, which a subcode makes no plainer unless it names a reason that does not pass."""


def as_error(
    row: Row, raw: dict[str, Any] | None = None, *, wait: timedelta | None = None, words: str = ""
) -> PlatformError:
    """A row as an exception. `wait` is the header's wish and goes before the row's own, `words` are Meta's."""
    match row.kind:
        case "again":
            return Transient(row.code, row.message, raw=raw, retry_after=row.wait)
        case "pause":
            return RateLimited(row.message, wait=wait or row.wait, scope=row.scope, raw=raw, code=row.code)
        case "reconnect":
            words = "" if row.renewable else words
            return CredentialsExpired(
                row.message + words, raw=raw, code=row.code, renewable=row.renewable, at_once=row.at_once
            )
        case "hold":
            return Misconfigured(row.code, row.message + words, scope=row.scope, raw=raw)
        case "rejected":
            return Rejected(row.code, row.message + words, raw=raw, pointer=row.pointer)


def _without_envelope(reply: Reply, purpose: Purpose) -> PlatformError:
    """Not Meta's JSON: an edge or a proxy spoke, and whether the call passed it is anybody's guess."""
    raw = {"http_status": reply.status}
    if purpose == "commit":
        return OutcomeUnknown(f"The answer (HTTP {reply.status}) does not tell whether Meta published.", raw=raw)
    if reply.status == 429:
        return RateLimited("Meta asks for fewer calls.", wait=usage_wait(reply) or timedelta(hours=1), raw=raw)
    return Transient(
        "network_unavailable", f"Meta answered HTTP {reply.status} without a word of explanation.", raw=raw
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_RAW_FIELDS = ("type", "code", "error_subcode", "is_transient", "fbtrace_id")
_RAW_WORDS = ("message", "error_user_title", "error_user_msg")


def _raw(reply: Reply, error: Mapping[str, Any], *, words: bool) -> dict[str, Any]:
    """The envelope for the record. Meta repeats the token in its words about bad tokens, so those are left out."""
    names = _RAW_FIELDS + (_RAW_WORDS if words else ())
    return {"http_status": reply.status, "error": {name: error[name] for name in names if name in error}}


def words_of(error: Mapping[str, Any]) -> str:
    """Meta's words in an error envelope, as a sentence to put behind one of ours; empty where there are none."""
    said = _said(error)
    return f" Meta says: {said}" if said else ""


_NUMBER_BEFORE = re.compile(r"^\(#[0-9]+\) ?")


def _answered(reply: Reply, error: Mapping[str, Any], *, words: bool) -> str:
    """An answer in short: the status of a server that failed, the numbers, and Meta's words unless they may hold a token."""
    numbers = [str(error[name]) for name in ("code", "error_subcode") if _number(error.get(name)) is not None]
    said = _NUMBER_BEFORE.sub("", _said(error)).rstrip(". ") if words else ""
    status = f"HTTP {reply.status}" if reply.status >= 500 else ""
    return " ".join(part for part in (status, f"(#{'/'.join(numbers)})" if numbers else "", said) if part) or "an error"


def _said(error: Mapping[str, Any]) -> str:
    said = error.get("error_user_msg") or error.get("message")
    return said[:300] if isinstance(said, str) else ""
