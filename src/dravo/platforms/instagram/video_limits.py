"""Instagram's rules for videos, as far as a probe of the file can tell them (edit lists and an open GOP, for two, it cannot).

Source: Instagram platform page `ig-user/media` (read 2026-09-11). A carousel's videos have no table of their own and are
judged as reels. Instagram says "MB" without saying which: what exceeds both readings is refused, what exceeds one is warned of.
"""

from dataclasses import dataclass

from dravo.platforms.base import Findings
from dravo.platforms.instagram.kinds import Kind
from dravo.platforms.media import DraftMedium

CONTAINERS = frozenset({"video/mp4", "video/quicktime"})
CODECS = frozenset({"h264", "hevc"})
FRAMES_PER_SECOND = (23, 60)
MOST_WIDTH = 1920
MOST_BITS_PER_SECOND = 25_000_000
CAROUSEL_SECONDS = 60
"""Said of videos in carousels by publishing guides, and by no page of Instagram's."""

MEASURED_MS = 100
"""By how much a file's own length may exceed what it is meant to be: the last frame of picture or sound."""


@dataclass(frozen=True, slots=True)
class Table:
    """The limits of one kind of post. Seconds, MB, and width by height."""

    what: str
    seconds: tuple[int, int]
    megabytes: int
    ratio: tuple[float, float]
    too_long: str


REEL = Table("reels", (3, 900), 300, (0.01, 10), "shorten it")
STORY = Table("story videos", (3, 60), 100, (0.1, 10), "shorten it, or publish it as a reel")
CHILD = Table("videos in a carousel", REEL.seconds, REEL.megabytes, REEL.ratio, "shorten it")
TABLES: dict[Kind, Table] = {"reel": REEL, "story": STORY, "carousel": CHILD}


def check_video(medium: DraftMedium, kind: Kind, findings: Findings) -> None:
    """What is wrong with a video. What is not known of it yet is judged later."""
    table, pointer = TABLES[kind], f"/media_urls/{medium.index}"
    if medium.content_type is not None and medium.content_type not in CONTAINERS:
        findings.error(
            pointer,
            "media_type_not_supported",
            f"Instagram takes MP4 and MOV videos and this one is {medium.content_type}; convert it to MP4 with H.264 and AAC.",
        )
    _size(medium, table, pointer, findings)
    _length(medium, table, pointer, findings)
    _sides(medium, table, pointer, findings)
    _coding(medium, pointer, findings)


def _size(medium: DraftMedium, table: Table, pointer: str, findings: Findings) -> None:
    size, most = medium.size_bytes, table.megabytes
    if size is None:
        return
    if size > most * 1024 * 1024:
        findings.error(
            pointer,
            "media_too_large",
            f"Instagram takes {table.what} of at most {most} MB ({most * 1024 * 1024} bytes) and this one has {size} bytes; "
            "compress or shorten it.",
        )
    elif size > most * 1_000_000:
        findings.warn(
            pointer,
            "may_be_refused",
            f"Instagram takes {table.what} of at most {most} MB and this one has {size} bytes, which is more where a MB is a "
            "million bytes.",
        )
    length = medium.duration_ms
    if length and size * 8000 / length > MOST_BITS_PER_SECOND:
        findings.warn(
            pointer,
            "may_be_refused",
            f"Instagram takes videos of at most {MOST_BITS_PER_SECOND // 1_000_000} Mbit/s and this one has "
            f"{size * 0.008 / length:.1f} on average; compress it if it is refused.",
        )


def _length(medium: DraftMedium, table: Table, pointer: str, findings: Findings) -> None:
    length = medium.duration_ms
    if length is None:
        return
    shortest, longest = table.seconds
    if not shortest * 1000 - MEASURED_MS <= length <= longest * 1000 + MEASURED_MS:
        findings.error(
            pointer,
            "duration_not_supported",
            f"Instagram takes {table.what} of {shortest} to {longest} seconds and this one has {length / 1000:g} s; "
            + ("make it longer." if length < shortest * 1000 else f"{table.too_long}."),
        )
    elif table is CHILD and length > CAROUSEL_SECONDS * 1000 + MEASURED_MS:
        findings.warn(
            pointer,
            "may_be_refused",
            f"The video is {length / 1000:g} s long. Instagram names no limit for videos in a carousel, and guides name "
            f"{CAROUSEL_SECONDS} s.",
        )


def _sides(medium: DraftMedium, table: Table, pointer: str, findings: Findings) -> None:
    if not medium.shown_size:
        return
    width, height = medium.shown_size
    if width > MOST_WIDTH:
        findings.error(
            pointer,
            "resolution_not_supported",
            f"Instagram takes videos of at most {MOST_WIDTH} pixels in width and this one is {width}x{height}; scale it down.",
        )
    narrowest, widest = table.ratio
    if not narrowest <= width / height <= widest:
        findings.error(
            pointer,
            "aspect_ratio_not_supported",
            f"Instagram takes {table.what} from {narrowest:g}:1 to {widest:g}:1 and this one is {width}x{height}; crop it or add "
            "borders.",
        )


def _coding(medium: DraftMedium, pointer: str, findings: Findings) -> None:
    details = medium.details
    least, most = FRAMES_PER_SECOND
    # The mean rate of a recording is a little beside its nominal one.
    if details.frames_per_second is not None and not least <= round(details.frames_per_second) <= most:
        findings.error(
            pointer,
            "frame_rate_not_supported",
            f"Instagram takes videos of {least} to {most} frames per second and this one has {details.frames_per_second:g}; "
            "convert it.",
        )
    if details.video_codec is not None and details.video_codec not in CODECS:
        findings.error(
            pointer,
            "codec_not_supported",
            f"Instagram takes videos in H.264 and HEVC and this one is in {details.video_codec}; convert it to H.264.",
        )
    if details.audio_codec not in {None, "", "aac"}:
        findings.error(
            pointer,
            "codec_not_supported",
            f"Instagram takes sound in AAC and this video has {details.audio_codec}; convert the sound to AAC.",
        )
    if details.pixel_format is not None and "420" not in details.pixel_format:
        findings.warn(
            pointer,
            "may_be_refused",
            f"Instagram takes videos with pixels in 4:2:0 and this one has {details.pixel_format}; convert it to yuv420p if it is "
            "refused.",
        )
