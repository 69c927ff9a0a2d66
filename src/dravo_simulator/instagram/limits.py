"""What Instagram takes as media (IG user media reference, read 2026-09-11). Not read: edit lists, GOPs, bit rates."""

from dravo_simulator.instagram.switches import InstagramSwitches
from dravo_simulator.probe import Facts
from dravo_simulator.store import JSON

MEGABYTE = 1024 * 1024
COVER_BYTES = 8 * MEGABYTE
MOST_VIDEO_BYTES = {"REELS": 300 * MEGABYTE, "CHILD": 300 * MEGABYTE, "STORIES": 100 * MEGABYTE}
NARROWEST, WIDEST = 4 / 5, 1.91
RATIO_TOLERANCE = 0.005
"""A picture of whole pixels cannot have every ratio."""
IMAGES = {"image/jpeg"}
OTHER_IMAGES = {"image/png", "image/webp"}

VIDEOS = {"video/mp4", "video/quicktime"}
CODECS = {"h264", "hevc"}
SOUND = {None, "aac"}
CHROMA = ("yuv420p", "yuvj420p")
SLOWEST_FPS, FASTEST_FPS, FPS_TOLERANCE = 23, 60, 0.5
MOST_WIDTH = 1920
NARROWEST_VIDEO = {"REELS": 0.01, "CHILD": 0.01, "STORIES": 0.1}
WIDEST_VIDEO = 10
SHORTEST_MS = 3000
LONGEST_MS = {"REELS": 900_000, "STORIES": 60_000}
LENGTH_TOLERANCE_MS = 250
"""What a container's header and its streams may differ by."""


def fault_of_image(facts: Facts | None, size: int, kind: str, settings: InstagramSwitches) -> int | None:
    """Why a picture is refused, as a number of `errors.SENTENCES`; None when it is taken. Stories have any shape."""
    if size > settings.instagram_image_bytes:
        return 2207004
    taken = IMAGES if settings.instagram_other_images == "refuse" else IMAGES | OTHER_IMAGES
    if facts is None or facts.content_type not in taken:
        return 2207005
    ratio = facts.width / facts.height
    if kind != "STORIES" and not NARROWEST - RATIO_TOLERANCE <= ratio <= WIDEST + RATIO_TOLERANCE:
        return 2207009
    return None


def fault_of_cover(facts: Facts | None) -> int | None:
    return None if facts is not None and facts.content_type in IMAGES else 2207005


def fault_of_video(facts: Facts | None, kind: str, options: JSON, settings: InstagramSwitches) -> int | None:
    """The same for a video, and for what was asked of it."""
    if facts is None or facts.kind != "video" or not _is_playable(facts, kind, settings):
        return 2207026
    if options.get("thumb_offset", 0) > (facts.duration_ms or 0):
        return 2207057
    return 2207082 if "audio_name" in options and facts.audio_codec is None else None


def _is_playable(facts: Facts, kind: str, settings: InstagramSwitches) -> bool:
    longest = LONGEST_MS.get(kind, settings.instagram_carousel_video_seconds * 1000)
    length, fps, ratio = facts.duration_ms or 0, facts.fps or 0, facts.width / facts.height
    return (
        facts.content_type in VIDEOS
        and facts.video_codec in CODECS
        and facts.audio_codec in SOUND
        and (facts.pixel_format or "").startswith(CHROMA)
        and SLOWEST_FPS - FPS_TOLERANCE <= fps <= FASTEST_FPS + FPS_TOLERANCE
        and facts.width <= MOST_WIDTH
        and NARROWEST_VIDEO[kind] <= ratio <= WIDEST_VIDEO
        and SHORTEST_MS - LENGTH_TOLERANCE_MS <= length <= longest + LENGTH_TOLERANCE_MS
    )
