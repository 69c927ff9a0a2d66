"""Real files for the conformance suite, each with what our own probe says of it."""

import hashlib
import io
from dataclasses import asdict, dataclass
from functools import cache

import av
from av import AudioStream, VideoStream
from av.container import OutputContainer
from PIL import Image, ImageChops

from dravo.media.probe import TYPES, probe
from dravo.models import MediaAsset


@dataclass(frozen=True)
class Sample:
    """A file and its facts."""

    content: bytes
    content_type: str
    width: int
    height: int
    duration_ms: int | None
    details: dict[str, object]

    def fill(self, asset: MediaAsset) -> None:
        """Write the facts into an asset's row."""
        asset.kind = TYPES[self.content_type].kind
        asset.content_type = self.content_type
        asset.size_bytes = len(self.content)
        asset.sha256 = hashlib.sha256(self.content).hexdigest()
        asset.width, asset.height = self.width, self.height
        asset.duration_ms = self.duration_ms
        asset.details = self.details


def _sample(content: bytes) -> Sample:
    facts = asdict(probe(io.BytesIO(content)))
    return Sample(
        content, facts["content_type"], facts["width"], facts["height"], facts["duration_ms"], facts["details"]
    )


@cache
def picture(shade: int = 0, form: str = "JPEG") -> Sample:
    """A square picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (400, 400), (shade, 120, 160)).save(out, form)
    return _sample(out.getvalue())


@cache
def gif() -> Sample:
    """Three frames that move."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (320, 240), (shade, 0, 0)) for shade in (0, 100, 200)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return _sample(out.getvalue())


@cache
def video() -> Sample:
    """Four seconds of H.264 noise in an MP4, longer than 4 MiB: two parts wherever parts have that size."""
    pictures = [Image.effect_noise((640, 360), 60 + number).convert("RGB") for number in range(40)]
    made = _sample(_mp4(pictures, qp=22))
    assert len(made.content) > 4 * 1024 * 1024 + 1000
    return made


@cache
def large_video() -> Sample:
    """A second of 1920 x 1080, which is more than X's documentation allows."""
    return _sample(_mp4([Image.new("RGB", (1920, 1080), (shade, 60, 90)) for shade in range(0, 200, 20)], qp=30))


@cache
def film() -> Sample:
    """Four seconds of 640 x 360 at 24 frames a second, with sound: what Meta's networks take as a video."""
    return _sample(_mp4(_moving(640, 360), qp=30, rate=24, sound=True))


@cache
def tall_film() -> Sample:
    """The same, upright at 540 x 960: a reel."""
    return _sample(_mp4(_moving(540, 960), qp=32, rate=24, sound=True))


@cache
def made_film(*, seconds: int) -> Sample:
    """So many seconds of one colour in 320 x 320, with sound."""
    pictures = [Image.new("RGB", (320, 320), (40, 90, 140))] * (24 * seconds)
    return _sample(_mp4(pictures, qp=40, rate=24, sound=True))


def _moving(width: int, height: int) -> list[Image.Image]:
    """96 pictures in which something moves; few of them are noise, so that making them is quick."""
    still = Image.effect_noise((width, height), 12).convert("RGB")
    return [ImageChops.offset(still, 8 * number, 0) for number in range(96)]


def _mp4(pictures: list[Image.Image], *, qp: int, rate: int = 10, sound: bool = False) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        assert isinstance(stream, VideoStream)
        (stream.width, stream.height), stream.pix_fmt = pictures[0].size, "yuv420p"
        stream.options = {"qp": str(qp), "preset": "ultrafast", "profile": "main"}
        audio = container.add_stream("aac", rate=48_000) if sound else None
        for picture_ in pictures:
            frame = av.VideoFrame.from_image(picture_)  # type: ignore[no-untyped-call]  # a gap in the library's stubs
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if audio is not None:
            _hum(container, audio, seconds=len(pictures) // rate)
    return out.getvalue()


def _hum(container: OutputContainer, stream: AudioStream, *, seconds: int) -> None:
    for number in range(seconds * 48_000 // 1024):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts = 48_000, number * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
