"""Instagram's rules for a post, as far as they can be known before it is sent.

Sources: Instagram platform pages `ig-user/media` and `content-publishing` (read 2026-09-11) and `error-codes` (2026-06-02).
What a still picture must be is in `forms`: it is brought into that form rather than refused.
"""

import re

from dravo.platforms.base import Draft, Findings
from dravo.platforms.instagram.effects import check_effects
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.video_limits import check_video
from dravo.platforms.media import DraftMedium

MOST_MEDIA = 10
MOST_CAPTION = 2200
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
MOST_ALT_TEXT = 1000
NARROWEST, WIDEST = 0.80, 1.91
"""4:5 and 1.91:1, the ratios of the feed. Instagram gives two digits, so we judge with two."""

_NUMBER = re.compile(r"[0-9]+")
_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]+")


def check(draft: Draft[InstagramOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    kind = kind_of(draft)
    _numbers(draft, findings)
    if not draft.options.story:
        _caption(draft, findings)
    if not draft.options.story and any(medium.kind == "image" for medium in draft.media):
        _alt_text(draft, findings)
    for medium in draft.media:
        if medium.kind == "video":
            check_video(medium, kind or "reel", findings)
        else:
            _picture(medium, findings, in_feed=not draft.options.story)
    _cover(draft, findings)
    _location(draft, findings)
    check_effects(draft, kind, findings)
    return findings


def _numbers(draft: Draft[InstagramOptions], findings: Findings) -> None:
    number = len(draft.media)
    if number == 0:
        findings.error(
            "/media_urls",
            "media_required",
            "Instagram takes no post without an image or a video; add one to media_urls.",
        )
    if draft.options.story and number > 1:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"An Instagram story shows one medium, and this post has {number}; send each as a story of its own.",
        )
    elif number > MOST_MEDIA:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"Instagram takes at most {MOST_MEDIA} media in a carousel through its API, and this post has {number}; "
            "spread them over several posts.",
        )


def _caption(draft: Draft[InstagramOptions], findings: Findings) -> None:
    """Lengths are in characters of Unicode. Instagram names no unit, so a text that only some readings allow is warned of."""
    length, units = len(draft.text), len(draft.text.encode("utf-16-le", "surrogatepass")) // 2
    if length > MOST_CAPTION:
        findings.error(
            "/text",
            "text_too_long",
            f"Instagram takes captions of at most {MOST_CAPTION} characters and this one has {length}; shorten it by "
            f"{length - MOST_CAPTION}, or move hashtags into first_comment.",
        )
    elif units > MOST_CAPTION:
        findings.warn(
            "/text",
            "text_near_limit",
            f"Instagram takes {MOST_CAPTION} characters and does not say how it counts: this text has {length}, or {units} where "
            "emoji count twice, so it may be refused.",
        )
    for what, sign, limit, used in (
        ("hashtags", "#", MOST_HASHTAGS, len(_HASHTAG.findall(draft.text))),
        ("mentions", "@", MOST_MENTIONS, len(_MENTION.findall(draft.text))),
    ):
        if used > limit:
            findings.error(
                "/text",
                f"too_many_{what}",
                f"Instagram takes at most {limit} {what} ({sign}) in a caption and this one has {used}; remove some.",
            )


def _alt_text(draft: Draft[InstagramOptions], findings: Findings) -> None:
    """Its length, where it is sent: with images in the feed."""
    length = len(draft.options.alt_text or "")
    if length > MOST_ALT_TEXT:
        findings.error(
            "/platform_options/instagram/alt_text",
            "alt_text_too_long",
            f"Instagram takes alternative texts of at most {MOST_ALT_TEXT} characters and this one has {length}; shorten it.",
        )


def _location(draft: Draft[InstagramOptions], findings: Findings) -> None:
    """That the place, where one is sent, may be the id of a Page: those are numbers."""
    location = (draft.options.location_id or "").strip()
    if location and not draft.options.story and not _NUMBER.fullmatch(location):
        findings.error(
            "/platform_options/instagram/location_id",
            "location_invalid",
            "A location_id is a number, and this one is none; send the id of a Facebook Page that has a place, or leave it out.",
        )


def _picture(medium: DraftMedium, findings: Findings, *, in_feed: bool) -> None:
    """What is wrong with a picture and cannot be mended here. The feed's ratios do not hold for stories."""
    pointer = f"/media_urls/{medium.index}"
    if medium.moves:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"Instagram shows no moving pictures and this one has {medium.details.frames} frames; send it as an MP4 video, or one "
            "of its frames as a JPEG.",
        )
    if medium.kind is None or not in_feed or not medium.shown_size:
        return
    width, height = medium.shown_size
    ratio = round(width / height, 2)
    if not NARROWEST <= ratio <= WIDEST:
        findings.error(
            pointer,
            "aspect_ratio_not_supported",
            f"Instagram's feed takes images from 4:5 (0.80) to 1.91:1 and this one is {width}x{height} "
            f"pixels ({ratio:.2f}); crop it, or publish it as a story.",
        )


def _cover(draft: Draft[InstagramOptions], findings: Findings) -> None:
    """That a reel's cover is taken from within it."""
    offset, length = draft.options.thumb_offset, draft.media[0].duration_ms if draft.media else None
    if kind_of(draft) == "reel" and offset is not None and length is not None and offset > length:
        findings.error(
            "/platform_options/instagram/thumb_offset",
            "thumb_offset_out_of_range",
            f"The cover is to be taken at {offset} ms and the video has {length} ms; choose a moment within it.",
        )
