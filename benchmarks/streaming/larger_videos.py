"""`dravo`, in a process that lets X have videos larger than X takes, so that a gigabyte reaches the adapter.

`python -m benchmarks.streaming.larger_videos worker` is `dravo worker` with that one number changed and nothing else.
"""

from dravo.cli.main import main
from dravo.platforms.x import video_limits

MOST_BYTES = 2 * 1024 * 1024 * 1024


def allow() -> None:
    """Raise the limit in this process."""
    video_limits.MOST_BYTES = MOST_BYTES


if __name__ == "__main__":
    allow()
    main()
