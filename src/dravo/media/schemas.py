"""Media as the API shows them."""

from typing import Literal

from pydantic import BaseModel, Field

from dravo.kit.schemas import Instant
from dravo.media.probe import TYPES
from dravo.models.media import MediaAsset
from dravo.platforms.media import Details, DraftMedium


class MediaView(BaseModel):
    """A picture or video that is stored here. Its file name was never kept."""

    id: str
    public_url: str = Field(description="Where anyone can read it until it expires; usable in `media_urls`")
    kind: Literal["image", "video"]
    content_type: str = Field(description="Told by the bytes")
    size_bytes: int
    width: int = Field(description="Pixels, as stored")
    height: int = Field(description="Pixels, as stored")
    duration_ms: int | None = Field(description="Length of a video, null for an image")
    status: Literal["ready"]
    created_at: Instant
    expires_at: Instant


def public_url_of(public_url: str, asset: MediaAsset) -> str:
    """The address at which anyone reads an asset; `public_url` is the deployment's origin."""
    return f"{public_url}/u/{public_name_of(asset)}"


def public_name_of(asset: MediaAsset) -> str:
    """The last segment of the public address; also the file name that we suggest."""
    return f"{asset.id}.{TYPES[asset.content_type].extension}"


def drafted(asset: MediaAsset, index: int = 0) -> DraftMedium:
    """An asset as the networks' rules see it."""
    return DraftMedium(
        index,
        kind="video" if asset.kind == "video" else "image",
        content_type=asset.content_type,
        size_bytes=asset.size_bytes,
        width=asset.width,
        height=asset.height,
        duration_ms=asset.duration_ms,
        details=Details.of(asset.details),
    )


def view_of(public_url: str, asset: MediaAsset) -> MediaView:
    return MediaView.model_validate(
        {
            "id": asset.id,
            "public_url": public_url_of(public_url, asset),
            "kind": asset.kind,
            "content_type": asset.content_type,
            "size_bytes": asset.size_bytes,
            "width": asset.width,
            "height": asset.height,
            "duration_ms": asset.duration_ms,
            "status": "ready",
            "created_at": asset.created_at,
            "expires_at": asset.expires_at,
        }
    )
