"""Who is calling, and what a caller may do."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["posts:read", "posts:write", "accounts:read", "accounts:write", "media", "analytics:read", "webhooks"]

SCOPES: tuple[Scope, ...] = (
    "posts:read",
    "posts:write",
    "accounts:read",
    "accounts:write",
    "media",
    "analytics:read",
    "webhooks",
)
DEFAULT_SCOPES: tuple[Scope, ...] = SCOPES[:-1]
"""What a key gets when none are named: everything but webhooks."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated request's identity; every query begins with its workspace and environment."""

    workspace_id: str
    environment: str
    scopes: frozenset[str]
