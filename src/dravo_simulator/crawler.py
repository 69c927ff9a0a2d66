"""Meta's crawler: how Facebook and Instagram read the media that a caller names by URL.

It says who it is, asks robots.txt first, follows no redirect, and takes only what its server calls a picture or a video
(Reels publishing and IG user media pages, read 2026-09-11). Bytes go to disk as they come.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from dravo_simulator import robots
from dravo_simulator.blobs import Received
from dravo_simulator.fetch import Answer, Fetcher, FetchFailed, origin_of
from dravo_simulator.world import World

AGENT = "facebookexternalhit"
HEADERS = {"User-Agent": f"{AGENT}/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Accept": "*/*"}
CRAWL_SECONDS = 120.0
"""Of real time, for all of a file; how long Meta waits is not documented."""
ROBOTS_SECONDS = 60.0
"""On the simulator's clock: how long a robots.txt is remembered."""
MOST_ROBOTS_BYTES = 500 * 1024
MOST_REDIRECTS = 5
OK = 200
REDIRECTS = range(300, 400)
MISSING = range(300, 500)
"""A robots.txt that is elsewhere, hidden or not there forbids nothing; one that its server fails to give forbids all."""


@dataclass(frozen=True)
class Crawled:
    """A file on disk: keep it as a blob, or discard it."""

    received: Received
    content_type: str
    """As its server calls it."""


class Crawler:
    """The one crawler of both Meta networks. ``app.state.crawler`` is it."""

    def __init__(self, fetcher: Fetcher, world: World) -> None:
        self._fetcher = fetcher
        self._world = world
        self._robots: dict[str, tuple[float, str | None]] = {}

    async def get(self, url: str, kind: Literal["image", "video"], *, at_most: int) -> Crawled:
        """The medium behind the URL.

        Raises FetchFailed (FetchTimedOut when nothing came), or blobs.TooLarge beyond ``at_most`` bytes.
        """
        async with self._answered(url) as answer:
            content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if not content_type.startswith(f"{kind}/"):
                raise FetchFailed(f"not {kind} but {content_type or 'untyped'}")
            received = await self._world.store.blobs.receive(answer.chunks, at_most=at_most)
        return Crawled(received, content_type)

    @asynccontextmanager
    async def _answered(self, url: str) -> AsyncIterator[Answer]:
        """The 200 that the URL leads to."""
        for _ in range(MOST_REDIRECTS + 1):
            await self._check(url)
            async with self._fetcher.opened(url, headers=HEADERS, seconds=CRAWL_SECONDS) as answer:
                if answer.status == OK:
                    yield answer
                    return
                if answer.status not in REDIRECTS or self._world.settings.meta_redirects == "refuse":
                    raise FetchFailed(f"status {answer.status}")
                url = urljoin(url, answer.headers.get("location", ""))
        raise FetchFailed("too many redirects")

    async def _check(self, url: str) -> None:
        if not url.isascii() or not self._fetcher.knows(url):
            raise FetchFailed("host not reachable")
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise FetchFailed("credentials in the URL")
        rules = await self._rules_of(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if rules is None or not robots.allows(rules, AGENT, path):
            raise FetchFailed("robots.txt forbids it")

    async def _rules_of(self, url: str) -> str | None:
        """The origin's robots.txt, or None when it could not be had and everything counts as forbidden."""
        origin = origin_of(url)
        read_at, rules = self._robots.get(origin, (0.0, None))
        # A reset may have moved the clock back.
        if abs(self._world.now() - read_at) > ROBOTS_SECONDS:
            rules = await self._read_rules(origin)
            self._robots[origin] = (self._world.now(), rules)
        return rules

    async def _read_rules(self, origin: str) -> str | None:
        try:
            async with self._fetcher.opened(f"{origin}/robots.txt", headers=HEADERS) as answer:
                if answer.status in MISSING:
                    return ""
                if answer.status != OK:
                    return None
                text = bytearray()
                async for chunk in answer.chunks:
                    text += chunk
                    if len(text) > MOST_ROBOTS_BYTES:
                        break
                return text[:MOST_ROBOTS_BYTES].decode("utf-8", "replace")
        except FetchFailed:
            return None
