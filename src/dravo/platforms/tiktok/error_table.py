"""TikTok's error codes and reasons of failure, and what each means for a delivery.

Sources: TikTok docs `content-posting-api-reference-*` (query-creator-info, photo-post, direct-post, get-video-status) and
`tiktok-api-v2-error-handling` (read 2026-11-23).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    PlatformError,
    RateLimited,
    Rejected,
    Scope,
    Transient,
)
from dravo.platforms.tiktok.options import ROOT

A_DAY = timedelta(hours=24)
"""TikTok counts posts and drafts over 24 hours and does not say when the window ends: shorter looks would be a tight loop."""
A_MINUTE = timedelta(seconds=60)
"""Calls are counted by the minute, each kind by itself: 6 that begin a post, 20 that ask for the creator, 30 for a status."""
ANEW_AFTER = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))
"""Before a post that TikTok dropped is made anew, and as often: each counts against the creator's 15 posts of a day."""

UPLOADED_ANEW_AFTER = ANEW_AFTER[:2]
"""Before a video that TikTok has not taken whole is uploaded anew: soon enough for all of it to be one preparation."""

Kind = Literal["again", "pause", "reconnect", "rejected", "hold"]


@dataclass(frozen=True, slots=True)
class Row:
    """What one code means: the verdict's class (Transient, RateLimited, CredentialsExpired, Rejected, Misconfigured).

    Limits are of one kind of calls or posts, so a pause that rests the post `alone` keeps no other from what it still may: the
    account's others find out for themselves.
    """

    kind: Kind
    code: str
    message: str
    wait: timedelta | None = None
    scope: Scope = "account"
    alone: bool = False
    pointer: str | None = None
    renewable: bool = True


_CONVERT = "convert a video to MP4 with H.264, photos to JPEG or WebP."
_TOO_MANY_POSTS = Row(
    "pause",
    "daily_posts_used",
    "TikTok takes no more posts of this creator within 24 hours, from any app.",
    wait=A_DAY,
    alone=True,
)
_BANNED = Row(
    "rejected",
    "account_banned",
    "TikTok has banned the creator from posting; see what the creator's TikTok app says about it.",
)
_BAD_TOKEN = Row("reconnect", "account_needs_reconnect", "TikTok no longer takes the token; reconnect the account.")
_BAD_SCOPE = Row(
    "reconnect",
    "permission_missing",
    "The account has not granted what this needs (video.publish to post directly, video.upload for drafts); reconnect it and "
    "grant both.",
    renewable=False,
)
_SPAM = Row(
    "rejected",
    "spam_risk",
    "TikTok takes the post for spam; change the text or the media, and see what the creator's TikTok app says about it.",
)
_BAD_PARAMETER = Row("rejected", "invalid_parameter", "TikTok did not accept a parameter.")
_PULL_FAILED = Row(
    "again",
    "media_unreachable",
    "TikTok could not pull a medium from its address, or not in time: see that the address in DRAVO_PUBLIC_URL is reached from "
    "the internet, and look for medium_pulled in the log. Where it was pulled, the fault is TikTok's.",
)
_UNKNOWN_PUBLISH_ID = Row("rejected", "publish_id_unknown", "TikTok does not tell about this post.")

CALL_ERRORS: dict[str, Row] = {
    "invalid_param": _BAD_PARAMETER,
    "invalid_params": _BAD_PARAMETER,
    "invalid_file_upload": Row(
        "rejected", "media_invalid", f"TikTok did not accept the media; {_CONVERT}", pointer="/media_urls"
    ),
    "app_version_check_failed": Row(
        "rejected",
        "app_version_too_old",
        "The creator's TikTok app is older than 31.8; it takes drafts after an update.",
    ),
    "invalid_publish_id": _UNKNOWN_PUBLISH_ID,
    "token_not_authorized_for_specified_publish_id": _UNKNOWN_PUBLISH_ID,
    "access_token_invalid": _BAD_TOKEN,
    "scope_not_authorized": _BAD_SCOPE,
    "scope_permission_missed": _BAD_SCOPE,
    "spam_risk_too_many_posts": _TOO_MANY_POSTS,
    "spam_risk_too_many_pending_share": Row(
        "pause",
        "too_many_drafts",
        "The creator's inbox holds as many drafts as TikTok takes within 24 hours; finish or delete some in the app.",
        wait=A_DAY,
        alone=True,
    ),
    "reached_active_user_cap": Row(
        "pause",
        "daily_users_used",
        "TikTok takes no more creators from this app within 24 hours.",
        wait=A_DAY,
        scope="app",
    ),
    "spam_risk_user_banned_from_posting": _BANNED,
    "spam_risk": _SPAM,
    "unaudited_client_can_only_post_to_private_accounts": Row(
        "hold",
        "app_not_audited",
        "TikTok has not audited the app: until then it only posts to accounts that are private. Make the account private, "
        "or have the app audited.",
    ),
    "url_ownership_unverified": Row(
        "hold",
        "media_host_not_verified",
        "TikTok does not pull photos from an address that the app's owner has not verified; add the one in DRAVO_PUBLIC_URL to the "
        "app's URL properties.",
        scope="app",
    ),
    "privacy_level_option_mismatch": Row(
        "rejected",
        "privacy_level_not_allowed",
        "The creator may not use this privacy level; set another, or leave it out for SELF_ONLY.",
        pointer=f"{ROOT}/privacy_level",
    ),
    "rate_limit_exceeded": Row("pause", "rate_limited", "TikTok asks for fewer calls.", wait=A_MINUTE, alone=True),
}
"""Codes of answers to calls: each proves that the call had no effect, so they mean the same on a call that publishes."""

