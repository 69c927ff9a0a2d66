"""TikTok's rules for a post, as far as they can be known before it is sent.

Sources: TikTok docs `content-posting-api-reference-photo-post`, `-direct-post`, `-upload-video` and `content-sharing-guidelines`
(read 2026-11-23). What a still photo must be is in `forms`: it is brought into that form rather than refused.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.media import DraftMedium
from dravo.platforms.tiktok.options import ROOT, TikTokOptions
from dravo.platforms.tiktok.video_limits import check_video

MOST_PHOTOS = 35
"""A request has no more either; whoever asks the rules themselves is told all the same."""
MOST_TEXT_WITH_PHOTOS = 4000
MOST_TEXT_WITH_VIDEO = 2200


def check(draft: Draft[TikTokOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _numbers(draft, findings)
    _text(draft, findings)
    for medium in draft.media:
        if medium.kind == "video":
            check_video(medium, findings)
        elif medium.moves:
            _moving_picture(medium, findings)
    _cover(draft, findings)
    _brand(draft.options, findings)
    _without_effect(draft, findings)
    return findings


def utf16_units(text: str) -> int:
    """The length of a text as TikTok counts it: emoji and other characters beyond U+FFFF count 2."""
    return len(text.encode("utf-16-le")) // 2


def _is_video(draft: Draft[TikTokOptions]) -> bool:
    return any(medium.kind == "video" for medium in draft.media)


def _is_photos(draft: Draft[TikTokOptions]) -> bool:
    """Several media can only be photos; one is a photo when it is known to be."""
    return not _is_video(draft) and (len(draft.media) > 1 or any(medium.kind == "image" for medium in draft.media))


def _numbers(draft: Draft[TikTokOptions], findings: Findings) -> None:
    number = len(draft.media)
    if number == 0:
        findings.error(
            "/media_urls", "media_required", "TikTok takes no post without photos or a video; add some to media_urls."
        )
    if number > MOST_PHOTOS:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"TikTok takes at most {MOST_PHOTOS} photos or 1 video, and this post has {number} media.",
        )
    videos = sum(medium.kind == "video" for medium in draft.media)
    if videos and number > 1:
        findings.error(
            "/media_urls",
            "too_many_media" if videos == number else "mixed_media",
            "TikTok takes 1 video, alone, or photos; send each video as a post of its own.",
        )


def _text(draft: Draft[TikTokOptions], findings: Findings) -> None:
    if _is_video(draft) and not draft.options.posts_directly():
        findings.warn(
            "/text",
            "text_without_effect",
            "TikTok takes no text with a video that goes to the creator's inbox (post_mode MEDIA_UPLOAD); the creator writes it in "
            "the app.",
        )
        return
    limit = MOST_TEXT_WITH_VIDEO if _is_video(draft) else MOST_TEXT_WITH_PHOTOS
    length = utf16_units(draft.text)
    if length > limit:
        findings.error(
            "/text",
            "text_too_long",
            f"TikTok takes {limit} UTF-16 units of text (an emoji counts 2 or more) and this text has {length}; shorten it by "
            f"{length - limit}.",
        )


def _moving_picture(medium: DraftMedium, findings: Findings) -> None:
    findings.error(
        f"/media_urls/{medium.index}",
        "media_type_not_supported",
        f"TikTok shows no moving pictures and this one has {medium.details.frames} frames; send it as an MP4 video, or one of its "
        "frames as a JPEG.",
    )


def _cover(draft: Draft[TikTokOptions], findings: Findings) -> None:
    index = draft.options.photo_cover_index
    if index is not None and draft.media and index >= len(draft.media) and not _is_video(draft):
        findings.error(
            f"{ROOT}/photo_cover_index",
            "photo_cover_index_out_of_range",
            f"The cover is photo {index}, counted from 0, and the post has {len(draft.media)}; the last one is "
            f"{len(draft.media) - 1}.",
        )
    moment, length = draft.options.video_cover_timestamp_ms, draft.media[0].duration_ms if draft.media else None
    if moment and length is not None and moment > length and _is_video(draft) and draft.options.posts_directly():
        findings.warn(
            f"{ROOT}/video_cover_timestamp_ms",
            "option_without_effect",
            f"The cover is to be taken at {moment} ms and the video has {length} ms; TikTok takes the first frame.",
        )


def _brand(options: TikTokOptions, findings: Findings) -> None:
    # Only a direct post carries both; a draft's settings are the creator's business.
    if options.brand_content_toggle and options.posts_directly() and options.audience() == "SELF_ONLY":
        findings.error(
            f"{ROOT}/brand_content_toggle",
            "brand_content_is_private",
            "TikTok does not allow a paid partnership on a post that only the creator sees (SELF_ONLY, which is also the "
            "default); set privacy_level to another audience.",
        )


_NOT_IN_DRAFTS = (
    "privacy_level",
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "is_aigc",
    "brand_content_toggle",
    "brand_organic_toggle",
    "auto_add_music",
    "video_cover_timestamp_ms",
)
_NOT_ON_PHOTOS = ("disable_duet", "disable_stitch", "is_aigc", "video_cover_timestamp_ms")
_NOT_ON_VIDEOS = ("auto_add_music", "photo_cover_index")


def _without_effect(draft: Draft[TikTokOptions], findings: Findings) -> None:
    options = draft.options
    reasons: dict[str, str] = {}
    if not options.posts_directly():
        reasons |= dict.fromkeys(
            _NOT_IN_DRAFTS, "The creator decides it in the app, because post_mode is MEDIA_UPLOAD."
        )
    # What the media rule out is no more the creator's to decide.
    if _is_photos(draft):
        reasons |= dict.fromkeys(_NOT_ON_PHOTOS, "TikTok has it for videos only; these are photos.")
    if _is_video(draft):
        reasons |= dict.fromkeys(_NOT_ON_VIDEOS, "TikTok has it for photos only; this is a video.")
    for name, reason in reasons.items():
        said = getattr(options, name)
        if said is not None and said is not False:  # False asks for nothing, 0 asks for the first frame
            findings.warn(f"{ROOT}/{name}", "option_without_effect", f"{name}: {reason}")
    if options.first_comment is not None:
        findings.warn(
            f"{ROOT}/first_comment",
            "first_comment_not_supported",
            "TikTok's API has no call for comments; the first comment is not sent.",
        )
