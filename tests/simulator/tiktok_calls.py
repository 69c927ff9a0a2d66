"""Calls of TikTok's API, as a client would make them."""

from typing import Any

import httpx

from dravo_simulator.app import Simulator
from simulator.harness import JSON, Sim, bearer, video

API = "/open.tiktokapis.com/v2/post/publish"
CHUNK = 10_000_000
OPEN: JSON = {"private": False, "audited": True}
"""Attributes of an account that may post for everyone."""


async def call(sim: Sim, account: JSON, path: str, body: JSON | None = None) -> httpx.Response:
    return await sim.client.post(f"{API}/{path}", json=body or {}, headers=bearer(account))


def code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


def direct(**info: Any) -> JSON:
    return {"privacy_level": "SELF_ONLY", "brand_content_toggle": False, "brand_organic_toggle": False} | info


def photos(urls: list[str], mode: str = "DIRECT_POST", **info: Any) -> JSON:
    """The body of content/init."""
    said = {"title": "T", "description": "D"} | (direct() if mode == "DIRECT_POST" else {})
    return {
        "media_type": "PHOTO",
        "post_mode": mode,
        "post_info": said | info,
        "source_info": {"source": "PULL_FROM_URL", "photo_images": urls, "photo_cover_index": 0},
    }


def pull(url: str) -> JSON:
    return {"source": "PULL_FROM_URL", "video_url": url}


def cut(size: int, chunk: int | None = None) -> JSON:
    """``source_info`` of an upload in chunks of that size, or as a whole."""
    chunk = chunk or size
    return {"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": size // chunk}


def film(**how: Any) -> bytes:
    """An upright video within TikTok's limits."""
    return video(**({"size": (360, 640), "fps": 24} | how))


def long_film(size: int) -> bytes:
    """The same in so many bytes: a box that players skip fills it up."""
    content = film()
    room = size - len(content)
    return content + room.to_bytes(4, "big") + b"free" + bytes(room - 8)


async def init_video(sim: Sim, account: JSON, source: JSON, **info: Any) -> JSON:
    """``data`` of a direct post's init."""
    answer = await call(sim, account, "video/init/", {"post_info": direct(**info), "source_info": source})
    assert code(answer) == "ok", answer.text
    return dict(answer.json()["data"])


async def init_draft(sim: Sim, account: JSON, source: JSON) -> JSON:
    answer = await call(sim, account, "inbox/video/init/", {"source_info": source})
    assert code(answer) == "ok", answer.text
    return dict(answer.json()["data"])


async def init_photos(sim: Sim, account: JSON, urls: list[str], mode: str = "DIRECT_POST", **info: Any) -> str:
    """The publish_id of photos."""
    answer = await call(sim, account, "content/init/", photos(urls, mode, **info))
    assert code(answer) == "ok", answer.text
    return str(answer.json()["data"]["publish_id"])


async def put(
    sim: Sim, url: str, content: bytes, first: int, total: int, kind: str = "video/mp4", **headers: str
) -> httpx.Response:
    """One chunk that begins at ``first``."""
    given = {"Content-Type": kind, "Content-Range": f"bytes {first}-{first + len(content) - 1}/{total}"} | headers
    return await sim.client.put(url, content=content, headers=given)


async def upload(sim: Sim, url: str, content: bytes, chunk: int | None = None) -> list[int]:
    """All chunks in order; the statuses that came back. The last one absorbs the rest."""
    count = max(1, len(content) // (chunk or len(content)))
    statuses = []
    for number in range(count):
        first = number * (chunk or 0)
        last = len(content) if number == count - 1 else first + (chunk or 0)
        statuses.append((await put(sim, url, content[first:last], first, len(content))).status_code)
    return statuses


async def post_video(sim: Sim, account: JSON, content: bytes | None = None, **info: Any) -> str:
    """The publish_id of a direct post whose bytes are all there."""
    content = film() if content is None else content
    data = await init_video(sim, account, cut(len(content)), **info)
    assert await upload(sim, data["upload_url"], content) == [201]
    return str(data["publish_id"])


async def status(sim: Sim, account: JSON, publish_id: str) -> JSON:
    return dict((await call(sim, account, "status/fetch/", {"publish_id": publish_id})).json()["data"])


async def later(sim: Sim, account: JSON, publish_id: str, seconds: float = 2) -> JSON:
    """The status after so many seconds of the simulator's clock."""
    sim.clock.now += seconds
    return await status(sim, account, publish_id)


def parts_on_disk(app: Simulator) -> int:
    """Files that are no medium yet."""
    return len(list(app.world.store.blobs.part("any").parent.iterdir()))
