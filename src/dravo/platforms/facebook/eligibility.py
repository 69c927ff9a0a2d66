"""Which videos can be reels, and which posts go as one.

Source: Video API guide `reels-publishing` (page of 2026-07-30). A vertical video sent as a normal one has been seen to stay a
draft that waits for somebody to share it by hand (postiz-app PR#1740).
"""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel

from dravo.platforms.base import PublishJob, Run
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import DraftMedium

RATIO_SLACK = 0.01
"""By how much the width may be beside 9:16: encoders round sides to even numbers."""
LEAST_SIZE = (540, 960)
FRAMES_PER_SECOND = (24, 60)
RATE_SLACK = 0.1
"""A film's 24 is 23.976, and the mean rate of a recording is a little beside its nominal one."""
LENGTH_MS = (3_000, 90_000)
LENGTH_SLACK_MS = 100
"""A clip that was cut to 90 s ends with its last frame or packet of sound, a little after."""
VIDEO_CODECS = frozenset({"h264", "hevc", "vp9", "av1"})
SOUND_CODECS = frozenset({"", "aac"})
"""A video without sound is one of them."""


class Surface(BaseModel):
    """Where a video is published."""

    reel: bool


async def surface_of(job: PublishJob[FacebookOptions], run: Run) -> Surface:
    """Where this post's video goes. Kept: a later run looks where the first one sent it, whatever is set since."""

    async def decided() -> Surface:
        drafted = [medium.draft() for medium in job.media]
        return Surface(reel=goes_as_reel(drafted, job.options, FacebookConfig.of(job.config)))

    return await run.wait("surface", decided, answer=Surface, every=[timedelta()], at_most=timedelta(days=1))


def goes_as_reel(media: Sequence[DraftMedium], options: FacebookOptions, config: FacebookConfig) -> bool:
    """Whether a post is published as a reel, as far as its video is known."""
    if len(media) != 1 or media[0].kind != "video" or against_reel(media[0]):
        return False
    if options.as_reel is not None:
        return options.as_reel
    return config.vertical_as_reel and is_vertical(media[0])


def is_vertical(medium: DraftMedium) -> bool:
    """Whether a video is known to be higher than wide."""
    shown = medium.shown_size
    return shown is not None and shown[1] > shown[0]


def against_reel(medium: DraftMedium) -> list[str]:
    """Each property by which a video is known to be no reel, as an end of the sentence "its … "."""
    found = []
    details, length = medium.details, medium.duration_ms
    if medium.shown_size is not None:
        width, height = medium.shown_size
        if abs(width * 16 - height * 9) > RATIO_SLACK * height * 9:
            found.append(f"shape is {width}x{height} and not 9:16")
        elif width < LEAST_SIZE[0] or height < LEAST_SIZE[1]:
            found.append(f"size is {width}x{height} and not at least {LEAST_SIZE[0]}x{LEAST_SIZE[1]}")
    if length is not None and not _within(length, LENGTH_MS, LENGTH_SLACK_MS):
        found.append(f"length is {length / 1000:g} s and not {LENGTH_MS[0] // 1000} to {LENGTH_MS[1] // 1000} s")
    rate = details.frames_per_second
    if rate is not None and not _within(rate, FRAMES_PER_SECOND, RATE_SLACK):
        found.append(f"frame rate is {rate:g} and not {FRAMES_PER_SECOND[0]} to {FRAMES_PER_SECOND[1]} a second")
    if details.video_codec is not None and details.video_codec not in VIDEO_CODECS:
        found.append(f"codec is {details.video_codec} and not H.264, H.265, VP9 or AV1")
    if details.audio_codec is not None and details.audio_codec not in SOUND_CODECS:
        found.append(f"sound is {details.audio_codec} and not AAC")
    return found


def _within(value: float, bounds: tuple[int, int], slack: float) -> bool:
    return bounds[0] - slack <= value <= bounds[1] + slack
