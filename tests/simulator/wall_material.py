"""Words, pictures and films for the wall, by which a person would see that something is wrong."""

import io
from functools import cache

import av
from av import AudioStream, VideoStream
from av.container import OutputContainer
from PIL import Image, ImageDraw

EVIL = """<script>window.ran = 1; alert(1)</script><img src="x" onerror="window.ran = 1; alert(2)"> & 'quotes'"""
LONG = "A shuttle carries the thread from one side to the other. " * 12 + "That is the end of a long story."
LOOMS = "https://www.example.com/looms"
COLOURS = ("teal", "peru", "slateblue", "seagreen")
FILM_SECONDS = 4
RATE = 24
"""Frames a second: the least that all networks take."""


@cache
def film(size: tuple[int, int] = (640, 360)) -> bytes:
    """Four seconds of H.264 with silence: red in the first half and blue in the second, with a bar that wanders over grain."""
    buffer = io.BytesIO()
    grain = Image.effect_noise(size, 50).convert("RGB")
    frames = FILM_SECONDS * RATE
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"qp": "24", "preset": "ultrafast"}
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for number in range(frames):
            image = Image.blend(Image.new("RGB", size, "red" if number < frames / 2 else "blue"), grain, 0.15)
            left = size[0] * number // frames
            ImageDraw.Draw(image).rectangle((left, 0, left + 40, size[1]), "white")
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]  # a gap in the library's stubs
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        _be_silent(container, sound)
    return buffer.getvalue()


def drawn(colour: str, size: tuple[int, int] = (800, 600), form: str = "PNG") -> bytes:
    """A disc on a ground of that colour."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).circle((size[0] // 2, size[1] // 2), min(size) // 3, "gold")
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def waving() -> bytes:
    """A GIF that moves."""
    buffer = io.BytesIO()
    first, *rest = [Image.new("RGB", (320, 200), (0, 60 * step, 90)) for step in range(4)]
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=200, loop=0)
    return buffer.getvalue()


def _be_silent(container: OutputContainer, sound: AudioStream) -> None:
    for number in range(FILM_SECONDS * 48_000 // 1024):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate, frame.pts = 48_000, number * 1024
        container.mux(sound.encode(frame))
    container.mux(sound.encode())
