"""A Page's rules for a post, as far as they can be known before it is sent.

Sources: Page references `photos`, `videos` and `feed` (read 2026-09-11), Video API guide `reels-publishing` (page of
2026-07-30); the largest and longest video are from another publisher's pages. Facebook's limits for text (63,206) and comments
(8000), not confirmed, are above ours (5000). What a still picture must be is in `forms`: it is brought into that form rather
than refused.
"""

from dravo.platforms.base import Draft, Findings
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.eligibility import against_reel, goes_as_reel, is_vertical
from dravo.platforms.facebook.forms import MOST_BYTES, MOST_MOVING_BYTES
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import DraftMedium

MOST_PHOTOS = 10
"""Facebook names no limit; other publishers send 10 at most."""
VIDEO_TYPES = frozenset({"video/mp4", "video/quicktime"})
MOST_VIDEO_BYTES = 10 * 1024 * 1024 * 1024
"""Said is "10 GB", without which GB: what exceeds both readings would fail."""
MOST_VIDEO_MS = 4 * 60 * 60 * 1000

_AS_REEL = "/platform_options/facebook/as_reel"


def check(draft: Draft[FacebookOptions]) -> Findings:
    """All that is wrong with the draft, and all that will have no effect. Unknown media facts are judged later."""
    findings = Findings()
    _numbers(draft, findings)
    for medium in draft.media:
        if medium.kind == "video":
            _video(medium, findings)
        elif medium.moves:
            _moving_picture(medium, findings)
    _surface(draft, findings)
    _without_effect(draft, findings)
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


def _moving_picture(medium: DraftMedium, findings: Findings) -> None:
    """A picture that moves is sent as it is or not at all."""
    pointer, size = f"/media_urls/{medium.index}", medium.size_bytes
    if medium.content_type not in {None, "image/gif"}:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"Facebook takes moving pictures as GIF only and this one is {medium.content_type} with {medium.details.frames} "
            "frames; send a GIF, a video, or a still picture.",
        )
        return
    if size is not None and size > MOST_MOVING_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"Facebook takes photos of at most 10 MB ({MOST_MOVING_BYTES} bytes) and this GIF has {size}; a moving picture is "
            "not made smaller here, so shorten it or send a video.",
        )
    elif size is not None and size > MOST_BYTES:
        findings.warn(
            pointer,
            "may_be_refused",
            f"The GIF has {size} bytes. Facebook's pages name 10 MB and one of its errors 4 MB; a moving picture is not made "
            "smaller here.",
        )


def _video(medium: DraftMedium, findings: Findings) -> None:
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in VIDEO_TYPES:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"Facebook takes MP4 and MOV videos and this one is {medium.content_type}; convert it to MP4 with H.264 and AAC.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_VIDEO_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"Facebook takes videos of at most 10 GB ({MOST_VIDEO_BYTES} bytes) and this one has {medium.size_bytes} bytes; "
            "compress it or cut it.",
        )
    if medium.duration_ms is not None and medium.duration_ms > MOST_VIDEO_MS:
        findings.error(
            pointer,
            "duration_not_supported",
            f"Facebook takes videos of at most 4 hours and this one has {medium.duration_ms / 1000:g} s; cut it.",
        )


def _surface(draft: Draft[FacebookOptions], findings: Findings) -> None:
    """Where the one video goes that a post has, when that is not what was asked for, or was not asked."""
    if len(draft.media) != 1 or draft.media[0].kind != "video":
        return
    video, asked = draft.media[0], draft.options.as_reel
    if goes_as_reel(draft.media, draft.options, FacebookConfig.of(draft.config)):
        if asked is None:
            findings.warn(
                "/media_urls/0",
                "published_as_reel",
                "The video is vertical and goes as a reel, since Facebook may keep a vertical video as a draft; set as_reel to "
                "say otherwise.",
            )
        return
    unfit = against_reel(video)
    if asked and unfit:
        findings.warn(
            _AS_REEL,
            "option_without_effect",
            f"The video cannot be a reel, since its {', its '.join(unfit)}; it is published as a normal one.",
        )
    if is_vertical(video):
        way_out = f"as a reel it would not, but its {', its '.join(unfit)}" if unfit else "set as_reel to avoid that"
        findings.warn(
            "/media_urls/0",
            "may_stay_draft",
            f"The video is vertical and goes as a normal one, which Facebook may keep as a draft; {way_out}.",
        )


def _without_effect(draft: Draft[FacebookOptions], findings: Findings) -> None:
    only_a_video = len(draft.media) == 1 and draft.media[0].kind != "image"
    if draft.options.as_reel and not only_a_video:
        findings.warn(
            _AS_REEL,
            "option_without_effect",
            "Only a single video can be a reel; this post is published as a normal one.",
        )
    if draft.options.first_comment is not None and not draft.options.first_comment.strip():
        findings.warn(
            "/platform_options/facebook/first_comment",
            "option_without_effect",
            "The first comment is blank; none is sent.",
        )
