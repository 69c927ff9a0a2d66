"""Media of the tests: bytes in memory, read by ranges as from the storage."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

from dravo.platforms.media import Details, Medium


def medium(content: bytes = b"\x89PNG picture", *, index: int = 0, **facts: Any) -> Medium:
    """A picture in PNG, unless `facts` say otherwise."""

    async def read(start: int, end: int) -> AsyncIterator[bytes]:
        middle = (start + end) // 2
        yield content[start:middle]
        yield content[middle:end]

    known: dict[str, Any] = {
        "kind": "image",
        "content_type": "image/png",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "width": 64,
        "height": 48,
        "duration_ms": None,
        "source_url": f"https://example.com/{index}",
        "public_url": f"https://media.example.com/{index}",
        "details": Details(frames=1),
    }
    return Medium(index=index, open=read, **known | facts)


def gif(content: bytes = b"GIF89a moving", *, index: int = 0, frames: int | None = 2) -> Medium:
    return medium(content, index=index, content_type="image/gif", details=Details(frames=frames))


def video(content: bytes = b"ftyp video", *, index: int = 0, content_type: str = "video/mp4") -> Medium:
    return medium(
        content, index=index, kind="video", content_type=content_type, duration_ms=1000, details=Details(audio_codec="")
    )
