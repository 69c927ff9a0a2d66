"""Calls to the simulated LinkedIn as its pages describe them, and videos made on the spot."""

import functools
import io
from typing import Any
from urllib.parse import quote

import av
import httpx

from simulator.harness import JSON, Sim, bearer

API = "/api.linkedin.com"
WEB = "/www.linkedin.com"
POSTS = f"{API}/rest/posts"
IMAGES = f"{API}/rest/images"
VIDEOS = f"{API}/rest/videos"
DOCUMENTS = f"{API}/rest/documents"
PART = 4_194_304
PAGE = "urn:li:organization:4711"


def headers(account: JSON, method: str | None = None, version: str = "202609") -> dict[str, str]:
    named = {} if method is None else {"X-RestLi-Method": method}
    return bearer(account, **{"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"}, **named)


def author(account: JSON) -> str:
    return str(account["extras"]["author_urn"])


def at(base: str, urn: str, *rest: str) -> str:
    """A path with a URN in it, percent-encoded."""
    return "/".join([base, quote(urn, safe=""), *rest])


def comments_of(urn: str, *rest: str) -> str:
    return at(f"{API}/rest/socialActions", urn, "comments", *rest)


async def editor(sim: Sim, **page: Any) -> JSON:
    """A member with a role on a page."""
    return await sim.account("linkedin", handle="editor", attributes={"organizations": [{"urn": PAGE, **page}]})


def body(account: JSON, commentary: str = "Hello", **more: Any) -> JSON:
    return {
        "author": author(account),
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **more,
    }


async def post(sim: Sim, account: JSON, commentary: str = "Hello", **more: Any) -> httpx.Response:
    return await sim.client.post(POSTS, json=body(account, commentary, **more), headers=headers(account))


async def posted(sim: Sim, account: JSON, commentary: str = "Hello", **more: Any) -> str:
    answer = await post(sim, account, commentary, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["x-restli-id"])


async def read_post(sim: Sim, account: JSON, urn: str) -> JSON:
    answer = await sim.client.get(at(POSTS, urn), headers=headers(account))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def comment(sim: Sim, account: JSON, urn: str, text: str = "First", **more: Any) -> httpx.Response:
    written = {"actor": author(account), "object": urn, "message": {"text": text}, **more}
    return await sim.client.post(comments_of(urn), json=written, headers=headers(account))


async def ask_upload(sim: Sim, account: JSON, base: str = IMAGES, **order: Any) -> JSON:
    """What initializeUpload answers."""
    written = {"initializeUploadRequest": {"owner": author(account)} | order}
    answer = await sim.client.post(base, params={"action": "initializeUpload"}, json=written, headers=headers(account))
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["value"])


async def image(sim: Sim, account: JSON, content: bytes, owner: str | None = None) -> str:
    asked = await ask_upload(sim, account, owner=owner or author(account))
    sent = await sim.client.put(asked["uploadUrl"], content=content, headers=bearer(account))
    assert (sent.status_code, sent.content) == (201, b""), sent.text
    return str(asked["image"])


async def send_parts(sim: Sim, asked: JSON, content: bytes) -> list[str]:
    """Puts every part to its URL, without a token; answers the ETags in their order."""
    etags = []
    for part in asked["uploadInstructions"]:
        piece = content[part["firstByte"] : part["lastByte"] + 1]
        sent = await sim.client.put(part["uploadUrl"], content=piece)
        assert sent.status_code == 200, sent.text
        etags.append(sent.headers["etag"])
    return etags


async def finalize(sim: Sim, account: JSON, urn: str, etags: list[str], token: str = "") -> httpx.Response:
    order = {"finalizeUploadRequest": {"video": urn, "uploadToken": token, "uploadedPartIds": etags}}
    return await sim.client.post(VIDEOS, params={"action": "finalizeUpload"}, json=order, headers=headers(account))


async def video(sim: Sim, account: JSON, content: bytes, **order: Any) -> str:
    """A video as far as finalizeUpload."""
    asked = await ask_upload(sim, account, VIDEOS, fileSizeBytes=len(content), **order)
    etags = await send_parts(sim, asked, content)
    assert (await finalize(sim, account, asked["video"], etags)).status_code == 200
    return str(asked["video"])


async def status(sim: Sim, account: JSON, base: str, urn: str) -> JSON:
    answer = await sim.client.get(at(base, urn), headers=headers(account))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@functools.cache
def mp4(seconds: int = 4, size: int = 80_000, container: str = "mp4") -> bytes:
    """A film of one colour; a box that players skip fills it up to ``size`` bytes."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as film:
        stream = film.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame(64, 48, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([128]) * plane.buffer_size)
        for number in range(seconds * 5):
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    made = buffer.getvalue()
    filling = size - len(made)
    return made if filling < 8 else made + filling.to_bytes(4, "big") + b"free" + bytes(filling - 8)
