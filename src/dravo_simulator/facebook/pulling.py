"""Media of a call: the bytes that were sent along, or those behind a URL, which is really read."""

from typing import Literal, cast
from urllib.parse import urlsplit

from starlette.requests import Request

from dravo_simulator.blobs import Received
from dravo_simulator.crawler import Crawler
from dravo_simulator.fetch import FetchFailed


async def pulled(request: Request, url: str, kind: Literal["image", "video"], *, at_most: int) -> Received:
    """The bytes behind a URL. Raises FetchFailed, or TooLarge beyond ``at_most`` of them.

    Facebook does not read its own content network (Reels publishing guide, 2026-07-30).
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError as broken:
        raise FetchFailed("not a URL") from broken
    if host == "fbcdn.net" or host.endswith(".fbcdn.net"):
        raise FetchFailed("a URL of fbcdn")
    crawler = cast("Crawler", request.app.state.crawler)
    return (await crawler.get(url, kind, at_most=at_most)).received
