"""What every answer of a Graph host carries: the version that was spoken, and how much of its quota a caller has used."""

import json
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dravo_simulator.blobs import Received
from dravo_simulator.store import JSON
from dravo_simulator.world import World

NOTE = "dravo_simulator.graph"
"""Where the scope keeps what is learnt of a call on its way in."""
USE_CASES = {"facebook": "pages", "instagram": "instagram"}
"""The ``type`` of an account's usage (Rate limits page, read 2026-09-11)."""


@dataclass
class Note:
    """Of one call: who is counted, what is told of the version, and the files that nobody may have taken."""

    version: str | None = None
    account: str | None = None
    """The Page or Instagram account whose quota it is; None for a person's or an app's token, which only the app's concerns."""
    network: str = "facebook"
    files: dict[str, Received] = field(default_factory=dict)


class GraphHost:
    """Wraps the routes of a Graph host."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note = Note()

        async def telling_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in usage(self._world, note.account, note.network).items():
                    headers.setdefault(name, value)
                if note.version is not None:
                    headers["facebook-api-version"] = note.version
            await send(message)

        try:
            # Meta's own client library ends its paths with a slash.
            await self._app({**scope, "path": scope["path"].rstrip("/"), NOTE: note}, receive, telling_send)
        finally:
            for file in note.files.values():
                file.discard()


def note_of(scope: Scope) -> Note:
    note = scope[NOTE]
    assert isinstance(note, Note)
    return note


def usage(
    world: World,
    account: str | None,
    network: str,
    *,
    minutes: int = 0,
    of_app: int | None = None,
    of_account: int | None = None,
) -> dict[str, str]:
    """The two usage headers. ``minutes`` until the account is let in again; percents in place of what the settings say."""
    headers = {"x-app-usage": json.dumps(_counted(world.settings.graph_app_usage if of_app is None else of_app))}
    if account is not None:
        told: JSON = {"type": USE_CASES[network]}
        told |= _counted(world.settings.graph_account_usage if of_account is None else of_account)
        told["estimated_time_to_regain_access"] = minutes
        headers["x-business-use-case-usage"] = json.dumps({account: [told]})
    return headers


def _counted(percent: int) -> JSON:
    return {"call_count": percent, "total_cputime": min(percent, 25), "total_time": min(percent, 25)}
