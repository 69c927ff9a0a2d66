"""Pictures and a film that a person recognises on each network, drawn here: nothing is fetched, nobody's rights are touched."""

import hashlib
import io
from array import array
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import pi, sin

import av
from av import AudioStream, VideoStream
from av.container import OutputContainer
from PIL import Image, ImageDraw

from dravo.kit.http import Payload

NIGHT = "#10131c"
NETWORKS = ("#1877f2", "#e1306c", "#25f4ee", "#0a66c2", "#e7e9ea")
"""One dot for each network, in its colour."""

FILM_SIZE = (720, 1280)
FILM_SECONDS = 5
RATE = 30
NOTES = (262, 294, 330, 392, 440)
"""In Hz, one for each second of the film."""
SAMPLES_PER_SECOND = 48_000
SAMPLES = 1024
"""In one frame of AAC."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A medium of ours as it is given to the API."""

    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def payload(self) -> Payload:
        async def read() -> AsyncIterator[bytes]:
            yield self.content

        return Payload(self.content_type, len(self.content), self.sha256, read)


def picture() -> Drawing:
    """A JPEG of 1080 by 1080 pixels, which every network takes as it is."""
    drawn = Image.new("RGB", (1080, 1080), NIGHT)
    draw = ImageDraw.Draw(drawn)
    draw.text((540, 430), "Dravo", fill="white", anchor="mm", font_size=220)
    for place, colour in enumerate(NETWORKS):
        draw.ellipse((190 + place * 150, 680, 290 + place * 150, 780), fill=colour)
    return _jpeg(drawn)


def numbered(number: int) -> Drawing:
    """A JPEG of 1080 by 1350 pixels, the highest that Instagram's feed takes: a large number in a colour of its own."""
    drawn = Image.new("RGB", (1080, 1350), ("#7b2d8b", "#b3541e", "#1d7a5f", "#1f4e9c")[(number - 1) % 4])
    draw = ImageDraw.Draw(drawn)
    draw.text((540, 620), str(number), fill="white", anchor="mm", font_size=760)
    draw.text((540, 1230), "Dravo", fill="white", anchor="mm", font_size=110)
    return _jpeg(drawn)


def cover() -> Drawing:
    """A JPEG in the shape of the film, for networks that show a picture before it is played."""
    drawn = _stage()
    ImageDraw.Draw(drawn).polygon([(270, 740), (270, 1000), (490, 870)], fill="#25f4ee")
    return _jpeg(drawn)


def card() -> Drawing:
    """A JPEG of 1200 by 627 pixels, the shape of a link's card."""
    drawn = Image.new("RGB", (1200, 627), "#0a66c2")
    ImageDraw.Draw(drawn).text((600, 313), "Dravo", fill="white", anchor="mm", font_size=260)
    return _jpeg(drawn)


def film() -> Drawing:
    """Five seconds of H.264 with sound in an MP4 that is good for every network: upright 9:16, so a reel where there are such.

    Takes seconds to make; call it in a thread.
    """
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        pictures = container.add_stream("libx264", rate=RATE)
        assert isinstance(pictures, VideoStream)
        (pictures.width, pictures.height), pictures.pix_fmt = FILM_SIZE, "yuv420p"
        # Finer than need be: LinkedIn takes no video of fewer than 75,000 bytes.
        pictures.options = {"crf": "16", "preset": "ultrafast", "profile": "main"}
        sound = container.add_stream("aac", rate=SAMPLES_PER_SECOND, layout="mono")
        stage = _stage()
        for number in range(RATE * FILM_SECONDS):
            frame = av.VideoFrame.from_image(_scene(stage, number))  # type: ignore[no-untyped-call]  # a gap in the library's stubs
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode())
        _play(container, sound)
    return Drawing("video/mp4", out.getvalue())


def _stage() -> Image.Image:
    """What does not move in the film."""
    stage = Image.new("RGB", FILM_SIZE, NIGHT)
    ImageDraw.Draw(stage).text((360, 420), "Dravo", fill="white", anchor="mm", font_size=180)
    return stage


def _scene(stage: Image.Image, number: int) -> Image.Image:
    """Dots that dance in a wave, and a bar that tells how far the film has come."""
    scene = stage.copy()
    draw = ImageDraw.Draw(scene)
    for place, colour in enumerate(NETWORKS):
        x, y = 120 + place * 120, 800 + 160 * sin(2 * pi * (number / (2 * RATE) - place / 10))
        draw.ellipse((x - 45, y - 45, x + 45, y + 45), fill=colour)
    draw.rectangle((0, 1264, 719 * number / (RATE * FILM_SECONDS - 1), 1280), fill="white")
    return scene


def _play(container: OutputContainer, stream: AudioStream) -> None:
    for start in range(0, FILM_SECONDS * SAMPLES_PER_SECOND - SAMPLES, SAMPLES):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=SAMPLES)
        frame.planes[0].update(array("f", (_tone(start + sample) for sample in range(SAMPLES))).tobytes())
        frame.sample_rate, frame.pts = SAMPLES_PER_SECOND, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _tone(sample: int) -> float:
    """A note that is plucked each second."""
    second, within = divmod(sample, SAMPLES_PER_SECOND)
    return 0.25 * (1 - within / SAMPLES_PER_SECOND) ** 2 * sin(2 * pi * NOTES[second] * within / SAMPLES_PER_SECOND)


def _jpeg(drawn: Image.Image) -> Drawing:
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=90)
    return Drawing("image/jpeg", file.getvalue())
