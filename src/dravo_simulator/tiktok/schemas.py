"""The bodies of TikTok's calls (Content Posting API and Display API references, read 2026-11-23)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dravo_simulator.wire import utf16_units


def _at_most(units: int) -> AfterValidator:
    """A limit in UTF-16 units, which is how TikTok counts."""

    def check(text: str) -> str:
        if utf16_units(text) > units:
            raise ValueError(f"longer than {units} UTF-16 units")
        return text

    return AfterValidator(check)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DirectInfo(Strict):
    """What a direct post says of itself, whatever it is. `rules` knows what of it must be there."""

    privacy_level: str | None = None
    disable_comment: bool = False
    brand_content_toggle: bool | None = None
    brand_organic_toggle: bool | None = None


class VideoInfo(DirectInfo):
    title: Annotated[str, _at_most(2200)] = ""
    disable_duet: bool = False
    disable_stitch: bool = False
    video_cover_timestamp_ms: Annotated[int, Field(ge=-(2**31), lt=2**31)] = 0
    is_aigc: bool = False


class PhotoInfo(DirectInfo):
    title: Annotated[str, _at_most(90)] = ""
    description: Annotated[str, _at_most(4000)] = ""
    auto_add_music: bool = False


class FileUpload(Strict):
    source: Literal["FILE_UPLOAD"]
    video_size: Annotated[int, Field(ge=1)]
    chunk_size: Annotated[int, Field(ge=1)]
    total_chunk_count: int


class VideoPull(Strict):
    source: Literal["PULL_FROM_URL"]
    video_url: Annotated[str, Field(min_length=1)]


class PhotoPull(Strict):
    source: Literal["PULL_FROM_URL"]
    photo_images: Annotated[list[str], Field(min_length=1, max_length=35)]
    photo_cover_index: Annotated[int, Field(ge=0)]


VideoSource = Annotated[FileUpload | VideoPull, Field(discriminator="source")]


class VideoInit(Strict):
    post_info: VideoInfo = Field(default_factory=VideoInfo)
    source_info: VideoSource


class InboxInit(Strict):
    source_info: VideoSource
    post_info: dict[str, Any] | None = None
    """Not in the reference; some apps send it."""


class ContentInit(Strict):
    media_type: Literal["PHOTO"]
    post_mode: Literal["DIRECT_POST", "MEDIA_UPLOAD"]
    post_info: PhotoInfo = Field(default_factory=PhotoInfo)
    source_info: PhotoPull


class PublishNamed(Strict):
    """Of status/fetch and cancel."""

    publish_id: Annotated[str, Field(min_length=1, max_length=64)]


class VideoList(Strict):
    max_count: Annotated[int, Field(ge=1, le=20)] = 10
    cursor: Annotated[int, Field(ge=0)] | None = None
    """Unix milliseconds: only what was posted before."""
