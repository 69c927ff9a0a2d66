"""Small real files of every kind that is taken, and of some that are not."""

import io
import zlib
from functools import cache

import av
from av import AudioStream, VideoStream
from PIL import Image


@cache
def picture(form: str, width: int = 40, height: int = 30) -> bytes:
    """A picture in Pillow's format `form`."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, form)
    return out.getvalue()


@cache
def moving_gif() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (12, 8), (shade, 0, 0)) for shade in (0, 100, 200)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@cache
def video(form: str, codec: str, *, live: bool = False) -> bytes:
    """1.5 seconds, 64x48, in FFmpeg's format `form`; `live` leaves the length out of the header."""
    out = io.BytesIO()
    options = {"live": "1"} if live else {}
    with av.open(out, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for shade in range(15):
            frame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # a gap in the library's stubs
                Image.new("RGB", (64, 48), (shade * 10, 0, 0))
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


@cache
def sound_only() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        assert isinstance(stream, AudioStream)
        for at in range(4):
            frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            frame.sample_rate, frame.pts = 44100, at * 1024
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


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
