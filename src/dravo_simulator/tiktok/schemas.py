"""The body of content/init (photo post reference, read 2026-11)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dravo_simulator.wire import utf16_units

PRIVACY_LEVELS = ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY")


def _at_most(units: int) -> AfterValidator:
    """A limit in UTF-16 units, which is how TikTok counts."""

    def check(text: str) -> str:
        if utf16_units(text) > units:
            raise ValueError(f"longer than {units} UTF-16 units")
        return text

    return AfterValidator(check)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PostInfo(Strict):
    title: Annotated[str, _at_most(90)] = ""
    description: Annotated[str, _at_most(4000)] = ""
    privacy_level: Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"] | None = (
        None
    )
    disable_comment: bool = False
    auto_add_music: bool = False
    brand_content_toggle: bool | None = None
    brand_organic_toggle: bool | None = None


class SourceInfo(Strict):
    source: Literal["PULL_FROM_URL"]
    photo_images: Annotated[list[str], Field(min_length=1, max_length=35)]
    photo_cover_index: Annotated[int, Field(ge=0)]


class ContentInit(Strict):
    media_type: Literal["PHOTO"]
    post_mode: Literal["DIRECT_POST", "MEDIA_UPLOAD"]
    post_info: PostInfo = Field(default_factory=PostInfo)
    source_info: SourceInfo


class StatusFetch(Strict):
    publish_id: Annotated[str, Field(min_length=1, max_length=64)]
