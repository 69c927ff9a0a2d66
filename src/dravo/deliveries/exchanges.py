"""What people may see of a call: the request and its answer, short and without secrets."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from dravo.kit.http import Reply, Request

MAX_BYTES = 4000
_NAMES = r"(?:token|secret|password|authorization|signature|upload_?url|credential|client_id)"
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_NAMED_IN_TEXT = re.compile(rf'("[^"]*{_NAMES}[^"]*"\s*:\s*"|\b\w*{_NAMES}\w*=)(?:\\.|[^"\\&\s])+', re.IGNORECASE)
"""A secret beside its name in what is not whole JSON: in an answer that was cut off, or in an address."""
_HIDDEN = "[hidden]"


def shown_request(request: Request, secrets: Iterable[str]) -> dict[str, Any]:
    """Method, address (of an upload: its host alone), and the body; files by type and size."""
    shown: dict[str, Any] = {"method": request.method, "url": _address(request)}
    if request.query:
        shown["query"] = dict(request.query)
    if request.json is not None:
        shown["json"] = request.json
    if request.form is not None:
        shown["form"] = dict(request.form)
    parts = {name: f"<{part.content_type}, {part.size_bytes} bytes>" for name, part in request.files.items()}
    if request.content is not None:
        parts["body"] = f"<{request.content.content_type}, {request.content.size_bytes} bytes>"
    if parts:
        shown["files"] = parts
    return bounded(redacted(shown, secrets))


def shown_reply(reply: Reply, secrets: Iterable[str]) -> dict[str, Any]:
    """Status and body. A body that is not JSON is shown as text."""
    try:
        body: Any = json.loads(reply.body) if reply.body else None
        return bounded(redacted({"status": reply.status, "body": body}, secrets))
    except (ValueError, RecursionError):  # not JSON, or nested so deeply that only an attacker would write it
        # More than can be shown is not searched: in a hostile text that would take the square of its length.
        text = redacted_text(reply.body.decode("utf-8", "replace"), secrets)[: 2 * MAX_BYTES]
        return bounded({"status": reply.status, "body": _NAMED_IN_TEXT.sub(rf"\1{_HIDDEN}", text)})


def redacted(value: Any, secrets: Iterable[str]) -> Any:
    """Hide what is named like a secret, and every known secret wherever it stands; make the rest storable.

    Postgres stores neither NUL nor lone surrogates nor NaN, and a network may send them in keys as well as in values.
    """
    known = [secret for secret in secrets if secret]
    if isinstance(value, Mapping):
        return {
            redacted_text(str(name), known): _HIDDEN
            if _SECRET_NAME.search(str(name)) and inner
            else redacted(inner, known)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(inner, known) for inner in value]
    if isinstance(value, str):
        return redacted_text(value, known)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def redacted_text(text: str, secrets: Iterable[str]) -> str:
    """A sentence that may quote a network: without the known secrets, and without what cannot be stored."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _HIDDEN)
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def bounded(shown: dict[str, Any]) -> dict[str, Any]:
    """At most MAX_BYTES as JSON; what is longer is shown as the beginning of its text."""
    text = json.dumps(shown, ensure_ascii=False).encode()
    if len(text) <= MAX_BYTES:
        return shown
    keep = MAX_BYTES
    while True:
        cut = {"cut": text[:keep].decode("utf-8", "ignore")}
        excess = len(json.dumps(cut, ensure_ascii=False).encode()) - MAX_BYTES
        if excess <= 0:
            return cut
        keep -= (excess + 1) // 2  # its quotes and backslashes are escaped once more: a byte less frees up to two


def _address(request: Request) -> str:
    if not request.url:
        return f"https://{request.host}{request.path}"
    parts = urlsplit(request.url)  # an upload address: whoever knows it may upload, so all of it is a credential
    return f"{parts.scheme}://{parts.netloc}/{_HIDDEN}"
