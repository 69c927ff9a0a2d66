"""Calls to the simulated Graph API about a Page as its pages describe them, and films made on the spot."""

import json
from typing import Any

import httpx

from simulator.harness import JSON, Sim, bearer, video

GRAPH = "/graph.facebook.com/v26.0"
UPLOAD = "/rupload.facebook.com/video-upload/v26.0"


def reel_film(*, seconds: float = 3, size: tuple[int, int] = (540, 960), fps: int = 24) -> bytes:
    return video(seconds=seconds, size=size, fps=fps)


def clip() -> bytes:
    """A video that lies, of a few kilobytes."""
    return video(seconds=3, size=(160, 90), fps=24)


async def send(sim: Sim, page: JSON, edge: str, **form: Any) -> httpx.Response:
    return await sim.client.post(f"{GRAPH}/{edge}", data=form, headers=bearer(page))


async def done(sim: Sim, page: JSON, edge: str, **form: Any) -> JSON:
    answer = await send(sim, page, edge, **form)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refused(sim: Sim, page: JSON, edge: str, **form: Any) -> tuple[int, int | None]:
    """Code and subcode of a refusal."""
    return said_in(await send(sim, page, edge, **form))


def said_in(answer: httpx.Response) -> tuple[int, int | None]:
    assert answer.is_error, answer.text
    error = answer.json()["error"]
    assert error["fbtrace_id"]
    return error["code"], error.get("error_subcode")


async def read(sim: Sim, page: JSON, path: str, fields: str, **query: Any) -> JSON:
    answer = await sim.client.get(f"{GRAPH}/{path}", params={"fields": fields, **query}, headers=bearer(page))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def unseen(sim: Sim, page: JSON, path: str) -> tuple[int, int | None]:
    """Code and subcode of a read that is refused."""
    return said_in(await sim.client.get(f"{GRAPH}/{path}", headers=bearer(page)))


async def photo(sim: Sim, page: JSON, content: bytes, name: str = "/a.jpg", **form: Any) -> str:
    """The id of an unpublished photo."""
    return str((await done(sim, page, "me/photos", url=sim.host(name, content), published="false", **form))["id"])


def attached(*photos: str) -> JSON:
    return {f"attached_media[{place}]": json.dumps({"media_fbid": photo}) for place, photo in enumerate(photos)}


async def start(sim: Sim, page: JSON) -> tuple[str, str]:
    """The id of a new reel and where its bytes go."""
    started = await done(sim, page, "me/video_reels", upload_phase="start")
    return str(started["video_id"]), str(started["upload_url"])


async def carry(sim: Sim, page: JSON, url: str, content: bytes = b"", **headers: str) -> httpx.Response:
    """Bytes of a reel, or the URL they are at, with the headers that rupload wants."""
    token = {"Authorization": f"OAuth {page['access_token']}"}
    return await sim.client.post(url, content=content, headers=token | headers)


async def uploaded(sim: Sim, page: JSON, content: bytes) -> str:
    """The id of a reel whose bytes are there."""
    video_id, url = await start(sim, page)
    answer = await carry(sim, page, url, content, offset="0", file_size=str(len(content)))
    assert answer.json() == {"success": True}
    return video_id


async def finish(sim: Sim, page: JSON, video_id: str, state: str = "PUBLISHED", **form: Any) -> httpx.Response:
    return await send(sim, page, "me/video_reels", upload_phase="finish", video_id=video_id, video_state=state, **form)


async def status(sim: Sim, page: JSON, video_id: str) -> JSON:
    return dict((await read(sim, page, video_id, "status"))["status"])
