"""What TikTok takes as media, and how a file must be cut (Media transfer guide, read 2026-11-23)."""

from dravo_simulator.probe import Facts
from dravo_simulator.tiktok.schemas import FileUpload

VIDEOS = {"video/mp4", "video/quicktime", "video/webm"}
CODECS = {"h264", "hevc", "vp8", "vp9"}
SLOWEST_FPS, FASTEST_FPS, FPS_TOLERANCE = 23, 60, 0.5
SMALLEST_SIDE, LARGEST_SIDE = 360, 4096
LONGEST_SECONDS = 600
MOST_VIDEO_BYTES = 4 * 1024**3
PULL_SECONDS = 3600
"""How long a pull may take, by either clock."""

PHOTOS = {"image/jpeg", "image/webp"}
LONGEST_SHORT_SIDE = 1080
"""The guide says 1080p; that this means the shorter side is what users report (postiz-app#1875)."""
MOST_PHOTO_MEGABYTES = 20

SMALLEST_CHUNK_MEGABYTES, LARGEST_CHUNK_MEGABYTES, LARGEST_LAST_CHUNK_MEGABYTES = 5, 64, 128
MOST_CHUNKS = 1000


def fault_of_cut(source: FileUpload, megabyte: int) -> str | None:
    """Why a file cannot be sent in these chunks; None when it can. The last chunk takes what the division leaves over."""
    size, chunk, count = source.video_size, source.chunk_size, source.total_chunk_count
    smallest, largest = SMALLEST_CHUNK_MEGABYTES * megabyte, LARGEST_CHUNK_MEGABYTES * megabyte
    if size > MOST_VIDEO_BYTES:
        return "video_size is larger than 4 GB"
    if size < smallest and chunk != size:
        return "a video below 5 MB is sent as a whole"
    if size >= smallest and not smallest <= chunk <= largest:
        return "chunk_size is not between 5 and 64 MB"
    if count != size // chunk or not 1 <= count <= MOST_CHUNKS:
        return "total_chunk_count is not video_size divided by chunk_size and rounded down, from 1 to 1000"
    if size > largest and count == 1:
        return "a video above 64 MB is sent in several chunks"
    if size - (count - 1) * chunk > LARGEST_LAST_CHUNK_MEGABYTES * megabyte:
        return "the last chunk is larger than 128 MB"
    return None


def fault_of_video(facts: Facts | None, longest_seconds: int) -> str | None:
    """The ``fail_reason`` of a video outside the limits; None when it is inside."""
    if facts is None or facts.content_type not in VIDEOS or facts.video_codec not in CODECS:
        return "file_format_check_failed"
    if (facts.duration_ms or 0) > min(longest_seconds, LONGEST_SECONDS) * 1000:
        return "duration_check_failed"
    if not SLOWEST_FPS - FPS_TOLERANCE <= (facts.fps or 0) <= FASTEST_FPS + FPS_TOLERANCE:
        return "frame_rate_check_failed"
    if min(facts.width, facts.height) < SMALLEST_SIDE or max(facts.width, facts.height) > LARGEST_SIDE:
        return "picture_size_check_failed"
    return None


def fault_of_photo(facts: Facts | None, size: int, megabyte: int) -> str | None:
    """The same for a photo."""
    if facts is None or facts.content_type not in PHOTOS:
        return "file_format_check_failed"
    if min(facts.width, facts.height) > LONGEST_SHORT_SIDE or size > MOST_PHOTO_MEGABYTES * megabyte:
        return "picture_size_check_failed"
    return None
