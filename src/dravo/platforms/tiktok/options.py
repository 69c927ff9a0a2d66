"""What a client may say about a post to TikTok beyond its text and media."""

from typing import Literal

from pydantic import Field

from dravo.kit.schemas import StrictModel

ROOT = "/platform_options/tiktok"

MOST = 2_147_483_647

PostMode = Literal["DIRECT_POST", "MEDIA_UPLOAD"]
PrivacyLevel = Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]


class TikTokOptions(StrictModel):
    """`platform_options.tiktok`."""

    post_mode: PostMode | None = Field(
        None,
        description="Publish at once (the default), or put the media into the creator's TikTok inbox, where they finish the "
        "post themselves; then the settings of a post do not apply.",
    )
    privacy_level: PrivacyLevel | None = Field(
        None, description="Who sees the post: one that the creator may use. Left out, only the creator (SELF_ONLY)."
    )
    disable_comment: bool | None = Field(None, description="Switches comments off.")
    disable_duet: bool | None = Field(None, description="Switches duets off, for videos.")
    disable_stitch: bool | None = Field(None, description="Switches stitches off, for videos.")
    is_aigc: bool | None = Field(
        None, description="Labels a video as made with AI. TikTok has no such label for photos."
    )
    brand_content_toggle: bool | None = Field(
        None, description="Marks a paid partnership. TikTok forbids it on posts that only the creator sees."
    )
    brand_organic_toggle: bool | None = Field(None, description="Marks content for the creator's own brand.")
    auto_add_music: bool | None = Field(None, description="Lets TikTok add music to a photo post.")
    video_cover_timestamp_ms: int | None = Field(
        None, ge=0, le=MOST, description="The frame that becomes a video's cover, in milliseconds from its start."
    )
    photo_cover_index: int | None = Field(
        None, ge=0, le=MOST, description="The photo that becomes the cover, counted from 0."
    )
    first_comment: str | None = Field(
        None, max_length=5000, description="Accepted and reported as a warning: TikTok's API has no call for comments."
    )

    def posts_directly(self) -> bool:
        """Whether the post is published at once (said or by default)."""
        return self.post_mode != "MEDIA_UPLOAD"

    def audience(self) -> PrivacyLevel:
        """Who will see the post, said or by default: never more people than the client asked for."""
        return self.privacy_level or "SELF_ONLY"

    def posts_publicly(self) -> bool:
        """Whether everybody will see the post: such posts alone get an id that others can use."""
        return self.posts_directly() and self.audience() == "PUBLIC_TO_EVERYONE"
