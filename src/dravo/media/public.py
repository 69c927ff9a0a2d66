"""`/u/…`: assets for anyone who knows their address, such as the networks that fetch media themselves."""

import re
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from dravo.auth.dependencies import ResourcesDep
from dravo.kit.errors import Problem, not_found
from dravo.media import queries
from dravo.media.schemas import public_name_of
from dravo.media.service import asset_id_in
from dravo.models.media import MediaAsset

router = APIRouter(tags=["media"])

_SECONDS_CACHED = 300
"""Short, though the bytes never change: an address stops working when the asset expires or is deleted."""

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


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
    """The bytes of an asset, without a credential: its id cannot be guessed. One range is honoured, several are not."""
    asset_id = asset_id_in(name)
    asset = None
    if asset_id is not None:
        async with resources.db.transaction() as session:
            asset = await queries.public_asset(session, asset_id)
    if asset is None or public_name_of(asset) != name:
        raise not_found("medium")
    start, end = _asked(request, asset)
    headers = _headers(asset) | {"Content-Length": str(end - start)}
    status = 200
    if (start, end) != (0, asset.size_bytes):
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{asset.size_bytes}"
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    chunks = resources.storage.read(asset.storage_key, start=start, end=end)
    first = await anext(chunks)  # raises while a failure can still be answered with a status
    return StreamingResponse(_continued(first, chunks), status_code=status, headers=headers)


def _headers(asset: MediaAsset) -> dict[str, str]:
    """Everything from the row, nothing from whoever uploaded it."""
    return {
        "Content-Type": asset.content_type,
        "Content-Disposition": f'inline; filename="{public_name_of(asset)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": f"public, max-age={_SECONDS_CACHED}",
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
