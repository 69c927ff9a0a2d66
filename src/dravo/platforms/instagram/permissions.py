"""What it means that a token is refused: which permission it lacks, by the names of its login, and that no renewal helps.

Sources: Instagram platform page `content-publishing` (read 2026-09-11) and page `ig-media/comments` (2025-01-21).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import CredentialsExpired, Rejected

A = TypeVar("A", bound=BaseModel)

Login = Literal["instagram", "facebook"]
Right = Literal["read", "publish", "comment"]

SCOPES: Mapping[Login, Mapping[Right, str]] = MappingProxyType(
    {
        "instagram": {
            "read": "instagram_business_basic",
            "publish": "instagram_business_content_publish",
            "comment": "instagram_business_manage_comments",
        },
        "facebook": {
            "read": "instagram_basic",
            "publish": "instagram_content_publish",
            "comment": "instagram_manage_comments",
        },
    }
)


PERMISSION_MISSING = "permission_missing"


def naming_scope(call: Call[A], login: Login, right: Right) -> Call[A]:
    """The same call; a refusal for a permission names the scope that it needs. One to comment is the comment's alone.

    What renews a token is the token itself, so that one which is refused cannot be renewed any more.
    """

    def read(reply: Reply) -> A:
        try:
            return call.read(reply)
        except CredentialsExpired as refused:
            if not _is_for_a_permission(refused.raw):
                raise CredentialsExpired(
                    refused.message, raw=refused.raw, code=refused.code, renewable=False
                ) from refused
            scope = SCOPES[login][right]
            if right == "comment":
                message = f"The account's token may not comment; connect the account again and grant {scope}."
                raise Rejected("first_comment_forbidden", message, raw=refused.raw) from refused
            message = f"The account's token lacks a permission; connect the account again and grant {scope}."
            raise CredentialsExpired(message, raw=refused.raw, code=PERMISSION_MISSING, renewable=False) from refused

    return replace(call, read=read)


def _is_for_a_permission(raw: Mapping[str, Any]) -> bool:
    """Meta says 10, 283 or a number from 200 to 299 of permissions (page `error-handling`)."""
    code = raw.get("error", {}).get("code")
    return isinstance(code, int) and (code in {10, 283} or 200 <= code <= 299)
