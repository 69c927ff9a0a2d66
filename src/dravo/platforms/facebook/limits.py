"""A Page's rules for a post, as far as they can be known before it is sent.

Sources: Page references `photos` and `feed` (read 2026-09-11). Facebook's limit for text (63,206) is far above ours (5000).
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import DraftMedium

MOST_PHOTOS = 10
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp"})
"""WebP is not in Facebook's list, but other publishers send it: it is not known to fail."""
MOST_PHOTO_BYTES = 10 * 1024 * 1024
"""Facebook says "10 MB" without saying which MB: what exceeds both readings is known to fail."""


def check(draft: Draft[FacebookOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _numbers(draft, findings)
    for medium in draft.media:
        _photo(medium, findings)
    _without_effect(draft, findings)
    _not_supported_yet(draft, findings)
    return findings


def _numbers(draft: Draft[FacebookOptions], findings: Findings) -> None:
    if len(draft.media) > MOST_PHOTOS:
        findings.error(
            "/media_urls",
            "too_many_media",
            f"A Facebook post takes at most {MOST_PHOTOS} photos or 1 video, and this one has {len(draft.media)} media; "
            "spread them over several posts.",
        )
    videos = [medium for medium in draft.media if medium.kind == "video"]
    if not videos or len(draft.media) == 1:
        return
    all_videos = len(videos) == len(draft.media)
    findings.error(
        "/media_urls",
        "too_many_media" if all_videos else "mixed_media",
        "A Facebook post takes 1 video, alone, or photos; send each video as a post of its own.",
    )


def _photo(medium: DraftMedium, findings: Findings) -> None:
    if medium.kind != "image":
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in IMAGE_TYPES:
        findings.error(
            pointer,
            "media_type_not_supported",
            "Facebook takes JPEG, PNG, GIF, BMP, TIFF and WebP photos, and this is another type; convert it.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_PHOTO_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"Facebook takes photos of at most 10 MB ({MOST_PHOTO_BYTES} bytes) and this one has {medium.size_bytes} "
            "bytes; compress it or make it smaller.",
        )


def _without_effect(draft: Draft[FacebookOptions], findings: Findings) -> None:
    only_a_video = len(draft.media) == 1 and draft.media[0].kind != "image"
    if draft.options.as_reel and not only_a_video:
        findings.warn(
            "/platform_options/facebook/as_reel",
            "option_without_effect",
            "Only a single video can be a reel; this post is published as a normal one.",
        )
    if draft.options.first_comment is not None and not draft.options.first_comment.strip():
        findings.warn(
            "/platform_options/facebook/first_comment",
            "option_without_effect",
            "The first comment is blank; none is sent.",
        )


def _not_supported_yet(draft: Draft[FacebookOptions], findings: Findings) -> None:
    """What Facebook takes and this version does not deliver yet. Delete this function when it does."""
    for medium in draft.media:
        if medium.kind == "video":
            findings.error(
                f"/media_urls/{medium.index}",
                "not_supported_yet",
                "A video cannot be published to Facebook by this version yet; send photos or text.",
            )
