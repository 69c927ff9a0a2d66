"""What a file is, told by its bytes: the program of a child process that reads one untrusted file and says so in JSON.

`python -m dravo.media.probe < FILE`. The decoders are large C libraries fed by strangers, so they run where a bomb or a
crash costs nobody else anything: limited memory and time, an empty environment, no file but the one on standard input.
`dravo.media.inspection` starts it; this module imports little, because every upload waits for its start.
"""

import json
import resource
import sys
import warnings
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from av import VideoStream
    from av.container import InputContainer

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 20
MAX_PIXELS = 100_000_000
"""Width times height of one picture or frame; decoded, it takes about four bytes each."""

Refusal = Literal["unknown", "damaged", "too_many_pixels"]


class MediaType(NamedTuple):
    kind: Literal["image", "video"]
    extension: str
    decoder: str
    """Pillow's format, or FFmpeg's demuxer."""


TYPES = {
    "image/jpeg": MediaType("image", "jpg", "JPEG"),
    "image/png": MediaType("image", "png", "PNG"),
    "image/webp": MediaType("image", "webp", "WEBP"),
    "image/gif": MediaType("image", "gif", "GIF"),
    "video/mp4": MediaType("video", "mp4", "mp4"),
    "video/quicktime": MediaType("video", "mov", "mov"),
    "video/webm": MediaType("video", "webm", "webm"),
}
"""Content type → what it is. Everything that we take."""

_MP4_BRANDS = (b"iso", b"mp4", b"avc", b"M4V", b"MSNV", b"dash", b"dby1", b"f4v", b"FACE", b"XAVC", b"3gp")
"""How the major brand of an MP4 begins. HEIF pictures and audio books share the container and are not among them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Width and height in pixels as stored (no EXIF or track rotation applied); `duration_ms` for videos only."""

    content_type: str
    width: int
    height: int
    duration_ms: int | None


class Refused(Exception):
    """The file is none of ours; the argument is a Refusal."""


def content_type_of(head: bytes) -> str | None:
    """The content type that the first bytes (64 are enough) announce, or None for all that we do not take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):  # EBML: Matroska and its subset WebM, told apart by the DocType element
        return "video/webm" if b"\x42\x82\x84webm" in head else None
    if head[4:8] == b"ftyp":
        if head[8:12] == b"qt  ":
            return "video/quicktime"
        return "video/mp4" if head[8:12].startswith(_MP4_BRANDS) else None
    if head[4:8] in {b"moov", b"mdat", b"wide"}:  # QuickTime from before there was an ftyp
        return "video/quicktime"
    return None


def probe(file: IO[bytes]) -> Facts:
    """Decode enough of a file to vouch for it: a whole picture, or a video's first frame and all its packets."""
    file.seek(0)
    content_type = content_type_of(file.read(64))
    if content_type is None:
        raise Refused("unknown")
    file.seek(0)
    if TYPES[content_type].kind == "image":
        return _picture(file, content_type)
    return _video(file, content_type)


def _picture(file: IO[bytes], content_type: str) -> Facts:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(file, formats=[TYPES[content_type].decoder]) as image:
            width, height = image.size
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise Refused("damaged") from error
    return Facts(content_type, width, height, None)


def _video(file: IO[bytes], content_type: str) -> Facts:
    import av

    try:
        # The demuxer is named, so that no playlist or reference format can be smuggled in behind another's first bytes.
        with av.open(file, "r", format=TYPES[content_type].decoder) as container:
            stream = next((each for each in container.streams.video if not _is_cover(each)), None)
            if stream is None:
                raise Refused("unknown")
            stream.codec_context.thread_count = 1
            width, height = stream.codec_context.width, stream.codec_context.height
            if width * height > MAX_PIXELS:
                raise Refused("too_many_pixels")
            if next(container.decode(stream), None) is None or not width or not height:
                raise Refused("damaged")
            ends = _read_to_the_end(container, stream)
            length = container.duration / 1_000_000 if container.duration else ends
    except (av.FFmpegError, ValueError, StopIteration) as error:
        raise Refused("damaged") from error
    return Facts(content_type, width, height, max(1, round(length * 1000)))


def _is_cover(stream: "VideoStream") -> bool:
    return bool(stream.disposition & stream.disposition.attached_pic)


def _read_to_the_end(container: "InputContainer", stream: "VideoStream") -> float:
    """Seconds at which the last packet ends; files cut short are found out on the way, and live recordings have no other length."""
    ends = 0.0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise Refused("damaged")
        if packet.pts is not None and packet.time_base is not None:
            ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return ends


def _limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is refused or ignored
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main() -> None:
    """Read standard input, print one JSON object: the facts, or why not."""
    _limit_this_process()
    warnings.simplefilter("error")  # Pillow only warns of the smaller bombs
    try:
        with open(0, "rb") as file:
            said: dict[str, object] = asdict(probe(file))
    except Refused as refused:
        said = {"refused": str(refused)}
    except (MemoryError, RecursionError):
        said = {"refused": "damaged"}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
