"""From a file on disk to an asset: looked at, stored, written down, in this order."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import IO

from dravo.kit.ids import new_id
from dravo.media import queries
from dravo.media.inspection import inspect
from dravo.media.probe import TYPES
from dravo.models.media import MediaAsset
from dravo.resources import Resources

MAX_FILE_BYTES = 100_000_000
KEPT = timedelta(days=60)
_CHUNK_BYTES = 1024 * 1024


async def ingest(resources: Resources, workspace_id: str, environment: str, source: IO[bytes]) -> MediaAsset:
    """Make an asset of a temporary file (one with a descriptor). Raises UnusableMedia, StorageUnavailable, DatabaseUnavailable.

    The row is written after the bytes are there. Should that fail, the bytes stay: the failure may have been only the
    lost answer of a commit that stands, and a row without bytes is worse than bytes without a row.
    """
    await asyncio.to_thread(source.flush)
    descriptor = source.fileno()  # a spooled file moves to disk now
    facts = await inspect(source)
    asset_id = new_id("media")
    storage_key = f"{environment}/{workspace_id}/{asset_id}"
    digest = hashlib.sha256()
    await resources.storage.put_stream(storage_key, _chunks(descriptor, digest.update))
    async with resources.db.transaction() as session:
        created_at = await queries.time(session)
        asset = MediaAsset(
            workspace_id=workspace_id,
            environment=environment,
            id=asset_id,
            storage_key=storage_key,
            kind=TYPES[facts.content_type].kind,
            content_type=facts.content_type,
            size_bytes=os.fstat(descriptor).st_size,
            sha256=digest.hexdigest(),
            width=facts.width,
            height=facts.height,
            duration_ms=facts.duration_ms,
            details=facts.details,
            created_at=created_at,
            expires_at=created_at + KEPT,
        )
        session.add(asset)
    return asset


async def _chunks(descriptor: int, also: Callable[[bytes], None]) -> AsyncIterator[bytes]:
    """The file from its beginning, wherever its position stands: the probe shares it and has moved it."""
    offset = 0
    while chunk := await asyncio.to_thread(os.pread, descriptor, _CHUNK_BYTES, offset):
        also(chunk)
        offset += len(chunk)
        yield chunk
