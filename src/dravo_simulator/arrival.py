"""A call that has arrived in full: what it does no longer depends on whether its caller waits for the answer."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

MOST_IN_MEMORY = 1024 * 1024
"""A body beyond so many bytes waits on disk."""
CHUNK_BYTES = 64 * 1024


@asynccontextmanager
async def arrived(receive: Receive) -> AsyncIterator[Receive]:
    """Waits for the whole body and hands it on as if it came now; it is kept until the end of the block.

    Raises ClientDisconnect when the caller leaves before its last byte.
    """
    with tempfile.SpooledTemporaryFile(MOST_IN_MEMORY) as body:
        is_coming = True
        while is_coming:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body.write(message.get("body", b""))
            is_coming = message.get("more_body", False)
        size = body.tell()
        body.seek(0)
        is_handed_on = False

        async def again() -> Message:
            nonlocal is_handed_on
            if is_handed_on:
                return await receive()
            chunk = body.read(CHUNK_BYTES)
            is_handed_on = body.tell() == size
            return {"type": "http.request", "body": chunk, "more_body": not is_handed_on}

        yield again


def connection_of(send: Any) -> Any:
    """The transport under the server's own ``send``, or None where there is no socket.

    uvicorn's ``send`` is a method of its request cycle, which knows the transport; no part of ASGI leads there.
    """
    return getattr(getattr(send, "__self__", None), "transport", None)


def is_waited_for(send: Any) -> bool:
    """Whether the caller is still there to get an answer."""
    connection = connection_of(send)
    return connection is None or not connection.is_closing()
