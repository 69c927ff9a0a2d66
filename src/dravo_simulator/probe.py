"""What a file is, told by its bytes and read from disk: the facts by which a network accepts or refuses an upload.

Pillow reads pictures, PyAV (FFmpeg) reads videos. The demuxer is named by the file's first bytes, so that no playlist or
reference format can be passed off as something else. Nothing here knows a network's limits.
"""

import asyncio
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image, UnidentifiedImageError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

PICTURES = {
    "JPEG": "image/jpeg",
    "MPO": "image/mpo",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}
"""Pillow's format and its content type."""
DEMUXERS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "matroska",
    "video/mp2t": "mpegts",
}
"""Content type and FFmpeg's demuxer."""
SIDEWAYS = {5, 6, 7, 8}
"""EXIF orientations that swap width and height."""


@dataclass(frozen=True)
class Facts:
    """Width and height in pixels as a viewer sees them, rotation applied. What a picture has not is None."""

    kind: Literal["image", "video"]
    content_type: str
    width: int
    height: int
    frames: int | None = None
    """Of a picture: 1 when it does not move. None for videos."""
    duration_ms: int | None = None
    video_codec: str | None = None
    """FFmpeg's name: ``h264``, ``hevc``, ``vp9`` …"""
    audio_codec: str | None = None
    audio_profile: str | None = None
    """``LC`` for the AAC that most networks want."""
    pixel_format: str | None = None
    fps: float | None = None

    def shown(self) -> dict[str, Any]:
        """The facts that are known, as a ledger or a database keeps them."""
        return {name: value for name, value in asdict(self).items() if value is not None}


async def probe(path: Path) -> Facts | None:
    """The facts of a file; None when it is no picture or video known here. Reads in a thread: files may be large."""
    return await asyncio.to_thread(probe_now, path)


def probe_now(path: Path) -> Facts | None:
    """The same without leaving the caller's thread, for small files."""
    with path.open("rb") as file:
        content_type = video_type(file.read(1024))
    return _picture(path) if content_type is None else _video(path, content_type)


def video_type(head: bytes) -> str | None:
    """The content type of a video that begins with these bytes."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    if head[4:8] in {b"moov", b"mdat", b"wide"}:  # QuickTime from before there was an ftyp
        return "video/quicktime"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return "video/mp2t"
    return None


def _picture(path: Path) -> Facts | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # nothing is decoded here
            # An MPO is opened as the JPEG that it begins as, and has no opener of its own before that.
            with Image.open(path, formats=[name for name in PICTURES if name != "MPO"]) as image:
                width, height = image.size
                if image.getexif().get(0x0112) in SIDEWAYS:
                    width, height = height, width
                frames = int(getattr(image, "n_frames", 1))
                return Facts("image", PICTURES[image.format or ""], width, height, frames)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, Image.DecompressionBombError):
        return None


def _video(path: Path, content_type: str) -> Facts | None:
    import av

    try:
        with av.open(str(path), "r", format=DEMUXERS[content_type]) as container:
            stream = next(iter(container.streams.video), None)
            return None if stream is None else _measured(container, stream, content_type)
    except (av.FFmpegError, ValueError, StopIteration):
        return None


def _measured(container: "InputContainer", stream: "VideoStream", content_type: str) -> Facts | None:
    stream.codec_context.thread_count = 1
    sound = next(iter(container.streams.audio), None)
    frame = next(container.decode(stream))
    width, height = frame.width, frame.height
    if frame.rotation % 180:
        width, height = height, width
    rate = stream.average_rate or stream.guessed_rate
    return Facts(
        "video",
        content_type,
        width,
        height,
        duration_ms=max(1, round(_seconds(container, stream) * 1000)),
        video_codec=stream.codec_context.codec.canonical_name,
        audio_codec=None if sound is None else sound.codec_context.codec.canonical_name,
        audio_profile=None if sound is None else sound.codec_context.profile,
        pixel_format=stream.codec_context.pix_fmt,
        fps=None if rate is None else float(rate),
    )


def _seconds(container: "InputContainer", stream: "VideoStream") -> float:
    """The length by the header; where a header has none (live recordings) the end of the last packet."""
    if container.duration:
        return container.duration / 1_000_000
    container.seek(0)
    ends = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.time_base is not None:
            ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return ends
