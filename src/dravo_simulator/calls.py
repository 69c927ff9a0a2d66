"""The record of every call that a network received, so that a test can ask what was sent, and what was not."""

import base64
import binascii
from collections import deque
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dravo_simulator.arrival import is_waited_for
from dravo_simulator.hosts import networks_of, split
from dravo_simulator.store import JSON
from dravo_simulator.world import World, rfc3339

MOST_CALLS = 2000
HIDDEN = "(hidden)"
SECRET_PARAMETERS = {
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "fb_exchange_token",
    "input_token",
    "refresh_token",
    "token",
    "upload_token",
}
SECRET_HEADERS = {"cookie", "proxy-authorization"}
UNDER = "dravo_simulator.send"
"""Where the scope keeps the server's own ``send``, by which a fault reaches the socket."""


class Calls:
    """The last calls, oldest first, in memory: a restart forgets them."""

    def __init__(self) -> None:
        self._kept: deque[JSON] = deque(maxlen=MOST_CALLS)
        self._number = 0

    def add(self, call: JSON) -> JSON:
        self._number += 1
        call["number"] = self._number
        self._kept.append(call)
        return call

    def all(self, network: str | None = None) -> list[JSON]:
        return [call for call in self._kept if network in {None, call["network"]}]

    def clear(self) -> None:
        self._kept.clear()


class Recording:
    """Wraps the whole app. What is addressed to the simulator itself is not recorded."""

    def __init__(self, app: ASGIApp, world: World, calls: Calls) -> None:
        self._app = app
        self._world = world
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = networks_of(split(scope["path"])[0]) if scope["type"] == "http" else []
        if not known:
            await self._app(scope, receive, send)
            return
        call = self._calls.add(self._describe(scope, known))

        async def counting_receive() -> Message:
            message = await receive()
            call["body_bytes"] += len(message.get("body", b""))
            return message

        async def watching_send(message: Message) -> None:
            if message["type"] == "http.response.start" and is_waited_for(send):
                call["status"] = message["status"]
            await send(message)

        await self._app({**scope, UNDER: send}, counting_receive, watching_send)

    def _describe(self, scope: Scope, known: list[str]) -> JSON:
        host, path = split(scope["path"])
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        token = token_of(scope)
        grant = self._world.store.grants.find(token) if token else None
        return {
            "network": grant.network if grant is not None and grant.network in known else known[0],
            "at": rfc3339(self._world.now()),
            "method": scope["method"],
            "host": host,
            "path": path,
            "query": {name: self._parameter(name, value) for name, value in query},
            "headers": _joined([(name, self._header(name, value)) for name, value in headers]),
            "account": None if grant is None else grant.account,
            "body_bytes": 0,
            "status": None,
        }

    def _parameter(self, name: str, value: str) -> str:
        return self._owner(value) if name in SECRET_PARAMETERS else value

    def _header(self, name: str, value: str) -> str:
        if name == "authorization":
            scheme, _, credential = value.partition(" ")
            return f"{scheme} {self._owner(_client_id(credential) if scheme == 'Basic' else credential)}"
        return HIDDEN if name in SECRET_HEADERS else value

    def _owner(self, credential: str) -> str:
        """A credential by what it is and whose, never by its value."""
        grant = self._world.store.grants.find(credential)
        if grant is not None:
            return f"({grant.kind} token of {grant.network} {grant.account or 'app ' + grant.app})"
        if any(app.client_id == credential for app in self._world.store.apps.all()):
            return f"(secret of app {credential})"
        return HIDDEN


def token_of(scope: Scope) -> str | None:
    """The access token of a call: of its Authorization header, or of its query as Graph allows."""
    for name, value in scope["headers"]:
        scheme, _, token = value.decode("latin-1").partition(" ")
        if name == b"authorization" and scheme in {"Bearer", "OAuth"} and token:
            return str(token)
    return dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("access_token")


def _client_id(credential: str) -> str:
    try:
        return base64.b64decode(credential, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return credential


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
