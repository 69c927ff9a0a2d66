"""What is left in memory of files that were sent. A process that sends a video sends hundreds of its parts."""

import gc
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from dravo.kit.http import NetworkHttp, Payload, Request

SIZE = 1024 * 1024


class Network(httpx.AsyncBaseTransport):
    """Takes everything, keeps only its length."""

    def __init__(self) -> None:
        self.received: list[int] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.received.append(sum([len(chunk) async for chunk in request.stream]))
        return httpx.Response(200, json={})


@pytest.fixture
def without_collector() -> Iterator[None]:
    """Nothing but its last reference frees an object; what is allocated is counted."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
        gc.enable()


async def _zeros() -> AsyncIterator[bytes]:
    yield bytes(SIZE)


async def test_bytes_of_a_file_are_freed_with_its_answer(without_collector: None) -> None:
    network = Network()
    async with httpx.AsyncClient(transport=network) as client:
        http = NetworkHttp(client, simulator_url=None)
        part = Payload("video/mp4", SIZE, "0", _zeros)
        for _ in range(3):
            await http.send(Request(method="POST", host="api.x.com", path="/", files={"media": part}), token="t")
        held, _ = tracemalloc.get_traced_memory()
    assert all(size > SIZE for size in network.received)
    assert len(network.received) == 3
    assert held < SIZE
