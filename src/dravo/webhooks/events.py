"""Writing events in the transaction of their fact."""

from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key, new_id
from dravo.models import WebhookEvent

EventType = Literal["post.queued", "post.published", "post.failed", "post.unconfirmed", "post.canceled"]


def record(session: AsyncSession, about: Key, event_type: EventType, data: dict[str, Any]) -> None:
    """Add an event to the transaction; `data` is the public form of what it is about."""
    session.add(
        WebhookEvent(
            workspace_id=about.workspace_id,
            environment=about.environment,
            id=new_id("evt"),
            event_type=event_type,
            data=data,
            created_at=now(),
        )
    )