FAILURES: dict[str, Row] = {
    "file_format_check_failed": Row(
        "rejected",
        "media_type_not_supported",
        f"TikTok does not take the format of a medium; {_CONVERT}",
        pointer="/media_urls",
    ),
    "duration_check_failed": Row(
        "rejected",
        "duration_not_supported",
        "TikTok does not take a video of this length; shorten it.",
        pointer="/media_urls",
    ),
    "frame_rate_check_failed": Row(
        "rejected",
        "frame_rate_not_supported",
        "TikTok takes 23 to 60 frames a second; convert the video.",
        pointer="/media_urls",
    ),
    "picture_size_check_failed": Row(
        "rejected",
        "resolution_not_supported",
        "A medium has too many or too few pixels, and TikTok does not say which one; scale a video to 360 to 4096 pixels on each "
        "side, photos to at most 1080 on the shorter one.",
        pointer="/media_urls",
    ),
    "internal": Row("again", "network_error", "TikTok had an error while it worked on the post."),
    "video_pull_failed": _PULL_FAILED,
    "photo_pull_failed": _PULL_FAILED,
    "publish_cancelled": Row(
        "rejected", "publish_canceled", "The post was canceled at TikTok; send it again where it is still wanted."
    ),
    "auth_removed": Row(
        "reconnect", "account_needs_reconnect", "The creator has removed the app; reconnect the account."
    ),
    "spam_risk_too_many_posts": _TOO_MANY_POSTS,
    "spam_risk_user_banned_from_posting": _BANNED,
    "spam_risk_text": Row("rejected", "spam_risk", "TikTok takes the text for spam; change the text.", pointer="/text"),
    "spam_risk": _SPAM,
}
"""Reasons why a post that TikTok took came to nothing."""

UNKNOWN_FAILURE = Row(
    "rejected",
    "publish_failed",
    "TikTok took the post and then failed it for a reason that it does not document; see what the creator's TikTok app says "
    "about it.",
)


def anew(
    code: str, message: str, raw: dict[str, Any], earlier: int, *, after: Sequence[timedelta] = ANEW_AFTER
) -> PlatformError:
    """A post of which nothing came is made anew, unless that has happened too often; `earlier` says how often it did before."""
    if earlier < len(after):
        return Transient(code, message, raw=raw, retry_after=after[earlier])
    return Rejected(
        code, f"{message} That happened {earlier + 1} times, so it is not tried again; send it again later.", raw=raw
    )


def as_error(row: Row, raw: dict[str, Any], words: str = "", *, earlier: int = 0) -> PlatformError:
    """A row as an exception; `words` are TikTok's own, for what the user can mend. `earlier`: see `anew`."""
    match row.kind:
        case "again":
            return anew(row.code, row.message, raw, earlier)
        case "pause":
            scope = "post" if row.alone else row.scope
            return RateLimited(row.message, wait=row.wait, scope=scope, raw=raw, code=row.code)
        case "reconnect":
            return CredentialsExpired(row.message, raw=raw, code=row.code, renewable=row.renewable)
        case "hold":
            return Misconfigured(row.code, row.message, scope=row.scope, raw=raw)
        case "rejected":
            return Rejected(row.code, row.message + words, raw=raw, pointer=row.pointer)
