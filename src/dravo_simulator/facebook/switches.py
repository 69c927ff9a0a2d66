"""What Meta's documentation leaves open about the Graph API and about Pages: a switch for each, its defaults the likelier reading."""

from typing import Literal

from pydantic import BaseModel, Field


class GraphSwitches(BaseModel):
    """Of both Graph hosts."""

    graph_newest_version: Literal["v26.0", "v27.0"] = "v26.0"
    """The newest version: one came on 2026-11-04 whose name the changelog's copy does not show."""
    graph_app_usage: int = Field(default=1, ge=0)
    """Percent of the app's calls that ``X-App-Usage`` tells; from 100 on every call is refused with 4."""
    graph_account_usage: int = Field(default=1, ge=0)
    """The same of an account, in ``X-Business-Use-Case-Usage``; from 100 on it is refused with 80001 or 80002."""
    graph_regain_minutes: int = Field(default=0, ge=0)
    """``estimated_time_to_regain_access`` of such a refusal."""
    graph_throttle_code: Literal["account", 4, 17, 32, 341, 613] = "account"
    """The code of an ordered ``throttle``: 80001 of a Page and 80002 of an Instagram account, or another."""


class FacebookSwitches(BaseModel):
    facebook_unreadable_hosts: list[str] = Field(default_factory=list)
    """Hosts whose pages Facebook cannot read: a post with a link there is refused with 1609005."""
    facebook_duplicate_seconds: float = Field(default=3600.0, ge=0)
    """How far back the same message in a row is refused; not documented."""
    facebook_text_length: int = Field(default=63_206, ge=1)
    """Characters of a post: what a peer's code has, no page."""
    facebook_comment_length: int = Field(default=8000, ge=1)
    """Characters of a comment; not documented."""
    facebook_list_lag_seconds: float = Field(default=0.0, ge=0)
    """How long a new post is missing from the Page's lists."""
    facebook_page_story_id: bool = True
    """Whether a photo tells the post that took it."""

    facebook_photo_bytes: int = Field(default=10 * 1024 * 1024, ge=1)
    """The largest picture: the reference says 10 MB, the text of a live refusal 4 MB."""
    facebook_webp: Literal["refuse", "accept"] = "refuse"
    """Whether a WebP is a picture: the reference does not list it, a peer sends it."""

    facebook_range_bytes: int = Field(default=4 * 1024 * 1024, ge=1)
    """The range that Facebook asks for next while a video is transferred."""
    facebook_vertical_videos: Literal["draft", "publish"] = "draft"
    """What becomes of an upright video that is not sent as a reel."""
    facebook_publishing_seconds: float = Field(default=0.0, ge=0)
    """How long after its processing a video or reel is still not published."""
    facebook_permalinks: Literal["relative", "absolute"] = "relative"
    """Whether ``permalink_url`` of a video begins with a slash or with the host."""
    facebook_hosted_upload: Literal["either", "alone", "with_offset"] = "either"
    """Whether ``file_url`` may, must not or must have ``offset`` beside it."""
    facebook_reel_checks: Literal["in_processing", "at_finish"] = "in_processing"
    """Where a reel outside the limits is refused."""
    facebook_reels_per_day: int = Field(default=30, ge=0)
    """Reels of a Page in 24 hours."""
    facebook_second_finish: Literal["same", "refuse", "duplicate"] = "same"
    """What a second ``finish`` of a reel does: nothing, an error, or another post."""
    facebook_post_id_in_finish: bool = False
    """Whether the answer to ``finish`` names the post."""
    facebook_phase_done: Literal["complete", "completed"] = "complete"
    """The status of a phase that is over: seen live, or in the table of the guide."""
    facebook_bytes_name: Literal["bytes_transferred", "bytes_transfered"] = "bytes_transferred"
    """How the bytes that have arrived are spelled."""
    facebook_errors_name: Literal["errors", "error"] = "errors"
    """A list of a phase's errors, or the first one by itself."""
