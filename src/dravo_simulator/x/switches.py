"""X's part of the simulator's settings: a switch for each fact that its documentation leaves open or contradicts.

The defaults are the reading that documentation and reports support best (openapi 2.167 and the docs of 2026-08-22).
"""

from typing import Literal

from pydantic import BaseModel, Field

Tier = Literal["Basic", "Premium", "PremiumPlus"]


class XSwitches(BaseModel):
    x_plan: Literal["self_serve", "enterprise"] = "self_serve"
    """On self-serve plans only those may reply whom the author summoned, and nobody may quote; enterprises may do both."""
    x_credits_depleted: bool = False
    """The owner of every app has no credits left: each call is answered with 402. An account's attribute does it for one."""
    x_usage_capped: Literal["Daily", "Monthly"] | None = None
    """The period of a usage cap that is reached: each call is answered with 429 and the problem ``usage-capped``."""
    x_429_shape: Literal["problem", "legacy"] = "problem"
    """A 429 is a problem document, or the older ``{"errors": [{"code": 88}]}`` that the rate limit page shows."""
    x_problem_host: Literal["api.twitter.com", "api.x.com"] = "api.twitter.com"
    """The host in the ``type`` of a problem; both are seen."""
    x_posts_per_window: int = Field(default=100, ge=0)
    """Posts of a user in 15 minutes: one page says 100, another 200, and some plans have less."""
    x_posts_per_day: int | None = Field(default=None, ge=0)
    """Posts of a user in 24 hours on the legacy tiers (17 or 100). When set, the 24hour headers come along."""
    x_update_limit: int | None = Field(default=None, ge=0)
    """Posts of an account in 24 hours over all apps (the product's own cap); None: no cap."""
    x_update_limit_status: Literal[403, 429] = 403
    """How a post over that cap is refused."""

    x_duplicate_seconds: float = Field(default=86400.0, ge=0)
    """How far back X looks for the same post."""
    x_duplicate_compares: Literal["text", "thread", "everything"] = "thread"
    """What makes two posts the same: the text; text and the post replied to; or these with media, poll and place."""
    x_cashtags_count: Literal["all", "distinct"] = "all"
    """Whether the same cashtag twice is two of the one that a post may have."""
    x_blank_poll_options: Literal["refuse", "accept"] = "refuse"
    """What a poll's option of white space alone does: 400, or a poll."""
    x_equal_poll_options: Literal["refuse", "accept"] = "refuse"
    """What two options that say the same do: 400, or a poll."""
    x_long_post_tiers: list[Tier] = ["Basic", "Premium", "PremiumPlus"]
    """The subscriptions that may post more than 280; empty: none, as reported of the old Free API."""
    x_long_text_in_answer: Literal["cut", "whole"] = "cut"
    """Whether the 201 to a long post holds its beginning, as timelines do, or all of it."""
    x_names: Literal["both", "tweet", "post"] = "both"
    """The wire's names: ``tweet.fields`` and ``referenced_tweets`` (2.159), ``post.fields`` and ``referenced_posts`` (2.167)."""
    x_reply_settings_on_replies: Literal["accept", "refuse"] = "accept"
    """What ``reply_settings`` does to a reply: kept, or 400."""
    x_ai_without_media: Literal["accept", "refuse"] = "accept"
    """What ``made_with_ai`` does to a post without media: kept, or 400."""
    x_subscribers_only_refusal: Literal[403, 400] = 403
    """How ``for_super_followers_only`` is refused to an account without subscriptions."""
    x_partial_errors: bool = False
    """Whether a 201 carries ``errors`` beside ``data``, as the schema allows."""
    x_timeline_lag_seconds: float = Field(default=0.0, ge=0)
    """How long a new post is missing from its author's timeline."""

    x_simple_upload: Literal["2.167", "2.159"] = "2.167"
    """What the one-shot upload takes: every category and no other field, or images and subtitles with ``media_type`` and ``shared``."""
    x_command_form: Literal["refuse", "accept"] = "refuse"
    """The older ``command=INIT|APPEND|FINALIZE`` on ``POST /2/media/upload``: 400, or served as before."""
    x_segment_bytes: int = Field(default=5 * 1024 * 1024, ge=1)
    """The largest segment that append takes: pages say 5 MB, the early v2 refused that."""
    x_segment_refusal: Literal[413, 431] = 413
    """How a segment that is too large is refused."""
    x_finalize_twice: Literal["same", "refuse"] = "same"
    """What a second finalize is answered with: the first answer, or 400."""
    x_gif_processing: bool = True
    """Whether GIFs are processed like videos; off: they are usable at once and have no ``processing_info``."""
    x_bad_media: Literal["at_post", "at_processing"] = "at_post"
    """When a video or GIF outside X's limits is refused: by the post that names it, or by its processing."""

    x_refresh_token_seconds: float | None = Field(default=180 * 86400.0, ge=0)
    """How long a refresh token lives; None: for ever. The documentation does not say, people say six months."""
