"""`/u/…`: assets for anyone who knows their address, such as the networks that pull media themselves."""

import re
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from dravo.auth.dependencies import ResourcesDep
from dravo.kit import log
from dravo.kit.errors import Problem, not_found
from dravo.media import queries
from dravo.media.pulls import Pull, pull_in, pulled_asset
from dravo.media.schemas import public_name_of
from dravo.media.service import asset_id_in
from dravo.models.media import MediaAsset
from dravo.resources import Resources

router = APIRouter(tags=["media"])

_SECONDS_CACHED = 300
"""Short, though the bytes never change: an address stops working when the asset expires or is deleted."""

_ROBOTS = "User-agent: *\nDisallow: /v1/\nAllow: /u/\n"
"""Meta reads no medium that a host's rules for crawlers keep from it (Reels publishing guide, page of 2026-07-30)."""

_log = log.get(__name__)

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


@router.get("/robots.txt", include_in_schema=False)
async def read_robots() -> PlainTextResponse:
    """What crawlers may read: media, and nothing of the API."""
    return PlainTextResponse(_ROBOTS)


@router.head("/u/{name}", include_in_schema=False)
@router.get(
    "/u/{name}",
    response_class=Response,
    responses={
        200: {"description": "The bytes", "content": {"image/*": {}, "video/*": {}}},
        206: {"description": "The bytes of the range that was asked for"},
        404: {"description": "No such asset, or no longer"},
        416: {"description": "The range begins after the end"},
        502: {"description": "The object store failed"},
    },
)
async def read_public(name: str, request: Request, resources: ResourcesDep) -> Response:
    """The bytes of an asset, without a credential: nobody guesses its address. One range is honoured, several are not."""
    pull = pull_in(resources.cipher, name)
    asset = await (_public(resources, name) if pull is None else _pulled(resources, pull, request))
    if asset is None:
        raise not_found("medium")
    start, end = _asked(request, asset)
    headers = _headers(asset, seconds_cached=_SECONDS_CACHED if pull is None else 0)
    headers["Content-Length"] = str(end - start)
    status = 200
    if (start, end) != (0, asset.size_bytes):
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{asset.size_bytes}"
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    chunks = resources.storage.read(asset.storage_key, start=start, end=end)
    first = await anext(chunks)  # raises while a failure can still be answered with a status
    return StreamingResponse(_continued(first, chunks), status_code=status, headers=headers)


async def _public(resources: Resources, name: str) -> MediaAsset | None:
    asset_id = asset_id_in(name)
    if asset_id is None:
        return None
    async with resources.db.transaction() as session:
        asset = await queries.public_asset(session, asset_id)
    return asset if asset is not None and public_name_of(asset) == name else None


async def _pulled(resources: Resources, pull: Pull, request: Request) -> MediaAsset | None:
    """The asset for a network that pulls it. The log shows whether one ever came, where it says that it could not."""
    async with resources.db.transaction() as session:
        asset = await pulled_asset(session, pull)
    _log.info(
        "medium_pulled" if asset is not None else "pull_refused",
        delivery_id=pull.delivery_id,
        generation=pull.generation,
        media_id=pull.asset_id,
        user_agent=request.headers.get("user-agent", "")[:200],
        range=request.headers.get("range", "")[:100],
    )
    return asset


def _headers(asset: MediaAsset, *, seconds_cached: int) -> dict[str, str]:
    """Everything from the row, nothing from whoever uploaded it."""
    return {
        "Content-Type": asset.content_type,
        "Content-Disposition": f'inline; filename="{public_name_of(asset)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": f"public, max-age={seconds_cached}" if seconds_cached else "no-store",
        "Accept-Ranges": "bytes",
        "ETag": f'"{asset.sha256}"',
    }


def _asked(request: Request, asset: MediaAsset) -> tuple[int, int]:
    """First byte and the one after the last. A range that we do not understand is ignored, as RFC 9110 has it."""
    whole = (0, asset.size_bytes)
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", f'"{asset.sha256}"') != f'"{asset.sha256}"':
        return whole
    first, last, suffix = match.groups()
    start = max(0, asset.size_bytes - int(suffix)) if suffix else int(first)
    end = min(asset.size_bytes, int(last) + 1) if last else asset.size_bytes
    if last and int(last) < int(first):
        return whole
    if start >= asset.size_bytes:
        raise Problem(
            416,
            "range_not_satisfiable",
            "The range begins after the end",
            f"The medium has {asset.size_bytes} bytes.",
            headers={"Content-Range": f"bytes */{asset.size_bytes}"},
        )
    return start, end


async def _continued(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for chunk in rest:
        yield chunk
