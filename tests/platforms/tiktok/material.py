"""What the tests of TikTok's adapter have in common: media, jobs, TikTok's answers, and an address that takes a video."""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import httpx
import respx
from pydantic import BaseModel

from dravo.kit.http import AnswerLost, NetworkHttp, Reply
from dravo.platforms.base import Call, Find, Found, Profile, Published, PublishJob, Sent
from dravo.platforms.errors import OutcomeUnknown, Transient, Unsettled
from dravo.platforms.media import Details, Medium
from dravo.platforms.tiktok import PLATFORM
from dravo.platforms.tiktok.options import TikTokOptions
from platforms.memory_run import SENT_AT, TOKEN, KeepingRun, Paused, real_hosts

API = "https://open.tiktokapis.com/v2/post/publish"
LIST = "https://open.tiktokapis.com/v2/video/list/"
UPLOAD = "https://open-upload.tiktokapis.com/upload?upload_id=1&upload_token=secret"
FILM = bytes(range(43))
"""With chunks of 10 bytes: four, the last one of 15."""
OK = {"code": "ok", "message": "", "log_id": "L"}

HTTP = real_hosts()
"""One for all tests: it reaches no socket, and making one takes longer than most of them."""

A = TypeVar("A", bound=BaseModel)


def _read(data: bytes) -> Any:
    async def read(start: int, end: int) -> AsyncIterator[bytes]:
        part = data[start:end]
        yield part[:3]
        yield part[3:]

    return read


def photo(index: int = 0) -> Medium:
    url = f"https://m.dravo.dev/{index}.jpg"
    return Medium(index, "image", "image/jpeg", 1, "0", 1080, 1080, None, url, url, _read(b"p"))


def film(data: bytes = FILM, *, length_ms: int | None = 5000, content_type: str = "video/mp4") -> Medium:
    url, details = "https://m.dravo.dev/a.mp4", Details(video_codec="h264", audio_codec="aac", frames_per_second=30.0)
    digest = hashlib.sha256(data).hexdigest()
    return Medium(0, "video", content_type, len(data), digest, 1080, 1920, length_ms, url, url, _read(data), details)


def job(
    *media: Medium, text: str = "Hello", handle: str = "handle", scopes: Sequence[str] = (), **options: Any
) -> PublishJob[TikTokOptions]:
    profile = Profile("o1", handle, scopes=frozenset(scopes))
    return PublishJob(text, media or (photo(),), TikTokOptions.model_validate(options), profile)


def ok(**data: Any) -> httpx.Response:
    return httpx.Response(200, json={"data": data, "error": OK})


def refused(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"data": {}, "error": OK | {"code": code, "message": "no"}})


def creator(*privacy: str, **more: Any) -> httpx.Response:
    allowed = list(privacy or ["PUBLIC_TO_EVERYONE", "SELF_ONLY"])
    return ok(**{"creator_username": "acme", "privacy_level_options": allowed} | more)


def status(word: str, **more: Any) -> httpx.Response:
    return ok(status=word, **more)


def statuses(network: respx.MockRouter, *answers: httpx.Response) -> respx.Route:
    """The answers to questions for a status, the last one repeated."""
    left = list(answers)
    return network.post(f"{API}/status/fetch/").mock(
        side_effect=lambda _request: left.pop(0) if len(left) > 1 else left[0]
    )


def willing(network: respx.MockRouter) -> None:
    """TikTok takes all that begins a post."""
    network.post(f"{API}/creator_info/query/").mock(return_value=creator())
    network.post(f"{API}/content/init/").mock(return_value=ok(publish_id="p1"))
    for kind in ("video", "inbox/video"):
        network.post(f"{API}/{kind}/init/").mock(return_value=ok(publish_id="v1", upload_url=UPLOAD))


@dataclass
class Address:
    """An upload address. `counts`: what its header says, the number of bytes or the position of the last one.

    `loses` are the numbers of the calls (from 0) whose answer is lost after their effect; `takes_twice` says what becomes of a
    chunk that is there already.
    """

    counts: Literal["bytes", "last", "nothing"] = "bytes"
    takes_twice: bool = False
    loses: frozenset[int] = frozenset()
    received: int = 0
    calls: list[tuple[int, int]] = field(default_factory=list)
    file: bytes = b""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert "authorization" not in request.headers
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers["content-range"])
        assert found
        first, last, size = map(int, found.groups())
        body = request.read()
        assert len(body) == last - first + 1 == int(request.headers["content-length"])
        number = len(self.calls)
        self.calls.append((first, last))
        if first == self.received:
            self.received, self.file = last + 1, self.file + body
        elif not (self.takes_twice and last < self.received):
            return httpx.Response(416, headers=self._progress(size))
        if number in self.loses:
            raise httpx.ReadError("lost")
        return httpx.Response(201 if self.received == size else 206, headers=self._progress(size))

    def _progress(self, size: int) -> dict[str, str]:
        told = self.received if self.counts == "bytes" else max(self.received - 1, 0)
        return {} if self.counts == "nothing" else {"content-range": f"bytes 0-{told}/{size}"}


def takes_a_video(network: respx.MockRouter, address: Callable[[httpx.Request], httpx.Response]) -> respx.Route:
    willing(network)
    return network.put(UPLOAD).mock(side_effect=address)


@dataclass
class LookingRun(KeepingRun):
    """Keeps what came of `publish`; one whose answer was lost is only looked for from then on."""

    http: NetworkHttp = field(default_factory=lambda: HTTP)
    lost: OutcomeUnknown | None = None
    done: BaseModel | None = None

    async def commit(
        self, name: str, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        if isinstance(self.done, call.answer):
            return self.done
        if self.lost is None:
            try:
                self.done = await self._send(name, call)
            except OutcomeUnknown as lost:
                self.lost = lost
        if self.lost is not None:
            found = await find(Sent(SENT_AT))
            if not isinstance(found, Found):
                raise Unsettled(found.value) from self.lost
            self.done = found.answer
        assert isinstance(self.done, call.answer)
        return self.done

    async def _send(self, name: str, call: Call[A]) -> A:
        try:
            return await super()._send(name, call)
        except AnswerLost as lost:
            raise OutcomeUnknown("lost") if call.effect else Transient("network_unreachable", "lost") from lost


async def publish_to_the_end(post: PublishJob[TikTokOptions], run: KeepingRun) -> tuple[Published, list[Paused]]:
    """Run the adapter as often as it takes, and tell what it waited for."""
    pauses: list[Paused] = []
    while True:
        try:
            return await PLATFORM.adapter.publish(post, run), pauses
        except Paused as pause:
            pauses.append(pause)
            assert len(pauses) < 50


async def wire(call: Call[Any], data: dict[str, Any] | None = None, *, status_code: int = 200) -> tuple[Any, BaseModel]:
    """The request as it leaves, and what is read in an answer with this data."""
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(status_code, json={"data": data or {}, "error": OK}))
        read: BaseModel = call.read(await HTTP.send(call.request, token=TOKEN))
        return route.calls.last.request, read


def reply(status_code: int, **headers: str) -> Reply:
    return Reply(status_code, {name.replace("_", "-"): value for name, value in headers.items()}, b"")
