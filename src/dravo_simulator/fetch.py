"""How a network pulls media from a URL, and tells an app of events. The only module here that speaks HTTP as a client."""

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Fetched:
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Answer:
    """What a server says before its body, which is read chunk by chunk."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class FetchFailed(Exception):
    """The URL could not be read; the message says why, without the URL's query."""


class FetchTimedOut(FetchFailed):
    """Nothing came for too long."""


class Fetcher:
    """Reads URLs of the origins it was told about and of no others: the simulator never leaves the machine.

    Redirects are not followed: TikTok refuses them, and an allowed origin could otherwise point anywhere.
    """

    def __init__(self, origins: list[str], transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._origins = {origin_of(origin) for origin in origins}
        self._transport = transport

    def knows(self, url: str) -> bool:
        return origin_of(url) in self._origins

    async def get(self, url: str, *, at_most: int) -> Fetched:
        """The bytes behind the URL, at most ``at_most`` of them. Raises FetchFailed."""
        async with self.opened(url) as answer:
            if answer.status != httpx.codes.OK:
                raise FetchFailed(f"status {answer.status}")
            content = bytearray()
            async for chunk in answer.chunks:
                content += chunk
                if len(content) > at_most:
                    raise FetchFailed("too large")
            return Fetched(bytes(content), answer.headers.get("content-type", ""))

    @asynccontextmanager
    async def opened(
        self,
        url: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> AsyncIterator[Answer]:
        """The answer to a call, with ``seconds`` for all that happens inside. Raises FetchFailed."""
        if not self.knows(url):
            raise FetchFailed("host not reachable")
        try:
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient(
                    transport=self._transport, verify=_trusted(), trust_env=False, timeout=TIMEOUT_SECONDS
                ) as client,
                client.stream(method, url, headers=headers, content=content) as response,
            ):
                yield Answer(response.status_code, response.headers, response.aiter_bytes())
        except (httpx.TimeoutException, TimeoutError) as failure:
            raise FetchTimedOut(type(failure).__name__) from failure
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            raise FetchFailed(type(failure).__name__) from failure


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that TLS believes; reading them takes longer than most pulls."""
    return httpx.create_ssl_context(trust_env=False)


def origin_of(url: str) -> str:
    """Scheme, host and port in one spelling; empty for what is not an http URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ""
    if port is None or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"
