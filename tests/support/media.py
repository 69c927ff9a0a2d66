"""Small real files of every kind that is taken, and of some that are not."""

import io
import zlib
from functools import cache
from typing import Any

import av
from av import AudioStream, VideoStream
from av.container import OutputContainer
from PIL import ExifTags, Image


@cache
def picture(form: str, width: int = 40, height: int = 30) -> bytes:
    """A picture in Pillow's format `form`."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, form)
    return out.getvalue()


def written(image: Image.Image, form: str, **options: Any) -> bytes:
    """A picture as a file of Pillow's format `form`."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@cache
def moving(form: str) -> bytes:
    """Three frames, 12x8, in a format that can move."""
    first, *rest = [Image.new("RGB", (12, 8), (shade, 0, 0)) for shade in (0, 100, 200)]
    return written(first, form, save_all=True, append_images=rest)


def lying(orientation: int) -> Image.Exif:
    """EXIF that says how a picture is to be turned, and where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Camera of Somebody"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return exif


@cache
def video(form: str, codec: str, *, live: bool = False, turned: int = 0, sound: str = "", rate: int = 10) -> bytes:
    """15 frames, 64x48, in FFmpeg's format `form`; `live` leaves the length out of the header.

    `turned`: degrees clockwise by which players turn it. `sound`: an encoder of audio.
    """
    out = io.BytesIO()
    options = {"live": "1"} if live else {}
    with av.open(out, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if turned:
            stream.set_display_rotation(-turned)
        voice = container.add_stream(sound, rate=48000, layout="mono") if sound else None
        for shade in range(15):
            frame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # a gap in the library's stubs
                Image.new("RGB", (64, 48), (shade * 10, 0, 0))
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if voice is not None:
            _speak(container, voice)
    return out.getvalue()


@cache
def sound_only() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        _speak(container, container.add_stream("aac", rate=48000, layout="mono"))
    return out.getvalue()


def _speak(container: OutputContainer, stream: Any) -> None:
    """A moment of silence, recorded."""
    assert isinstance(stream, AudioStream)
    for at in range(4):
        frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=stream.codec_context.frame_size or 1024)
        frame.sample_rate, frame.pts = 48000, at * frame.samples
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that promise any number of pixels."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
