"""Instagram's part of the simulator's settings, and what concerns both Meta networks when they pull media.

A switch for each fact that the documentation leaves open. The defaults are the reading that it supports best, and of two
that it supports alike the one that refuses more (pages read 2026-09-11).
"""

from typing import Literal

from pydantic import BaseModel, Field

Taken = Literal["refuse", "accept"]


class InstagramSwitches(BaseModel):
    meta_redirects: Literal["refuse", "follow"] = "refuse"
    """What Meta's crawler does when the URL of a medium redirects, within the verified origins."""
    instagram_fetch: Literal["at_create", "in_background"] = "in_background"
    """Whether the call that makes a container waits for its medium and refuses a bad one, or answers at once."""
    instagram_image_bytes: int = Field(default=8 * 1024 * 1024, ge=1)
    """The largest picture: the pages say 8 MB, the error table 8 MiB."""
    instagram_other_images: Taken = "refuse"
    """Whether PNG and WebP are taken too, as was measured once; the pages say JPEG only."""
    instagram_length_unit: Literal["utf16", "code_points", "graphemes"] = "utf16"
    """What the 2200 of a caption count."""
    instagram_caption_on_children: Literal["error", "ignored"] = "error"
    """What a caption on an item of a carousel does."""
    instagram_tags_on_child_videos: Taken = "refuse"
    """Whether a video in a carousel takes ``user_tags``."""
    instagram_thumb_offset_on_child_videos: Taken = "accept"
    """Whether a video in a carousel takes ``thumb_offset``."""
    instagram_thumb_offset_on_stories: Taken = "refuse"
    """Whether a video story takes ``thumb_offset``."""
    instagram_creator_stories: Taken = "accept"
    """Whether a creator's account (``MEDIA_CREATOR``) may publish stories; an older page says that only businesses may."""
    instagram_reel_tag_positions: Taken = "refuse"
    """Whether tags of a reel may have x and y; where they are accepted they mean nothing."""
    instagram_carousel_video_seconds: Literal[60, 900] = 900
    """How long a video in a carousel may be."""
    instagram_locations: list[str] | None = None
    """The ids of Pages that have a place; null: every number is one."""
    instagram_comment_rules: Literal["none", "legacy"] = "none"
    """Whether the limits that the older API had for a comment still hold: 300 characters, 4 hashtags, 1 link, not all capitals."""
    second_publish: Literal["error", "same_id", "duplicate"] = "error"
    """What ``media_publish`` answers to a container that was published before (not documented)."""
    instagram_quota_total: int = Field(default=100, ge=0)
    """Posts an Instagram account may publish in 24 hours (the pages say 100, 50 and 25)."""
    instagram_false_block: bool = False
    """``media_publish`` answers 4/2207051, though the post goes live."""
    instagram_hidden_reads: bool = False
    """Reading a container or a medium answers 100/33, though publishing works."""
    instagram_list_lag_seconds: float = Field(default=0.0, ge=0)
    """How long a new medium is missing from the account's lists."""
