"""Events: facts that the world may want to hear about."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of


class WebhookEvent(Tenant, Base):
    """Written in the transaction of its fact, so that neither exists without the other."""

    __tablename__ = "webhook_events"
    __table_args__ = (of_workspace(), one_of("environment", ENVIRONMENTS))

    id: Mapped[str] = mapped_column(primary_key=True)
    event_type: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
