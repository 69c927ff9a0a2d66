"""The floor of throughput: the same bytes from the storage's folder to a server that only counts them."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx

CHUNK_BYTES = 1024 * 1024


def seconds_to_copy(file: Path, url: str) -> float:
    """Send the file in one request, as a stream, and answer how long that took. Raises ValueError if bytes were lost."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        began = time.perf_counter()
        answer = client.put(url, content=_chunks(file), headers={"content-length": str(file.stat().st_size)})
        took = time.perf_counter() - began
    if int(answer.raise_for_status().text) != file.stat().st_size:
        raise ValueError("the counting server has seen another number of bytes")
    return took


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk
