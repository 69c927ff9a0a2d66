"""What LinkedIn's calls have in common: hosts, headers, URNs in paths, the id of what a call made.

Sources: LinkedIn docs `posts-api` and `versioning` (read 2026-09-19). The calls stand in `images`, `videos`, `processing`,
`posts`, `comments` and `oauth`.
"""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from dravo.kit.http import Reply, Request
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.refusals import MEDIA, Where, refusal
from dravo.platforms.media import Medium

HOST = "api.linkedin.com"
UPLOAD_HOST = "www.linkedin.com"
"""Upload addresses and tokens are there."""


def rest(
    method: Literal["GET", "POST"],
    path: str,
    version: str,
    *,
    query: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
    finder: bool = False,
) -> Request:
    """A call of the versioned API. There is no default version: without the header LinkedIn answers 400."""
    headers = {"linkedin-version": version, "x-restli-protocol-version": "2.0.0"}
    if finder:
        headers["x-restli-method"] = "FINDER"
    body = None if json is None else dict(json)
    return Request(method=method, host=HOST, path=path, query=dict(query or {}), headers=headers, json=body)


def in_path(urn: str) -> str:
    """A URN as it stands in a path: percent-encoded whole, else LinkedIn answers 400."""
    return quote(urn, safe="")


def pointer_of(medium: Medium) -> str:
    """Where the request names the medium."""
    return f"{MEDIA}/{medium.index}"


def refuse(
    reply: Reply, where: Where, *, effect: bool = False, author: Author | None = None, medium: str | None = None
) -> None:
    """Raise what an answer outside 2xx means; see `refusal`."""
    if not reply.ok:
        raise refusal(reply, where=where, effect=effect, author=author, medium=medium)


def created_id(reply: Reply, prefix: str) -> str:
    """The id in the header. A success without one may still have had its effect."""
    created = reply.headers.get("x-restli-id", "").strip()
    if not created or not created.startswith(prefix):
        raise OutcomeUnknown(
            f"LinkedIn answered {reply.status} without the id of what it created.",
            raw={"status": reply.status, "x-li-uuid": reply.headers.get("x-li-uuid")},
        )
    return created
