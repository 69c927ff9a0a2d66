"""A video of any size: a real film of a minute, and behind it a box that players skip."""

import io
import struct
from pathlib import Path

import av
from av import AudioStream, VideoStream
from av.container import OutputContainer
from PIL import Image

SECONDS = 60
FRAMES_PER_SECOND = 30
WIDTH, HEIGHT = 320, 180
SAMPLES_PER_SECOND = 48_000


def film() -> bytes:
    """An MP4 of some hundred kilobytes as phones make them: H.264 in yuv420p with AAC, a minute at 30 frames per second."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        pictures = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"preset": "ultrafast"})
        assert isinstance(pictures, VideoStream)
        pictures.width, pictures.height, pictures.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        pictures.bit_rate = 80_000
        sound = container.add_stream("aac", rate=SAMPLES_PER_SECOND, layout="mono")
        assert isinstance(sound, AudioStream)
        _show(container, pictures)
        _speak(container, sound)
    return out.getvalue()


def _show(container: OutputContainer, stream: VideoStream) -> None:
    for second in range(SECONDS):
        frame = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]  # a gap in the library's stubs
            Image.effect_noise((WIDTH, HEIGHT), 2 * second).convert("RGB")
        )
        for number in range(FRAMES_PER_SECOND):
            frame.pts = second * FRAMES_PER_SECOND + number
            container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _speak(container: OutputContainer, stream: AudioStream) -> None:
    """A minute of silence."""
    samples = stream.codec_context.frame_size or 1024
    for at in range(0, SECONDS * SAMPLES_PER_SECOND, samples):
        frame = av.AudioFrame(format=stream.format.name, layout="mono", samples=samples)
        frame.sample_rate, frame.pts = SAMPLES_PER_SECOND, at
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def write(path: Path, content: bytes, size_bytes: int) -> None:
    """The film as a file of exactly that size. The rest is one `free` box of holes, which cost no disk and read as zeros."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rest = size_bytes - len(content)
    with path.open("wb") as file:
        file.write(content)
        if rest:
            file.write(struct.pack(">I4s", rest, b"free"))
            file.truncate(size_bytes)
