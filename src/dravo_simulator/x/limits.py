"""What X takes as media, and what it says of the rest (Media introduction and best practices pages, read 2026-08)."""

from dravo_simulator.probe import Facts
from dravo_simulator.world import Account

MEGABYTE = 1024 * 1024
IMAGE_BYTES = 5 * MEGABYTE
GIF_BYTES = 15 * MEGABYTE
VIDEO_BYTES = 512 * MEGABYTE
MOST_BYTES = 16 * 1024 * MEGABYTE
"""Of anything (``total_bytes`` in openapi 2.167)."""
IMAGES = {"image/jpeg", "image/png", "image/gif", "image/webp"}
GIF_WIDTH, GIF_HEIGHT, GIF_FRAMES, GIF_PIXELS = 1280, 1080, 350, 300_000_000
SHORTEST_MS, LONGEST_MS = 500, 140_000
MOST_FPS = 60
SMALLEST_SIDE, LONGER_SIDE, SHORTER_SIDE = 32, 1280, 1024
WIDEST = 3.0

POSTABLE = {"tweet_image", "tweet_gif", "tweet_video", "amplify_video"}
VIDEOS = {"tweet_video", "amplify_video"}
KEYS = {"tweet_image": "3", "tweet_gif": "16", "tweet_video": "7", "amplify_video": "13"}
"""Beginnings of media keys by category, as they are seen."""

DAY_SECONDS = 86400
AMPLIFY_SECONDS = 1_295_999
"""How long an upload may be attached: the samples of ``expires_after_secs``."""

CODES = {"InvalidMedia": 1, "UnsupportedMedia": 3}
"""Of a failed processing: v1.1 samples in plhery/node-twitter-api-v2#243 and linvi/tweetinvi#597."""


def lives_seconds(category: str) -> int:
    return AMPLIFY_SECONDS if category == "amplify_video" else DAY_SECONDS


def most_bytes(category: str, account: Account) -> int:
    """The largest file of a category that this account may upload."""
    if category.endswith("image"):
        return IMAGE_BYTES
    if category.endswith("gif"):
        return GIF_BYTES
    if category == "subtitles":
        return MEGABYTE
    return MOST_BYTES if category == "amplify_video" or account.attributes["long_videos"] else VIDEO_BYTES


def fault_of(facts: Facts, category: str, account: Account) -> str | None:
    """Why a GIF or video is outside X's limits, in the words of a failed processing; None when it is inside."""
    if category == "tweet_gif":
        return _fault_of_gif(facts)
    return _fault_of_video(facts, account) if category in VIDEOS else None


def error_of(reason: str) -> dict[str, object]:
    """``processing_info.error`` for a reason: its name before the colon where it has one, else the name is InvalidMedia."""
    name, _, message = reason.partition(": ")
    if name not in CODES:
        name, message = "InvalidMedia", reason
    return {"code": CODES[name], "name": name, "message": message or name}


def _fault_of_gif(facts: Facts) -> str | None:
    frames = facts.frames or 1
    if facts.width > GIF_WIDTH or facts.height > GIF_HEIGHT:
        return f"UnsupportedMedia: GIF larger than {GIF_WIDTH}x{GIF_HEIGHT}"
    if frames > GIF_FRAMES:
        return f"UnsupportedMedia: GIF has more than {GIF_FRAMES} frames"
    if facts.width * facts.height * frames > GIF_PIXELS:
        return "UnsupportedMedia: GIF has too many pixels"
    return None


def _fault_of_video(facts: Facts, account: Account) -> str | None:
    shorter, longer = sorted((facts.width, facts.height))
    duration = facts.duration_ms or 0
    faults = {
        "container": facts.content_type not in {"video/mp4", "video/quicktime"},
        "video codec": facts.video_codec != "h264",
        "pixel format": facts.pixel_format != "yuv420p",
        "audio codec": facts.audio_codec not in {None, "aac"} or facts.audio_profile not in {None, "LC"},
        "frame rate": facts.fps is not None and facts.fps > MOST_FPS,
        "dimensions": shorter < SMALLEST_SIDE or longer > LONGER_SIDE or shorter > SHORTER_SIDE,
        "aspect ratio": longer / shorter > WIDEST,
    }
    wrong = next((name for name, is_wrong in faults.items() if is_wrong), None)
    if wrong is not None:
        return f"UnsupportedMedia: {wrong} is not supported"
    if duration > LONGEST_MS and not account.attributes["long_videos"]:
        return "UnsupportedMedia: Duration exceeds max duration of 2.minutes+20.seconds"
    return "UnsupportedMedia: Duration is too short" if duration < SHORTEST_MS else None
