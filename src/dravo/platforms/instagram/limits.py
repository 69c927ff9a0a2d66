"""Instagram's rules for a post, as far as they can be known before it is sent.

Sources: Instagram platform pages `ig-user/media` and `content-publishing` (read 2026-09-11) and `error-codes` (2026-06-02).
"""

import re

from dravo.platforms.base import Draft, Findings
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import DraftMedium

MOST_MEDIA = 10
MOST_CAPTION = 2200
MOST_HASHTAGS = 30
MOST_MENTIONS = 20
MOST_ALT_TEXT = 1000
MOST_IMAGE_BYTES = 8 * 1024 * 1024
"""The error table says 8 MiB (36000/2207004)."""
NARROWEST, WIDEST = 0.80, 1.91
"""4:5 and 1.91:1, the ratios of the feed. Instagram gives two digits, so we judge with two."""

_HASHTAG = re.compile(r"(?<![\w&])#\w+")
_MENTION = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]+")


def check(draft: Draft[InstagramOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _numbers(draft, findings)
    if not draft.options.story:
        _caption(draft, findings)
    for medium in draft.media:
        _image(medium, findings, story=draft.options.story is True)
    _without_effect(draft, findings)
    _not_supported_yet(draft, findings)
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
    length = len(draft.text)
    if length > MOST_CAPTION:
        findings.error(
            "/text",
            "text_too_long",
            f"Instagram takes captions of at most {MOST_CAPTION} characters and this one has {length}; shorten it by "
            f"{length - MOST_CAPTION}, or move hashtags into first_comment.",
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
    if draft.options.alt_text is not None and len(draft.options.alt_text) > MOST_ALT_TEXT:
        findings.error(
            "/platform_options/instagram/alt_text",
            "alt_text_too_long",
            f"Instagram takes alternative texts of at most {MOST_ALT_TEXT} characters and this one has "
            f"{len(draft.options.alt_text)}; shorten it.",
        )


def _image(medium: DraftMedium, findings: Findings, *, story: bool) -> None:
    if medium.kind != "image":
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type != "image/jpeg":
        findings.error(
            pointer,
            "media_type_not_supported",
            "Instagram takes JPEG images only, and this is another type; convert it to JPEG.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_IMAGE_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"Instagram takes images of at most 8 MB ({MOST_IMAGE_BYTES} bytes) and this one has {medium.size_bytes} "
            "bytes; compress it or make it smaller.",
        )
    if not story and medium.width and medium.height:
        ratio = round(medium.width / medium.height, 2)
        if not NARROWEST <= ratio <= WIDEST:
            findings.error(
                pointer,
                "aspect_ratio_not_supported",
                f"Instagram's feed takes images from 4:5 (0.80) to 1.91:1 and this one is {medium.width}x{medium.height} "
                f"pixels ({ratio:.2f}); crop it, or publish it as a story.",
            )


_ONLY_VIDEOS = ("share_to_feed", "cover_url", "thumb_offset", "audio_name")
_NOT_ON_STORIES = (
    "first_comment",
    "share_to_feed",
    "location_id",
    "collaborators",
    "alt_text",
    "cover_url",
    "audio_name",
)


def _without_effect(draft: Draft[InstagramOptions], findings: Findings) -> None:
    options = draft.options
    images_only = bool(draft.media) and all(medium.kind == "image" for medium in draft.media)
    reasons: dict[str, str] = {}
    if images_only or len(draft.media) > 1:
        reasons |= dict.fromkeys(_ONLY_VIDEOS, "It is for reels; a post of images ignores it.")
    if options.story:
        reasons |= dict.fromkeys(_NOT_ON_STORIES, "Instagram stories do not have it; it is not sent.")
        findings.warn(
            "/text", "text_without_effect", "Instagram shows no text with a story; only the medium is published."
        )
    for name in ("first_comment", "location_id", "alt_text"):
        said = getattr(options, name)
        if said is not None and not said.strip():
            reasons.setdefault(name, "It is blank; nothing is sent.")
    for name, reason in reasons.items():
        if getattr(options, name) not in (None, []):
            findings.warn(f"/platform_options/instagram/{name}", "option_without_effect", f"{name}: {reason}")


def _not_supported_yet(draft: Draft[InstagramOptions], findings: Findings) -> None:
    """What Instagram takes and this version does not deliver yet. Delete this function when it does."""
    for medium in draft.media:
        if medium.kind == "video":
            findings.error(
                f"/media_urls/{medium.index}",
                "not_supported_yet",
                "A video cannot be published to Instagram by this version yet; send JPEG images.",
            )
