"""Faults on order: a status, a delay, garbage, or a connection that dies before or after the effect."""

import asyncio
import fnmatch
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS_OF_NETWORK = {
    "x": {"api.x.com"},
    "linkedin": {"api.linkedin.com", "www.linkedin.com"},
    "facebook": {"graph.facebook.com"},
    "instagram": {"graph.instagram.com", "graph.facebook.com"},
    "tiktok": {"open.tiktokapis.com"},
}


class Fault(BaseModel):
    """One order: the next ``count`` calls that match are disturbed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    network: Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
    method: str | None = None
    path: str | None = None
    """Beginning of the path after the host; ``*`` stands for anything."""
    count: int = Field(default=1, ge=1)
    action: Literal["status", "drop_before", "drop_after", "delay", "garbage"]
    status: int = Field(default=500, ge=100, le=599)
    body: Any = None
    """Of ``status``: a text is sent as it is, anything else as JSON."""
    seconds: float = Field(default=1.0, ge=0)

    def matches(self, method: str, host: str, path: str) -> bool:
        return (
            host in HOSTS_OF_NETWORK[self.network]
            and self.method in {None, method}
            and fnmatch.fnmatchcase(path, (self.path or "") + "*")
        )


class ConnectionDropped(Exception):
    """Raised where no socket can be cut, that is when the app runs inside the caller's process."""


class Faults:
    """Wraps the whole app: it must see the server's own ``send`` to reach the socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._orders: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._orders.append(fault)

    def clear(self) -> None:
        self._orders.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._take(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.action == "delay":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.action == "status":
            await _answer(send, fault)
        elif fault.action == "garbage":
            # The effect stays away and the caller gets what a broken proxy would say.
            await _send(send, 200, b"text/html", b"<html><body>\x00 It works!")
        elif fault.action == "drop_before":
            await _drain(receive)
            await _cut(receive, send)
        else:
            await self._app(scope, receive, _swallow)
            await _cut(receive, send)

    def _take(self, scope: Scope) -> Fault | None:
        host, _, rest = scope["path"].removeprefix("/").partition("/")
        for fault in self._orders:
            if fault.matches(scope["method"], host, "/" + rest):
                fault.count -= 1
                if fault.count == 0:
                    self._orders.remove(fault)
                return fault
        return None


async def _swallow(_message: Message) -> None:
    """The answer nobody will ever see."""


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _cut(receive: Receive, send: Send) -> None:
    """Ends the connection without a byte of answer.

    Raising would make uvicorn say 500, so the socket is taken from the request cycle that uvicorn's ``send`` is a
    method of.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionDropped
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, fault: Fault) -> None:
    if isinstance(fault.body, str):
        await _send(send, fault.status, b"text/plain; charset=utf-8", fault.body.encode())
    else:
        content = b"" if fault.body is None else json.dumps(fault.body).encode()
        await _send(send, fault.status, b"application/json", content)


async def _send(send: Send, status: int, kind: bytes, content: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
