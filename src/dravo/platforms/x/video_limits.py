"""X's rules for videos, as far as a probe of the file can tell them (an open GOP, for one, it cannot).

Source: X docs `media/introduction` and `media/quickstart/best-practices` (read 2026-08-22). X takes the upload of a video
outside of them and refuses the post that names it, without saying why: so they are checked here.
"""

from dravo.platforms.base import Findings
from dravo.platforms.media import DraftMedium
from dravo.platforms.x.config import XConfig

CONTAINERS = frozenset({"video/mp4", "video/quicktime"})
MOST_BYTES = 512 * 1024 * 1024
"""X says "512 MB" without saying which MB: what exceeds both readings is known to fail."""
LEAST_MS, MOST_MS = 500, 140_000
MOST_FRAMES_PER_SECOND = 60
LEAST_SIDE = 32
WIDEST = 3
"""The longer side is at most three times the shorter one."""
PIXEL_FORMATS = frozenset({"yuv420p", "yuvj420p"})
"""The second is FFmpeg's name for the first with the full range of brightness, as phones record it."""


def check_video(medium: DraftMedium, config: XConfig, findings: Findings, *, premium: bool) -> None:
    """What is wrong with a video. What is not known of it yet is judged later."""
    if medium.kind != "video":
        return
    pointer = f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in CONTAINERS:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"X takes MP4 and MOV videos and this one is {medium.content_type}; convert it to MP4 with H.264 and AAC.",
        )
    if medium.size_bytes is not None and medium.size_bytes > MOST_BYTES:
        findings.error(
            pointer,
            "media_too_large",
            f"X takes videos of at most 512 MB ({MOST_BYTES} bytes) and this one has {medium.size_bytes} bytes; compress or "
            "shorten it.",
        )
    _length(medium, pointer, findings, premium=premium)
    _sides(medium, pointer, config, findings)
    _coding(medium, pointer, findings)


def _length(medium: DraftMedium, pointer: str, findings: Findings, *, premium: bool) -> None:
    length = medium.duration_ms
    if length is None or LEAST_MS <= length <= MOST_MS:
        return
    if length > MOST_MS and premium:
        findings.warn(
            pointer,
            "may_be_refused",
            f"The video is {length / 1000:g} s long. X takes {MOST_MS // 1000} s, and more from some Premium accounts; it does "
            "not tell from which.",
        )
        return
    findings.error(
        pointer,
        "duration_not_supported",
        f"X takes videos of {LEAST_MS / 1000:g} to {MOST_MS // 1000} seconds and this one has {length / 1000:g} s; "
        + ("shorten it." if length > MOST_MS else "make it longer."),
    )


def _sides(medium: DraftMedium, pointer: str, config: XConfig, findings: Findings) -> None:
    if medium.shown_size is None:
        return
    shown = "x".join(str(side) for side in medium.shown_size)
    shorter, longer = sorted(medium.shown_size)
    if longer > config.video_long_side or shorter > config.video_short_side:
        findings.error(
            pointer,
            "resolution_not_supported",
            f"X takes videos of at most {config.video_long_side}x{config.video_short_side} pixels, whichever way they are held, "
            f"and this one is {shown}; scale it down.",
        )
    if shorter < LEAST_SIDE:
        findings.error(
            pointer,
            "resolution_not_supported",
            f"X takes videos of at least {LEAST_SIDE}x{LEAST_SIDE} pixels and this one is {shown}; scale it up.",
        )
    if longer > WIDEST * shorter:
        findings.error(
            pointer,
            "aspect_ratio_not_supported",
            f"X takes videos between 1:{WIDEST} and {WIDEST}:1 and this one is {shown}; crop it or add borders.",
        )


def _coding(medium: DraftMedium, pointer: str, findings: Findings) -> None:
    details = medium.details
    # The mean rate of a recording is a little beside its nominal one.
    if details.frames_per_second is not None and round(details.frames_per_second) > MOST_FRAMES_PER_SECOND:
        findings.error(
            pointer,
            "frame_rate_not_supported",
            f"X takes videos of at most {MOST_FRAMES_PER_SECOND} frames per second and this one has "
            f"{details.frames_per_second:g}; convert it.",
        )
    if details.video_codec not in {None, "h264"}:
        findings.error(
            pointer,
            "codec_not_supported",
            f"X takes videos in H.264 and this one is in {details.video_codec}; convert it to H.264.",
        )
    if details.audio_codec not in {None, "", "aac"}:
        findings.error(
            pointer,
            "codec_not_supported",
            f"X takes sound in AAC and this video has {details.audio_codec}; convert the sound to AAC.",
        )
    if details.pixel_format is not None and details.pixel_format not in PIXEL_FORMATS:
        findings.error(
            pointer,
            "pixel_format_not_supported",
            f"X takes videos with pixels in yuv420p and this one has {details.pixel_format}; convert it to yuv420p.",
        )
