"""How a network pulls media from a URL. The only module here that speaks HTTP as a client."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Fetched:
    content: bytes
    content_type: str


class FetchFailed(Exception):
    """The URL could not be read; the message says why, without the URL's query."""


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
        if not self.knows(url):
            raise FetchFailed("host not reachable")
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._read(url, at_most)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            raise FetchFailed(type(failure).__name__) from failure

    async def _read(self, url: str, at_most: int) -> Fetched:
        async with (
            httpx.AsyncClient(transport=self._transport, trust_env=False, timeout=TIMEOUT_SECONDS) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise FetchFailed(f"status {response.status_code}")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > at_most:
                    raise FetchFailed("too large")
            return Fetched(bytes(content), response.headers.get("content-type", ""))


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
