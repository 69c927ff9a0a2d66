"""Events on their way to an app's address: signed, and sent again until it answers 200 (webhooks overview, read 2026-11)."""

import hashlib
import hmac
import logging

from dravo_simulator.errands import Errands
from dravo_simulator.fetch import Fetcher, FetchFailed
from dravo_simulator.store import Stored
from dravo_simulator.world import World

logger = logging.getLogger("dravo_simulator")
QUEUE = "tiktok webhook"
"""Under which the store keeps what is not delivered yet."""
FIRST_WAIT_SECONDS = 10.0
"""Doubled after each attempt. That it grows is documented, not how."""
GIVEN_UP_AFTER_SECONDS = 72 * 3600.0
OK = 200


class Webhooks(Errands):
    """``app.state.webhooks``: one errand for each event."""

    def __init__(self, fetcher: Fetcher, world: World) -> None:
        super().__init__(self._send)
        self._fetcher = fetcher
        self._world = world

    async def settle(self) -> None:
        """Sends what is due by the simulator's clock; each event once at a time."""
        due = [name for name in self._world.store.watched(QUEUE) if self._due(name) is not None]
        await self.wait(due)

    async def _send(self, event_id: str) -> None:
        event = self._due(event_id)
        if event is None:
            return  # a reset has forgotten it meanwhile
        url = address_of(self._world, event.data["app"])
        was_taken = url is not None and await self._is_taken(url, event)
        store = self._world.store
        if store.get("tiktok", "event", event_id) is None:
            return
        attempts = event.data["attempts"] + 1
        due_at = self._world.now() + FIRST_WAIT_SECONDS * 2 ** (attempts - 1)
        with store.transaction():
            self._world.change("tiktok", event, attempts=attempts, due_at=due_at)
            if was_taken or url is None or due_at > event.at + GIVEN_UP_AFTER_SECONDS:
                store.unwatch(QUEUE, event.id)

    async def _is_taken(self, url: str, event: Stored) -> bool:
        body: str = event.data["body"]
        headers = {
            "Content-Type": "application/json",
            "Tiktok-Signature": signature(self._secret(event.data["app"]), int(self._world.now()), body),
        }
        try:
            async with self._fetcher.opened(url, method="POST", content=body.encode(), headers=headers) as answer:
                return answer.status == OK
        except FetchFailed as failure:
            logger.info("a webhook of TikTok was not taken: %s", failure)
            return False

    def _due(self, event_id: str) -> Stored | None:
        """The event as it is now, while its time has come."""
        event = self._world.store.get("tiktok", "event", event_id)
        return event if event is not None and event.data["due_at"] <= self._world.now() else None

    def _secret(self, client_key: str) -> str:
        app = self._world.store.apps.get("tiktok", client_key)
        assert app is not None, "only an app has an address"
        return app.client_secret or ""


def signature(secret: str, moment: int, body: str) -> str:
    """The header ``Tiktok-Signature`` of a body that is sent at that moment (Unix seconds)."""
    digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},s={digest}"


def add(world: World, client_key: str, account: str, body: str) -> None:
    """Puts an event on its way, if its app has an address. Inside the caller's transaction."""
    if address_of(world, client_key) is None:
        return
    event_id = world.snowflake()
    data = {"app": client_key, "body": body, "attempts": 0, "due_at": world.now()}
    world.create("tiktok", "event", event_id, account, data)
    world.store.watch(QUEUE, event_id)


def address_of(world: World, client_key: str) -> str | None:
    """Where an app wants its events; None: nowhere."""
    address: str | None = world.store.fact(_address(client_key))
    return address


def set_address(world: World, client_key: str, url: str | None) -> None:
    world.store.set_fact(_address(client_key), url)


def _address(client_key: str) -> str:
    return f"tiktok webhook {client_key}"
