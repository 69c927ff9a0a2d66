"""TikTok's rules for videos, as far as a probe of the file can tell them.

Source: TikTok docs `content-posting-api-media-transfer-guide` (read 2026-11-23). How long a creator's videos may be is asked
before each post (`creator`).
"""

from dravo.platforms.base import Findings
from dravo.platforms.media import DraftMedium

TYPES = frozenset({"video/mp4", "video/quicktime", "video/webm"})
CODECS = frozenset({"h264", "hevc", "vp8", "vp9"})
MOST_BYTES = 4 * 1024 * 1024 * 1024
"""TikTok says "4 GB" without saying which GB: what exceeds both readings is known to fail."""
MOST_MS = 10 * 60 * 1000
MEASURED_MS = 100
"""By how much a file's own length may exceed what it is meant to be: the last frame of picture or sound."""
FRAMES_PER_SECOND = (23, 60)
SIDES = (360, 4096)


def check_video(medium: DraftMedium, findings: Findings) -> None:
    """What is wrong with a video. What is not known of it yet is judged later."""
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in TYPES:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"TikTok takes MP4, MOV and WebM videos and this one is {medium.content_type}; convert it to MP4 with H.264.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"TikTok takes videos of at most 4 GB ({MOST_BYTES} bytes) and this one has {medium.size_bytes} bytes; compress or "
            "shorten it.",
        )
    if medium.duration_ms is not None and medium.duration_ms > MOST_MS + MEASURED_MS:
        findings.error(
            pointer,
            "duration_not_supported",
            f"TikTok takes videos of at most {MOST_MS // 60_000} minutes and this one has {medium.duration_ms / 1000:g} s; "
            "shorten it.",
        )
    _picture(medium, pointer, findings)


def _picture(medium: DraftMedium, pointer: str, findings: Findings) -> None:
    details, (least, most) = medium.details, FRAMES_PER_SECOND
    # The mean rate of a recording is a little beside its nominal one.
    if details.frames_per_second is not None and not least <= round(details.frames_per_second) <= most:
        findings.error(
            pointer,
            "frame_rate_not_supported",
            f"TikTok takes videos of {least} to {most} frames per second and this one has {details.frames_per_second:g}; "
            "convert it.",
        )
    smallest, largest = SIDES
    if medium.shown_size and not all(smallest <= side <= largest for side in medium.shown_size):
        width, height = medium.shown_size
        findings.error(
            pointer,
            "resolution_not_supported",
            f"TikTok takes videos of {smallest} to {largest} pixels on each side and this one is {width}x{height}; scale it.",
        )
    if details.video_codec is not None and details.video_codec not in CODECS:
        findings.error(
            pointer,
            "codec_not_supported",
            f"TikTok takes videos in H.264, HEVC, VP8 and VP9 and this one is in {details.video_codec}; convert it to H.264.",
        )
