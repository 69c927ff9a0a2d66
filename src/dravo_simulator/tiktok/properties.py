"""Whose URLs may be pulled: the verified properties of the app (Media transfer guide, read 2026-11-23)."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from dravo_simulator.tiktok import errors
from dravo_simulator.wire import world_of


def check(request: Request, urls: list[str]) -> None:
    """Raises url_ownership_unverified. The origins named at the start count as verified https hosts."""
    world, fetcher = world_of(request), request.app.state.fetcher
    for url in urls:
        if not fetcher.knows(url) and not _is_verified(url, world.settings.tiktok_verified_hosts):
            raise errors.refused(world, "url_ownership_unverified")


def _is_verified(url: str, properties: list[str]) -> bool:
    """A verified domain covers its subdomains and every path; a URL prefix covers what begins so, to the letter."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.scheme != "https" or _is_address(host):
        return False
    return any(
        url.startswith(name) if "://" in name else host == name or host.endswith("." + name) for name in properties
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
