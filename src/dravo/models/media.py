"""Media assets: facts in the book, bytes in the storage."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from dravo.models.base import ENVIRONMENTS, Base, Tenant, of_workspace, one_of


class MediaAsset(Tenant, Base):
    """A picture or video whose bytes we hold. Sizes in bytes and pixels, length in ms; `sha256` in hex."""

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
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
