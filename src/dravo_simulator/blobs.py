"""Media bytes: files in a folder, told apart by their SHA-256, and the rows that say what they are.

Uploads are written in chunks as they arrive, so a gigabyte costs a gigabyte of disk and no memory.
"""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import tempfile
import uuid
import weakref
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dravo_simulator.probe import Facts, probe_now

CHUNK_BYTES = 1024 * 1024


class TooLarge(Exception):
    """More bytes came than were allowed; none of them is kept."""


@dataclass(frozen=True)
class Blob:
    """A medium that is kept. ``facts`` is what `probe.Facts.shown` said of it, empty for what is neither picture nor video."""

    sha256: str
    content_type: str
    size: int
    path: Path
    facts: dict[str, Any]

    @property
    def bytes(self) -> bytes:
        """All of it in memory: for small media only."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Received:
    """Bytes on disk that are not a medium yet: keep it, join it with others, or discard it."""

    path: Path
    size: int
    sha256: str

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class Blobs:
    """The folder and the table ``blobs`` beside it. Without a state file the folder lasts as long as the process."""

    def __init__(self, db: sqlite3.Connection, state: str | None) -> None:
        self._db = db
        self._folder = Path(tempfile.mkdtemp(prefix="dravo-simulator-")) if state is None else Path(f"{state}.media")
        self._parts = self._folder / "parts"
        self._parts.mkdir(parents=True, exist_ok=True)
        self._end = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True) if state is None else None

    def close(self) -> None:
        if self._end is not None:
            self._end()

    def clear(self) -> None:
        """Removes the files; the rows go with the other tables."""
        for path in [*self._parts.iterdir(), *(path for path in self._folder.iterdir() if path.is_file())]:
            path.unlink(missing_ok=True)

    async def receive(self, chunks: AsyncIterable[bytes], *, at_most: int | None = None) -> Received:
        """Writes a stream to disk, for example ``request.stream()``. Raises TooLarge beyond ``at_most`` bytes."""
        arriving = _Arriving(self._new_part())
        try:
            async for chunk in chunks:
                arriving.write(chunk, at_most)
        except BaseException:
            arriving.end().discard()
            raise
        return arriving.end()

    async def join(self, parts: Sequence[Path]) -> Received:
        """One file out of several, in that order. The parts stay."""
        return await asyncio.to_thread(self._join, parts)

    def part(self, name: str) -> Path:
        """The file of something received, by its name (``received.path.name``), which an object may remember."""
        return self._parts / Path(name).name

    def discard(self, name: str) -> None:
        """Removes something received, by its name."""
        self.part(name).unlink(missing_ok=True)

    def keep(self, received: Received, content_type: str, facts: Facts | None = None) -> Blob:
        """Makes a medium of what was received. The row belongs to the caller's transaction."""
        path = self._folder / received.sha256
        received.path.replace(path)
        return self._row(Blob(received.sha256, content_type, received.size, path, facts.shown() if facts else {}))

    def add(self, content: bytes, content_type: str) -> Blob:
        """Keeps small media that are in memory already, and reads their facts."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._folder / sha256
        if not path.exists():
            part = self._new_part()
            part.write_bytes(content)
            part.replace(path)
        facts = probe_now(path)
        return self._row(Blob(sha256, content_type, len(content), path, facts.shown() if facts else {}))

    def get(self, sha256: str) -> Blob | None:
        query = "SELECT content_type, size, facts FROM blobs WHERE sha256 = ?"
        row = self._db.execute(query, (sha256,)).fetchone()
        return None if row is None else Blob(sha256, row[0], row[1], self._folder / sha256, json.loads(row[2]))

    def _row(self, blob: Blob) -> Blob:
        row = (blob.sha256, blob.content_type, blob.size, json.dumps(blob.facts))
        self._db.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?, ?, ?)", row)
        return blob

    def _new_part(self) -> Path:
        return self._parts / uuid.uuid4().hex

    def _join(self, parts: Sequence[Path]) -> Received:
        whole = _Arriving(self._new_part())
        try:
            for part in parts:
                with part.open("rb") as file:
                    while chunk := file.read(CHUNK_BYTES):
                        whole.write(chunk)
        except BaseException:  # a part may be gone, when the simulator ends or is reset meanwhile
            whole.end().discard()
            raise
        return whole.end()


class _Arriving:
    """A file that is being written, measured on the way."""

    def __init__(self, path: Path) -> None:
        self.size = 0
        self._path = path
        self._file = path.open("wb")
        self._digest = hashlib.sha256()

    def write(self, chunk: bytes, at_most: int | None = None) -> None:
        self.size += len(chunk)
        if at_most is not None and self.size > at_most:
            raise TooLarge
        self._file.write(chunk)
        self._digest.update(chunk)

    def end(self) -> Received:
        self._file.close()
        return Received(self._path, self.size, self._digest.hexdigest())
