"""What the creator may do at the moment, and what was asked for against it.

Source: TikTok docs `content-posting-api-reference-query-creator-info` and `content-sharing-guidelines` (read 2026-11-23). It is
to be asked before each direct post; a draft's settings are the creator's own, and its token may not ask.
"""

from collections.abc import Sequence
from datetime import timedelta

from dravo.platforms.base import Call, Run
from dravo.platforms.errors import Rejected
from dravo.platforms.media import Medium
from dravo.platforms.tiktok.client import Answer, pointer_of, post
from dravo.platforms.tiktok.fields import Count, Flag, Word, Words
from dravo.platforms.tiktok.options import ROOT, TikTokOptions
from dravo.platforms.tiktok.video_limits import MEASURED_MS

KEPT_FOR = timedelta(minutes=10)
"""What a creator may do can change at any time, so an attempt that comes later asks anew."""

_SWITCHES = {"disable_comment": "comments", "disable_duet": "duets", "disable_stitch": "stitches"}


class CreatorInfo(Answer):
    """What the creator may do. The longest video is in seconds; 0 and None: not told."""

    creator_username: Word = None
    privacy_level_options: Words
    comment_disabled: Flag = False
    duet_disabled: Flag = False
    stitch_disabled: Flag = False
    max_video_post_duration_sec: Count = None


def creator_info() -> Call[CreatorInfo]:
    """POST creator_info/query. Refusals of the creator come with HTTP 200 here."""
    return post("/v2/post/publish/creator_info/query/", {}, CreatorInfo)


def agree(creator: CreatorInfo, options: TikTokOptions, media: Sequence[Medium], run: Run) -> None:
    """Warn of what will have no effect. Raises Rejected for what TikTok would refuse, before anything is sent there."""
    if options.audience() not in creator.privacy_level_options:
        raise Rejected(
            "privacy_level_not_allowed",
            f"The creator may not post as {options.audience()}; TikTok allows {', '.join(creator.privacy_level_options)}.",
            pointer=f"{ROOT}/privacy_level",
        )
    film = next((medium for medium in media if medium.kind == "video"), None)
    if film is not None:
        _agree_on_length(creator, film)
    switched_off = {"disable_comment": creator.comment_disabled}
    if film is not None:
        switched_off |= {"disable_duet": creator.duet_disabled, "disable_stitch": creator.stitch_disabled}
    for name, is_off in switched_off.items():
        if is_off and getattr(options, name) is False:
            run.warn("option_without_effect", f"{name}: the creator has {_SWITCHES[name]} switched off for all posts.")


def _agree_on_length(creator: CreatorInfo, film: Medium) -> None:
    most, length = creator.max_video_post_duration_sec, film.duration_ms
    if most and length is not None and length > most * 1000 + MEASURED_MS:
        raise Rejected(
            "duration_not_supported",
            f"TikTok takes videos of at most {most} seconds from this creator and this one has {length / 1000:g} s; shorten it.",
            pointer=pointer_of(film),
        )
