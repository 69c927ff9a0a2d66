"""What the tests of LinkedIn's adapter have in common: accounts, media, posts and answers."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import Call, Profile, Published, PublishJob
from dravo.platforms.linkedin import PLATFORM
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import Medium
from platforms.memory_run import TOKEN, KeepingRun, Paused, real_hosts

ME, PAGE = "urn:li:person:me", "urn:li:organization:7"
MEMBER, ORGANIZATION = Author(ME), Author(PAGE)
API = "https://api.linkedin.com/rest"
PICTURE = b"\x89PNG picture"
FILM = b"ftyp" + bytes(range(40)) * 3


def medium(
    index: int = 0, *, data: bytes = PICTURE, kind: str = "image", content_type: str = "image/png", url: str = ""
) -> Medium:
    async def read(start: int, end: int) -> AsyncIterator[bytes]:
        part = data[start:end]
        yield part[:3]
        yield part[3:]

    return Medium(
        index=index,
        kind="video" if kind == "video" else "image",
        content_type=content_type,
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=1,
        height=1,
        duration_ms=5000 if kind == "video" else None,
        source_url=url or "https://example.com/a",
        public_url="https://media.example.com/a",
        open=read,
    )


def film() -> Medium:
    return medium(data=FILM, kind="video", content_type="video/mp4")


def job(
    media: Sequence[Medium] = (),
    *,
    account: str = ME,
    traits: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | None = None,
    thumbnail: Medium | None = None,
    **options: Any,
) -> PublishJob[LinkedInOptions]:
    """A post by `account`, without a pause for images unless `config` asks for one."""
    known = {"author_urn": account} if traits is None else traits
    return PublishJob(
        "Hello",
        media,
        LinkedInOptions.model_validate(options),
        Profile("me", "dravo", known),
        attachments={} if thumbnail is None else {"thumbnail": thumbnail},
        config={"image_wait_seconds": 0} | dict(config or {}),
    )


def created(urn: str = "urn:li:share:1") -> httpx.Response:
    return httpx.Response(201, headers={"x-restli-id": urn})


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def envelope(code: str, message: str = "") -> dict[str, object]:
    return {"status": 400, "code": code, "message": message}


async def wire(call: Call[Any]) -> httpx.Request:
    """The request as it leaves."""
    with respx.mock:
        route = respx.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(call.request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        return request


def takes_images(network: respx.MockRouter) -> respx.Route:
    """Every image is taken, and called 1, 2, 3 … Answers the route of the bytes."""
    numbers = iter(range(1, 22))

    def start(_: httpx.Request) -> httpx.Response:
        number = next(numbers)
        url = f"https://www.linkedin.com/dms-uploads/{number}"
        return httpx.Response(200, json={"value": {"uploadUrl": url, "image": f"urn:li:image:{number}"}})

    network.post(f"{API}/images", params={"action": "initializeUpload"}).mock(side_effect=start)
    return network.put(url__startswith="https://www.linkedin.com/dms-uploads/").mock(return_value=httpx.Response(201))


def states(*names: str) -> list[httpx.Response]:
    """Answers to the question how far a medium is."""
    return [httpx.Response(200, json={"status": name}) for name in names]


def body_of(route: respx.Route) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(route.calls.last.request.content)
    return body


async def publish_to_the_end(post: PublishJob[LinkedInOptions], run: KeepingRun) -> tuple[Published, list[Paused]]:
    """Run the adapter as often as it takes, and tell what it waited for."""
    pauses: list[Paused] = []
    while True:
        try:
            return await PLATFORM.adapter.publish(post, run), pauses
        except Paused as pause:
            pauses.append(pause)
            assert len(pauses) < 50
