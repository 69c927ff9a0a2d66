"""One frame of a video as a picture: what a player shows before it plays."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from dravo_simulator.probe import DEMUXERS

if TYPE_CHECKING:
    from av import VideoFrame

LONGEST_SIDE = 960


def still(path: Path, content_type: str, moment_ms: int) -> bytes | None:
    """The frame that is seen at that moment, or the last one, as JPEG; None where there is none. Blocks while it decodes."""
    import av

    try:
        with av.open(str(path), "r", format=DEMUXERS[content_type]) as container:
            stream = container.streams.video[0]
            container.seek(moment_ms * 1000)
            seen: VideoFrame | None = None
            for frame in container.decode(stream):
                if seen is not None and frame.time is not None and frame.time * 1000 > moment_ms:
                    break
                seen = frame
            return None if seen is None else _drawn(seen)
    except (av.FFmpegError, OverflowError, ValueError, LookupError):
        return None


def _drawn(frame: "VideoFrame") -> bytes:
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # a gap in the library's stubs
    image = picture.rotate(frame.rotation, expand=True)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
