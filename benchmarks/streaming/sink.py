"""A server that takes bytes, counts them and keeps none. Runs as `python -m benchmarks.streaming.sink PORT`."""

import sys

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any request with the number of bytes that came with it."""
    size = 0
    async for chunk in Request(scope, receive).stream():
        size += len(chunk)
    await PlainTextResponse(str(size))(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(count, host="127.0.0.1", port=int(sys.argv[1]), lifespan="off", access_log=False, log_level="warning")
