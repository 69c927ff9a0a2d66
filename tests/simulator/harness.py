"""The simulator inside the test's own process, with a clock that only moves when told and pictures made on the spot."""

import asyncio
import io
import mimetypes
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Literal

import av
import httpx
import uvicorn
from av import AudioStream, VideoStream
from PIL import Image

from dravo_simulator.app import Simulator, create_app
from dravo_simulator.fetch import Fetcher

JSON = dict[str, Any]
MEDIA_ORIGIN = "http://media.test"


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_000_000.0  # 2026-11-18

    def __call__(self) -> float:
        return self.now


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 40), colour: str = "teal") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def moving_gif(frames: int = 3, size: tuple[int, int] = (12, 8)) -> bytes:
    buffer = io.BytesIO()
    pictures = [Image.new("RGB", size, (number % 256, number // 256, 0)) for number in range(frames)]
    pictures[0].save(buffer, "GIF", save_all=True, append_images=pictures[1:])
    return buffer.getvalue()


@cache
def video(
    *,
    seconds: float = 1.0,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    fps: int = 10,
    form: str = "mp4",
    pixels: str = "yuv420p",
    sound: str | None = None,
) -> bytes:
    """Black frames, and with ``sound`` a silent track of that codec."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=form) as container:
        stream = container.add_stream(codec, rate=fps)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        silence = None if sound is None else container.add_stream(sound, rate=48000, layout="mono")
        for _ in range(round(seconds * fps)):
            frame = av.VideoFrame(*size, pixels)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if silence is not None:
            assert isinstance(silence, AudioStream)
            container.mux([*silence.encode(_silence()), *silence.encode()])
    return buffer.getvalue()


def _silence() -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
    frame.sample_rate, frame.pts = 48000, 0
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


class Sim:
    def __init__(self, state: str | None = None, seed: int = 7, hosts: httpx.AsyncBaseTransport | None = None) -> None:
        """``hosts`` answers when a network pulls media; without it, that is what `host` was given."""
        self.clock = Clock()
        self.media: dict[str, bytes] = {}
        fetcher = Fetcher([MEDIA_ORIGIN], hosts or httpx.MockTransport(self._serve))
        self.app = create_app(state=state, fetcher=fetcher, clock=self.clock, source=random.Random(seed))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://sim.test")

    def _serve(self, request: httpx.Request) -> httpx.Response:
        content = self.media.get(request.url.path)
        if content is None:
            return httpx.Response(404)
        kind = mimetypes.guess_type(request.url.path)[0] or "application/octet-stream"
        return httpx.Response(200, content=content, headers={"content-type": kind})

    def host(self, path: str, content: bytes) -> str:
        """Puts bytes where the networks may pull them from."""
        self.media[path] = content
        return MEDIA_ORIGIN + path

    async def account(self, network: str, **order: Any) -> JSON:
        answer = await self.client.post("/_control/accounts", json={"network": network, **order})
        assert answer.status_code in {200, 201}, answer.text
        return dict(answer.json())

    async def settings(self, **switches: Any) -> None:
        assert (await self.client.post("/_control/settings", json=switches)).status_code == 200

    async def fault(self, network: str, action: str, **more: Any) -> None:
        answer = await self.client.post("/_control/faults", json={"network": network, "action": action, **more})
        assert answer.status_code == 201, answer.text

    async def calls(self) -> list[JSON]:
        return list((await self.client.get("/_control/calls")).json()["items"])

    async def ledger(self) -> list[JSON]:
        return list((await self.client.get("/_control/ledger")).json()["items"])

    async def close(self) -> None:
        await self.client.aclose()
        self.app.world.store.close()


def bearer(account: JSON, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {account['access_token']}", **more}


@asynccontextmanager
async def serving(app: Simulator, lifespan: Literal["on", "off"] = "off") -> AsyncIterator[str]:
    """The app behind a real socket on a free port. What the server logs reaches ``caplog``."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(app, lifespan=lifespan, log_config=None, log_level="error"))
        running = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
