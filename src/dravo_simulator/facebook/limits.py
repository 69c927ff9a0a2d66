"""What Facebook takes as a video and as a reel (Reels publishing guide of 2026-07-30, Page videos reference)."""

from dravo_simulator.blobs import Received
from dravo_simulator.probe import Facts

FEWEST_BYTES = 1024
"""Of a video; that there is a least is documented (382), not how much."""
MOST_BYTES = 10 * 1024 * 1024 * 1024
LONGEST_MS = 4 * 3600 * 1000
"""Of a video: what a third party's documentation has."""

REEL_WIDTH, REEL_HEIGHT = 540, 960
REEL_MS = range(3_000, 90_001)
FRAMES_SLACK_MS = 100
"""A reel of 3 seconds may end within its last frames."""
SLOWEST_FPS, FASTEST_FPS = 23.9, 60.1
"""24 to 60, and what is written as 24 or 60 but counted by television (23.976)."""
TALL = 9 / 16
TALL_SLACK = 0.02
REEL_CODECS = {"h264", "hevc", "vp9", "av1"}


def fault_of_video(received: Received, facts: Facts | None) -> tuple[int, str] | None:
    """Code and sentence of what Facebook refuses as a video; None when it takes it."""
    if received.size < FEWEST_BYTES:
        return 382, "The video file you tried to upload is too small"
    if facts is None or facts.kind != "video" or (facts.duration_ms or 0) > LONGEST_MS:
        return 6000, "There was a problem uploading your video file. Please try again with another file"
    return None


def fault_of_reel(facts: Facts) -> tuple[int, str] | None:
    """The subcode and sentence for a video that is no reel."""
    faults = {
        1363040: (abs(facts.width / facts.height - TALL) > TALL_SLACK, "The aspect ratio of a reel must be 9:16"),
        1363127: (
            facts.width < REEL_WIDTH or facts.height < REEL_HEIGHT,
            f"The resolution of a reel must be at least {REEL_WIDTH}x{REEL_HEIGHT}",
        ),
        1363128: (
            not REEL_MS.start - FRAMES_SLACK_MS <= (facts.duration_ms or 0) < REEL_MS.stop + FRAMES_SLACK_MS,
            "A reel must last 3 to 90 seconds",
        ),
        1363129: (
            facts.fps is None or not SLOWEST_FPS <= facts.fps <= FASTEST_FPS,
            "The frame rate of a reel must be 24 to 60",
        ),
        6000: (facts.video_codec not in REEL_CODECS, "The codec of this video is not supported"),
    }
    return next(((code, sentence) for code, (is_wrong, sentence) in faults.items() if is_wrong), None)
