"""The timeline as it is served."""

from typing import Any

from pydantic import BaseModel

from dravo.kit.schemas import Instant


class EntryView(BaseModel):
    """One thing that happened. `request` and `answer` are the network's, shortened and without secrets."""

    account_id: str
    platform: str
    name: str
    kind: str
    attempt: int
    started_at: Instant
    finished_at: Instant
    outcome: str
    request: dict[str, Any] | None
    answer: dict[str, Any] | None
    reason: str | None
    next_attempt_at: Instant | None


class TimelineView(BaseModel):
    """Everything that happened to a post's deliveries, delivery by delivery, in order of time."""

    post_id: str
    items: list[EntryView]
