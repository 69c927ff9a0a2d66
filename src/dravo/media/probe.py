"""What a file is, told by its bytes: the program of a child process that reads one untrusted file and says so in JSON.

`python -m dravo.media.probe < FILE`. The decoders are large C libraries fed by strangers, so they run where a bomb or a
crash costs nobody else anything: limited memory and time, an empty environment, no file but the one on standard input.
`dravo.media.inspection` starts it; this module imports little, because every upload waits for its start.
"""

import json
import struct
import sys
import warnings
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from dravo.media.confinement import confine

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from PIL.Image import Image

CPU_SECONDS = 20
MAX_PIXELS = 100_000_000
"""Width times height of one picture or frame; decoded, it takes about four bytes each."""

Refusal = Literal["unknown", "damaged", "too_many_pixels"]
Details = dict[str, int | float | str | bool]
"""What is known, under the names of `dravo.platforms.media.Details`; importing that would make the start slow."""


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
    details: Details


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

    bound_pixels()
    try:
        with Image.open(file, formats=[TYPES[content_type].decoder]) as image:
            width, height = image.size
            details: Details = {"colours": image.mode, "frames": frames_of(image)}
            image.load()
            details |= {"orientation": orientation_of(image), "transparent": is_transparent(image)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise Refused("damaged") from error
    return Facts(content_type, width, height, None, details)


def bound_pixels() -> None:
    """Let Pillow refuse a picture of more than MAX_PIXELS by its header. It only warns of the smaller bombs."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def frames_of(image: "Image") -> int:
    """How many pictures are shown one after the other; 1 is a still. Ask before the picture is loaded."""
    if image.format in {"JPEG", "MPO"}:  # what phones put behind the first picture is a depth or gain map, or a preview
        return 1
    before = 1 if image.info.get("default_image") else 0  # shown only by what cannot play an animated PNG
    return max(1, getattr(image, "n_frames", 1) - before)


def orientation_of(image: "Image") -> int:
    """The EXIF orientation of a loaded picture, 1 to 8; 1 where none or nonsense is said.

    XMP may name one too; browsers and networks do not look there.
    """
    from PIL import ExifTags
    from PIL.Image import Exif

    exif = Exif()
    try:
        exif.load(image.info.get("exif", b""))
        said = exif.get(ExifTags.Base.Orientation)
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, struct.error):
        return 1  # viewers show the picture all the same
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def is_transparent(image: "Image") -> bool:
    """Whether some pixel of a loaded picture (of several: of the first) really is see-through."""
    return image.has_transparency_data and any(alpha_of(image).histogram()[:255])


def alpha_of(image: "Image") -> "Image":
    """How opaque each pixel of a loaded picture is, from 0 to 255, for a picture that says something about that."""
    if image.mode == "I;16":  # one grey of 16 bits is named as see-through; Pillow converts these without it
        from PIL import ImageChops

        grey, key = image.convert("I"), image.info["transparency"]
        above, below = grey.point(lambda value: value - key), grey.point(lambda value: value * -1 + key)
        return ImageChops.add(above.convert("L"), below.convert("L")).point(lambda apart: 255 if apart else 0)
    return (image if image.mode in {"LA", "RGBA"} else image.convert("RGBA")).getchannel("A")


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
            frame = next(container.decode(stream), None)
            if frame is None or not width or not height:
                raise Refused("damaged")
            details = _details_of_video(container, stream, frame)
            ends = _read_to_the_end(container, stream)
            length = container.duration / 1_000_000 if container.duration else ends
    except (av.FFmpegError, ValueError, StopIteration) as error:
        raise Refused("damaged") from error
    return Facts(content_type, width, height, max(1, round(length * 1000)), details)


def _is_cover(stream: "VideoStream") -> bool:
    return bool(stream.disposition & stream.disposition.attached_pic)


def _details_of_video(container: "InputContainer", stream: "VideoStream", frame: "VideoFrame") -> Details:
    details: Details = {
        "rotation": _rotation(frame),
        "video_codec": stream.codec_context.codec.canonical_name,
        "pixel_format": frame.format.name,
    }
    sounds = [each.codec_context for each in container.streams.audio]
    if not sounds:
        details["audio_codec"] = ""
    elif (known := next((each for each in sounds if each is not None), None)) is not None:
        details["audio_codec"] = known.codec.canonical_name
    if stream.average_rate:
        details["frames_per_second"] = round(float(stream.average_rate), 3)
    return details


def _rotation(frame: "VideoFrame") -> int:
    """Clockwise, to the next quarter turn. FFmpeg counts the other way round, and answers nonsense for a broken matrix."""
    return -round(frame.rotation / 90) * 90 % 360 if abs(frame.rotation) <= 180 else 0


def _read_to_the_end(container: "InputContainer", stream: "VideoStream") -> float:
    """Seconds at which the last packet ends; files cut short are found out on the way, and live recordings have no other length."""
    ends = 0.0
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise Refused("damaged")
        if packet.pts is not None and packet.time_base is not None:
            ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return ends


def main() -> None:
    """Read standard input, print one JSON object: the facts, or why not."""
    confine(cpu_seconds=CPU_SECONDS, file_bytes=0)
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
