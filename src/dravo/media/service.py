"""Which of a post's media URLs are our own assets."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.media import queries
from dravo.media.schemas import public_name_of
from dravo.models.media import MediaAsset

__all__ = ["Foreign", "Unknown", "asset_id_in", "resolve"]

_NAME = re.compile(r"(media_[0-9a-z]{26})\.[a-z0-9]{2,5}")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Foreign:
    """A URL of somebody else's: fetched when the post is delivered."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A URL under our own public media address that is no live asset of this workspace and environment; never fetched."""


async def resolve(
    session: AsyncSession, *, public_url: str, workspace_id: str, environment: str, urls: Sequence[str]
) -> list[MediaAsset | Foreign | Unknown]:
    """What each of `urls` stands for, in their order. `public_url` is the deployment's origin."""
    ids = {url: asset_id_in(name) for url in urls if (name := _own_name(public_url, url))}
    known = [asset_id for asset_id in ids.values() if asset_id is not None]
    assets = await queries.live_assets(session, workspace_id, environment, known)
    return [_meaning(public_url, url, assets) for url in urls]


def asset_id_in(name: str) -> str | None:
    """The asset id in the last segment of a public address, or None where the segment is not of our making."""
    match = _NAME.fullmatch(name)
    return match[1] if match else None


def _meaning(public_url: str, url: str, assets: dict[str, MediaAsset]) -> MediaAsset | Foreign | Unknown:
    if not _is_ours(public_url, url):
        return Foreign()
    name = _own_name(public_url, url)
    asset = assets.get(asset_id_in(name) or "")
    return asset if asset is not None and public_name_of(asset) == name else Unknown()


def _own_name(public_url: str, url: str) -> str:
    """The last segment of a URL that is written exactly as we write ours (host and scheme aside), or an empty text."""
    parts = urlsplit(url)
    plain = _is_ours(public_url, url) and "?" not in url and "#" not in url
    return parts.path.removeprefix("/u/") if plain and parts.path.startswith("/u/") else ""


def _is_ours(public_url: str, url: str) -> bool:
    """Whether a server could read a URL as one under our media address: generous, since what is ours is never fetched."""
    asked, own = urlsplit(url), urlsplit(public_url)
    if _host(asked) != _host(own):
        return False
    same_port = _port(asked) == _port(own) or (_is_default_port(asked) and _is_default_port(own))
    return same_port and any(_is_media_path(path) for path in _readings(asked.path))


def _readings(path: str) -> list[str]:
    """A path as written and as it looks after each round of percent-decoding, of which a chain of proxies may do several."""
    readings = [path]
    while len(readings) < 5 and (decoded := unquote(readings[-1])) != readings[-1]:
        readings.append(decoded)
    return readings


def _is_media_path(path: str) -> bool:
    if path.startswith("/u/"):
        return True
    collapsed = posixpath.normpath("/" + path.replace("\\", "/").lstrip("/"))
    return collapsed == "/u" or collapsed.startswith("/u/")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        return str(IPv6Address(host))
    return host if host.isascii() else host.encode("idna").decode()


def _port(parts: SplitResult) -> int | None:
    return parts.port or _PORTS.get(parts.scheme)


def _is_default_port(parts: SplitResult) -> bool:
    return _port(parts) == _PORTS.get(parts.scheme)
