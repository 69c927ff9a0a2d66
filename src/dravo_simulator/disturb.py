"""Where ordered faults meet calls: around the whole app, because a dying connection is the server's business."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dravo_simulator.addressed import networks_addressed
from dravo_simulator.arrival import arrived, connection_of
from dravo_simulator.calls import UNDER, token_of
from dravo_simulator.faults import Fault, Orders
from dravo_simulator.grants import RevokedBy
from dravo_simulator.hosts import split
from dravo_simulator.tiktok import events
from dravo_simulator.world import World


class ConnectionDropped(Exception):
    """Raised where no socket can be cut, that is when the app runs inside the caller's process."""


@dataclass(frozen=True)
class Throttle:
    """A 429 on order, which each network words in its own way."""

    until: float
    """Unix seconds of the simulator's clock."""
    remaining: int
    method: str
    path: str
    """On the network's host."""
    account: str | None


class Disturbing:
    def __init__(
        self,
        app: ASGIApp,
        world: World,
        orders: Orders,
        throttled: Mapping[str, Callable[[World, Throttle], Response]],
    ) -> None:
        self._app = app
        self._world = world
        self._orders = orders
        self._throttled = throttled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._take(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        # Whoever leaves in the middle of a body has made no call.
        with contextlib.suppress(ClientDisconnect):
            await self._disturb(fault, scope, receive, send)

    async def _disturb(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """What shall happen in spite of the disturbance happens to the whole call, also when its caller has left."""
        match fault.action:
            case "status":
                await _answer(send, fault)
            case "garbage":
                # The effect stays away and the caller gets what a broken proxy would say.
                await _send(send, 200, {"content-type": "text/html"}, b"<html><body>\x00 It works!")
            case "drop_before":
                await _drain(receive)
                await _cut(scope, receive)
            case "drop_after":
                async with arrived(receive) as whole:
                    await self._app(scope, whole, _swallow)
                await _cut(scope, receive)
            case "status_after":
                async with arrived(receive) as whole:
                    await self._app(scope, whole, _swallow)
                await _answer(send, fault)
            case "throttle":
                await self._throttle(fault, scope, receive, send)
            case "delay":
                async with arrived(receive) as whole:
                    await asyncio.sleep(1.0 if fault.seconds is None else fault.seconds)
                    await self._app(scope, whole, send)
            case _:
                self._end_token(fault, scope)
                await self._app(scope, receive, send)

    def _take(self, scope: Scope) -> Fault | None:
        method, path, now = scope["method"], scope["path"], self._world.now()
        networks = networks_addressed(self._world, path)
        return self._orders.take(method, path, networks, now, has_token=self._knows_token(scope))

    def _knows_token(self, scope: Scope) -> bool:
        token = token_of(scope)
        return token is not None and self._world.store.grants.find(token) is not None

    def _end_token(self, fault: Fault, scope: Scope) -> None:
        """The network itself then refuses the call, in its own words."""
        grant = self._world.store.grants.find(token_of(scope) or "")
        assert grant is not None, "the fault waited for a call with a token"
        with self._world.store.transaction():
            if fault.action == "expire_token":
                self._world.store.grants.expire(grant, self._world.now())
            else:
                # A role on a Page is lost on that Page alone; the rest ends whatever came of the consent.
                by = cast("RevokedBy", fault.reason or "user")
                self._world.revoke(grant, by, family=by != "role_lost")
                if grant.network == "tiktok":
                    events.authorization_removed(self._world, grant, events.BY_THE_USER)

    async def _throttle(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        assert fault.until is not None, "the order was checked"
        grant = self._world.store.grants.find(token_of(scope) or "")
        throttle = Throttle(
            until=fault.until.timestamp(),
            remaining=fault.remaining,
            method=scope["method"],
            path=split(scope["path"])[1],
            account=None if grant is None else grant.account,
        )
        await self._throttled[fault.network](self._world, throttle)(scope, receive, send)


async def _swallow(_message: Message) -> None:
    """The answer nobody will ever see."""


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _cut(scope: Scope, receive: Receive) -> None:
    """Ends the connection without a byte of answer. Raising would make uvicorn say 500, so the socket itself is cut."""
    connection = connection_of(scope.get(UNDER))
    if connection is None:
        raise ConnectionDropped
    connection.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, fault: Fault) -> None:
    body: Any = fault.body
    if isinstance(body, str):
        headers, content = {"content-type": "text/plain; charset=utf-8"}, body.encode()
    else:
        headers, content = {"content-type": "application/json"}, b"" if body is None else json.dumps(body).encode()
    ordered = {name.lower(): value for name, value in fault.headers.items()}
    await _send(send, fault.status, headers | ordered, content)


async def _send(send: Send, status: int, headers: dict[str, str], content: bytes) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    raw.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
