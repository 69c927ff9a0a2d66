"""Media assets: facts in the book, bytes in the storage."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of, within_tenant


class MediaAsset(Tenant, Base):
    """A picture or video whose bytes we hold. Sizes in bytes and pixels, length in ms; `sha256` in hex.

    `details` are those of `platforms.media.Details` that are known.
    """

    __tablename__ = "media_assets"
    __table_args__ = (
        of_workspace(),
        one_of("environment", ENVIRONMENTS),
        one_of("kind", ("image", "video")),
        # Its public address names an asset by id alone: whoever fetches it has no credential.
        Index("uq_media_assets_id", "id", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    storage_key: Mapped[str]
    kind: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    duration_ms: Mapped[int | None]
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Rendition(Tenant, Base):
    """A picture made of another one, for a network that does not take that one as it is.

    `form` says what was asked for (`platforms.media.ImageForm`), so that it is made once for all posts and attempts.
    """

    __tablename__ = "renditions"
    __table_args__ = (
        within_tenant("source_id", "media_assets"),
        within_tenant("asset_id", "media_assets", cascade=False, name="fk_renditions_made"),
    )

    source_id: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str]
