"""What the tests of Instagram's adapter have in common: accounts, media, posts and answers."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx
import respx
from pydantic import BaseModel

from dravo.platforms._graph.wire import Graph
from dravo.platforms.base import Call, Find, Found, Profile, Published, PublishJob, Sent
from dravo.platforms.errors import OutcomeUnknown, Unsettled
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.client import Account
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Details, Medium
from platforms.memory_run import SENT_AT, KeepingRun, Paused

A = TypeVar("A", bound=BaseModel)

BASE = "https://graph.instagram.com/v26.0"
FACEBOOK = "https://graph.facebook.com/v26.0"
ACME = Account("17", "acme", "instagram", Graph("graph.instagram.com"))
BY_FACEBOOK = Account("17", "acme", "facebook", Graph("graph.facebook.com"))


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


def address(index: int, end: str = "jpg") -> str:
    return f"https://m.dravo.dev/u/{index}.{end}"


def picture(index: int = 0) -> Medium:
    url = address(index)
    return Medium(index, "image", "image/jpeg", 1, "0", 1, 1, None, "https://e.com/a", url, no_bytes)


def film(index: int = 0, audio: str = "aac") -> Medium:
    url, details = address(index, "mp4"), Details(audio_codec=audio)
    return Medium(index, "video", "video/mp4", 1, "0", 9, 16, 5000, "https://e.com/a", url, no_bytes, details)


def job(
    media: Sequence[Medium] | None = None,
    *,
    handle: str = "acme",
    traits: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | None = None,
    cover: Medium | None = None,
    **options: Any,
) -> PublishJob[InstagramOptions]:
    """A post with a picture, where no other media are named."""
    return PublishJob(
        "Hello",
        [picture()] if media is None else media,
        InstagramOptions.model_validate(options),
        Profile("17", handle, traits or {}),
        attachments={} if cover is None else {"cover": cover},
        config=config or {},
    )


def ok(**body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(code: int, subcode: int | None = None, status: int = 400, **more: Any) -> httpx.Response:
    error: dict[str, Any] = {"message": "no", "type": "OAuthException", "code": code} | more
    return httpx.Response(status, json={"error": error | ({"error_subcode": subcode} if subcode else {})})


FAILED = "Error: Media upload has failed with error code {}"


def state(code: str, number: int | None = None) -> httpx.Response:
    """How far a container is. `number` is that of the error in its words."""
    return ok(status_code=code, status=None if number is None else FAILED.format(number))


def willing(meta: respx.MockRouter, base: str = BASE) -> respx.Route:
    """Everything goes well: containers are c1, c2, …, and the media is m1. Answers the route that makes containers, nine at most."""
    made = iter(range(1, 10))
    meta.get(f"{base}/17/content_publishing_limit").mock(return_value=used(0))
    route = meta.post(f"{base}/17/media").mock(side_effect=lambda _request: ok(id=f"c{next(made)}"))
    for number in range(1, 10):
        meta.get(f"{base}/c{number}").mock(return_value=state("FINISHED"))
    meta.post(f"{base}/17/media_publish").mock(return_value=ok(id="m1"))
    meta.get(f"{base}/m1").mock(return_value=ok(id="m1", permalink="https://www.instagram.com/p/x/"))
    meta.post(f"{base}/m1/comments").mock(return_value=ok(id="k1"))
    return route


def used(posts: int, total: int | None = 50) -> httpx.Response:
    config = {} if total is None else {"quota_total": total, "quota_duration": 86400}
    return ok(data=[{"quota_usage": posts, "config": config}])


def forms(route: respx.Route) -> list[dict[str, str]]:
    """What a route was sent, in order."""
    return [form_of(call.request) for call in route.calls]


def form_of(request: httpx.Request) -> dict[str, str]:
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(request.content.decode(), strict_parsing=True))


def seen(media_id: str, *, caption: str | None = "Hello", ago: float = 0, kind: str | None = "FEED") -> dict[str, Any]:
    """A media as the account's list shows it, `ago` seconds before the call was sent."""
    created = (SENT_AT - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    told = {"caption": caption, "media_product_type": kind}
    return {"id": media_id, "timestamp": created} | {name: value for name, value in told.items() if value is not None}


def story(media_id: str, *, ago: float = 0, media_type: str = "IMAGE") -> dict[str, Any]:
    """A story as the account's list shows it."""
    return seen(media_id, caption=None, ago=ago, kind="STORY") | {"media_type": media_type}


def page(entries: Sequence[dict[str, Any]], after: str | None = None) -> httpx.Response:
    """A page of a list, with the cursor after which it goes on."""
    paging = {"cursors": {"before": "b", "after": after or "end"}} | ({"next": "https://next.test"} if after else {})
    return ok(data=list(entries), paging=paging)


@dataclass
class LookingRun(KeepingRun):
    """Remembers that a call was sent whose answer was lost, and from then on only looks for it."""

    lost: OutcomeUnknown | None = None

    @property
    def sent(self) -> bool:
        return self.lost is not None

    async def commit(
        self, name: str, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        if self.lost is None:
            try:
                return await self._send(name, call)
            except OutcomeUnknown as lost:
                self.lost = lost
        found = await find(Sent(SENT_AT))
        if isinstance(found, Found):
            return found.answer
        raise Unsettled(found.value) from self.lost


async def publish_to_the_end(post: PublishJob[InstagramOptions], run: KeepingRun) -> tuple[Published, list[Paused]]:
    """Run the adapter as often as it takes, and tell what it waited for."""
    pauses: list[Paused] = []
    while True:
        try:
            return await PLATFORM.adapter.publish(post, run), pauses
        except Paused as pause:
            pauses.append(pause)
            assert len(pauses) < 50
