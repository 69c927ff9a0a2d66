"""Where media bytes live: a local folder, S3, GCS or Azure, behind one face."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

if TYPE_CHECKING:
    from obstore import GetOptions


class StorageUnavailable(Exception):
    """The object store failed or does not hold what it should."""


class Storage:
    """Puts, reads and deletes objects by key. Keys are ours; nothing of a client's is part of one."""

    CHUNK_BYTES = 1024 * 1024

    def __init__(self, url: str) -> None:
        self._store: ObjectStore = _local(url) if url.startswith("file:") else from_url(url)

    async def put(self, key: str, body: bytes) -> None:
        """Raises StorageUnavailable."""
        try:
            await obstore.put_async(self._store, key, body)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from error

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Store what may be too long for memory; nothing stands under `key` before the last chunk is in.

        Raises StorageUnavailable. An exception of `chunks` itself comes through as it is, unless it is an OSError.
        """
        try:
            await obstore.put_async(self._store, key, chunks, max_concurrency=2)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from error

    async def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """The object, or its bytes from `start` to before `end`, in chunks. Raises StorageUnavailable."""
        options: GetOptions = {}
        if end is not None:
            options = {"range": (start, end)}
        elif start:
            options = {"range": {"offset": start}}
        try:
            result = await obstore.get_async(self._store, key, options=options)
            async for chunk in result.stream(min_chunk_size=self.CHUNK_BYTES):
                yield bytes(chunk)
        except (obstore.exceptions.BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from error

    async def delete(self, key: str) -> None:
        """Deleting what is not there is no error. Raises StorageUnavailable."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
        except (obstore.exceptions.BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from error


def _local(url: str) -> LocalStore:
    path = Path(urlsplit(url).path)
    path.mkdir(parents=True, exist_ok=True)
    return LocalStore(path)
