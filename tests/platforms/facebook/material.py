"""What the tests of Facebook's adapter have in common: a Page, media, jobs and Facebook's answers."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx
import respx

from dravo.platforms.base import Call, Profile, Published, PublishJob
from dravo.platforms.facebook import PLATFORM
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import Details, Medium
from platforms.memory_run import SENT_AT, TOKEN, KeepingRun, Paused, real_hosts

PAGE = Page("77", "v26.0")
GRAPH = "https://graph.facebook.com/v26.0"
EDGE = f"{GRAPH}/77"
VIDEOS = "https://graph-video.facebook.com/v26.0/77/videos"
FILM = bytes(range(200)) * 3
UPLOAD_URL = "https://rupload.facebook.com/video-upload/v26.0/500"


def photo(index: int) -> Medium:
    url = f"https://m.dravo.dev/{'abcdefghij'[index]}.jpg"
    return Medium(index, "image", "image/jpeg", 1, str(index), 1, 1, None, url, url, _read(b"p"))


def film(size: tuple[int, int] = (1280, 720), *, data: bytes = FILM, length_ms: int = 5000) -> Medium:
    """A video that is no reel unless its size says so."""
    url, details = "https://m.dravo.dev/a.mp4", Details(video_codec="h264", audio_codec="aac", frames_per_second=30.0)
    digest = hashlib.sha256(data).hexdigest()
    return Medium(0, "video", "video/mp4", len(data), digest, *size, length_ms, url, url, _read(data), details)


def reel(**more: Any) -> Medium:
    return film((1080, 1920), **more)


def _read(data: bytes) -> Any:
    async def read(start: int, end: int) -> AsyncIterator[bytes]:
        part = data[start:end]
        yield part[:3]
        yield part[3:]

    return read


def job(
    media: Sequence[Medium] = (), *, text: str = "Hello", config: Mapping[str, Any] | None = None, **options: Any
) -> PublishJob[FacebookOptions]:
    return PublishJob(
        text, media, FacebookOptions.model_validate(options), Profile("77", "page"), config=dict(config or {})
    )


def ok(post_id: str = "77_1") -> httpx.Response:
    return httpx.Response(200, json={"id": post_id})


def said(**body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(code: int, subcode: int | None = None, *, status: int = 400, **more: Any) -> httpx.Response:
    error = {"message": f"(#{code}) no", "type": "OAuthException", "code": code} | more
    return httpx.Response(status, json={"error": error | ({} if subcode is None else {"error_subcode": subcode})})


def listed(*posts: dict[str, Any], **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": list(posts), **more})


def seen(
    post_id: str, *targets: str, message: str = "Hello", ago: int = 0, url: str | None = None, **more: Any
) -> dict[str, Any]:
    """A post or comment in a list, made so many seconds before the call was sent."""
    created = (SENT_AT - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    shown = [{"target": {"id": target}} for target in targets] + ([{"target": {"url": url}}] if url else [])
    attachments = {"attachments": {"data": shown}} if shown else {}
    return {"id": post_id, "message": message, "created_time": created} | attachments | more


def takes_photos(network: respx.MockRouter) -> respx.Route:
    """Every photo is taken, and called p0, p1, … by its address."""

    def start(request: httpx.Request) -> httpx.Response:
        letter = request.content.partition(b".jpg")[0][-1:].decode()
        return ok(f"p{'abcdefghij'.index(letter)}")

    return network.post(f"{EDGE}/photos").mock(side_effect=start)


def node(
    video_status: str = "ready",
    *,
    publishing: Mapping[str, Any] | None = None,
    processing: Mapping[str, Any] | None = None,
    uploading: Mapping[str, Any] | None = None,
    **more: Any,
) -> httpx.Response:
    """A video as its Page sees it; phases that are not named are not told."""
    phases = {"uploading_phase": uploading, "processing_phase": processing, "publishing_phase": publishing}
    told = {name: dict(phase) for name, phase in phases.items() if phase is not None}
    return said(id="500", status={"video_status": video_status, **told}, **more)


def takes_a_video(network: respx.MockRouter, *, part_bytes: int = 250) -> respx.Route:
    """A video in parts of so many bytes."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = request.content
        if b"upload_phase=start" in body:
            first = {"start_offset": "0", "end_offset": str(min(part_bytes, len(FILM)))}
            return said(upload_session_id="7", video_id="500", **first)
        if b"upload_phase=finish" in body:
            return said(success=True)
        at = min(offset_of(body) + part_bytes, len(FILM))
        return said(start_offset=str(at), end_offset=str(min(at + part_bytes, len(FILM))))

    return network.post(VIDEOS).mock(side_effect=answer)


def offset_of(body: bytes) -> int:
    return int(body.partition(b'name="start_offset"\r\n\r\n')[2].partition(b"\r\n")[0])


OUT = {"status": "complete", "publish_status": "published"}
NOT_YET = {"status": "not_started"}


async def wire(call: Call[Any]) -> httpx.Request:
    """The request as it leaves."""
    with respx.mock:
        route = respx.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(call.request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        return request


async def publish(post: PublishJob[FacebookOptions], run: Any) -> Published:
    return await PLATFORM.adapter.publish(post, run)


async def publish_to_the_end(post: PublishJob[FacebookOptions], run: KeepingRun) -> tuple[Published, list[Paused]]:
    """Run the adapter as often as it takes, and tell what it waited for."""
    pauses: list[Paused] = []
    while True:
        try:
            return await publish(post, run), pauses
        except Paused as pause:
            pauses.append(pause)
            assert len(pauses) < 50
