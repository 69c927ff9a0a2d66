"""What people may see of a call: the request and its answer, short and without secrets."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from dravo.kit.http import Reply, Request

MAX_CHARACTERS = 4000
_SECRET_NAME = re.compile(
    r"token|secret|password|authorization|signature|upload_?url|credential|client_id", re.IGNORECASE
)
_HIDDEN = "[hidden]"


def shown_request(request: Request, secrets: Iterable[str]) -> dict[str, Any]:
    """Method, address without its query's secrets, and the body; files by type and size."""
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
    except ValueError:
        body = reply.body.decode("utf-8", "replace")
    return bounded(redacted({"status": reply.status, "body": body}, secrets))


def redacted(value: Any, secrets: Iterable[str]) -> Any:
    """Hide what is named like a secret, and every known secret wherever it stands; NUL cannot be stored."""
    known = [secret for secret in secrets if secret]
    if isinstance(value, Mapping):
        return {
            str(name): _HIDDEN if _SECRET_NAME.search(str(name)) and inner else redacted(inner, known)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted(inner, known) for inner in value]
    if isinstance(value, str):
        for secret in known:
            value = value.replace(secret, _HIDDEN)
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return value


def bounded(shown: dict[str, Any]) -> dict[str, Any]:
    """At most MAX_CHARACTERS as JSON; what is longer is shown as the beginning of its text."""
    text = json.dumps(shown, ensure_ascii=False)
    if len(text.encode()) <= MAX_CHARACTERS:
        return shown
    return {"cut": text.encode()[:MAX_CHARACTERS].decode("utf-8", "ignore")}


def _address(request: Request) -> str:
    if not request.url:
        return f"https://{request.host}{request.path}"
    parts = urlsplit(request.url)  # an upload address: its query is a credential
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
