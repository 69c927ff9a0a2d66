"""TikTok's part of the simulator's settings: a switch for each fact that its documentation leaves open or contradicts.

The defaults are the reading that the pages support best, and of two that they support alike the one that refuses more
(Content Posting API pages, read 2026-11-23).
"""

from typing import Literal

from pydantic import BaseModel, Field

Taken = Literal["refuse", "accept"]


class TikTokSwitches(BaseModel):
    tiktok_verified_hosts: list[str] = Field(default_factory=list)
    """Verified properties beside the origins named at the start: a domain with its subdomains, or an ``https://host/path/``."""
    tiktok_fail_reason: str | None = None
    """When set, every TikTok post ends FAILED with this reason."""
    tiktok_stuck: bool = False
    """TikTok posts stay in PROCESSING_UPLOAD or PROCESSING_DOWNLOAD for as long as this is on."""
    tiktok_minute: Literal["sliding", "fixed"] = "sliding"
    """Whether the minute of a limit is the last one, as the Display API's is, or opens with a call and ends a minute later."""
    tiktok_invalid_param: Literal["invalid_param", "invalid_params"] = "invalid_param"
    """The code of a bad body: the Content Posting pages spell it one way, the general error page the other."""

    tiktok_megabyte: Literal[1_000_000, 1_048_576] = 1_000_000
    """Bytes of the MB that bound chunks and files: one example on the page is decimal, another binary."""
    tiktok_upload_host: Literal["open-upload.tiktokapis.com", "upload.us.tiktokapis.com"] = "open-upload.tiktokapis.com"
    """The host of an ``upload_url``; the pages show both."""
    tiktok_uploaded: Literal["count", "last", "none"] = "count"
    """What the ``Content-Range`` of an answer ends with: how many bytes there are, the index of the last one; or there is none."""
    tiktok_second_put: Literal[416, 206] = 416
    """What a range that is there already is answered with; 206 (201 when all is there) takes it as if it were new."""
    tiktok_finished_put: Literal[416, 404, 403] = 416
    """What a PUT is answered with when every byte is there: its range does not match, the task is no more or its URL has ended.

    At 416 ``tiktok_second_put`` has its say first.
    """
    tiktok_uploaded_bytes_seconds: float | None = Field(default=0.0, ge=0)
    """From a chunk to the status that counts it in ``uploaded_bytes``; null: no status has that field."""

    tiktok_brand_toggles: Literal["required", "optional"] = "required"
    """Whether a direct post must say both brand toggles: the table marks them as required, examples leave them out."""
    tiktok_branded_private: Taken = "refuse"
    """What a paid partnership that only its owner sees does; the guidelines forbid it, no page says how."""
    tiktok_cover_out_of_range: Taken = "refuse"
    """What a cover index that no photo has does; where it is accepted the first photo is the cover."""
    tiktok_inbox_post_info: Literal["ignore", "refuse"] = "ignore"
    """What ``post_info`` does to the draft of a video, whose page does not have it."""

    tiktok_posts_per_day: int = Field(default=15, ge=0)
    """Direct posts of a creator in 24 hours over all apps; the pages say about 15."""
    tiktok_pending_drafts: int = Field(default=5, ge=0)
    """Drafts of a creator in 24 hours that nobody has posted yet."""
    tiktok_orphans_are_pending: bool = True
    """Whether a draft whose bytes never came counts as one of them, as one user found."""
    tiktok_active_users: int = Field(default=5, ge=0)
    """Creators that may publish in 24 hours through an app that is not audited; accounts that are audited do not count."""

    tiktok_public_id_seconds: float | None = Field(default=0.0, ge=0)
    """From a public post to its public id, which moderation gives; null: never."""
    tiktok_public_ids: int = Field(default=1, ge=1, le=10)
    """How many ids a public post gets."""
    tiktok_no_public_ids: Literal["absent", "empty"] = "absent"
    """How a status says that there is no public id."""
    tiktok_draft_posted_seconds: float | None = Field(default=None, ge=0)
    """From the inbox to the moment when its owner posts the draft, to everyone unless the profile is private; null: never."""
    tiktok_taken_down_seconds: float | None = Field(default=None, ge=0)
    """From the public id to the moment when a post is no longer public; null: never."""
    tiktok_publish_id_seconds: float | None = Field(default=None, ge=0)
    """How long a publish_id is known; null: for ever."""

    tiktok_list_lag_seconds: float = Field(default=0.0, ge=0)
    """How long a post with a public id is missing from the list of videos."""
    tiktok_list_photos: bool = True
    """Whether that list has photo posts too."""
    tiktok_list_text_length: int | None = Field(default=150, ge=1)
    """How much the list shows of a title and a description; null: all of it."""
    tiktok_list_text_unit: Literal["utf16", "code_points"] = "utf16"
    """What that counts; the limits of a post are told in UTF-16 units, and here nobody says."""
    tiktok_list_text_end: Literal["", "...", "…"] = ""
    """What follows a text that was cut there."""
