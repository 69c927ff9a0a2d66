"""Posts as the client asked for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of, within_tenant

POST_STATUSES = ("scheduled", "queued", "processing", "published", "partial", "failed", "canceled", "unconfirmed")


class Post(Tenant, Base):
    """`status` is the roll-up of its deliveries, written by whoever changes one of them, under the post's lock."""

    __tablename__ = "posts"
    __table_args__ = (
        of_workspace(),
        one_of("environment", ENVIRONMENTS),
        one_of("status", POST_STATUSES),
        Index("ix_posts_due", "scheduled_at", postgresql_where=text("status = 'scheduled'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    media_urls: Mapped[list[Any]]
    platform_options: Mapped[dict[str, Any]]
    account_ids: Mapped[list[Any]]
    status: Mapped[str]
    scheduled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class PostMedium(Tenant, Base):
    """One entry of `media_urls`. `asset_id` is known from the start for ingested media, after the first fetch for foreign ones."""

    __tablename__ = "post_media"
    __table_args__ = (within_tenant("post_id", "posts"), within_tenant("asset_id", "media_assets", cascade=False))

    post_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    asset_id: Mapped[str | None]


class PostAttachment(Tenant, Base):
    """A picture that an option names by URL, once it has been fetched. `name` is network and option."""

    __tablename__ = "post_attachments"
    __table_args__ = (within_tenant("post_id", "posts"), within_tenant("asset_id", "media_assets", cascade=False))

    post_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str]


class IdempotencyRecord(Tenant, Base):
    """An `Idempotency-Key` with the body it stood for and the answer as first sent."""

    __tablename__ = "idempotency_records"
    __table_args__ = (within_tenant("post_id", "posts"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    post_id: Mapped[str]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
