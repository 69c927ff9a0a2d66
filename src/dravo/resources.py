"""The only place where things are built: what a process holds from its start to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dravo.kit.crypto import Cipher
from dravo.kit.db import Database
from dravo.kit.http import GuardedHttp, NetworkHttp, network_client
from dravo.kit.queue import Bell
from dravo.kit.storage import Storage
from dravo.settings import Settings


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that reaches outside the process. `networks` is keyed by environment; `test` is there only with a simulator."""

    settings: Settings
    db: Database
    queue: Bell
    storage: Storage
    cipher: Cipher
    networks: dict[str, NetworkHttp]
    guarded: GuardedHttp

    @property
    def has_test_environment(self) -> bool:
        return "test" in self.networks


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Resources]:
    """Build, hand over, close in reverse order. Nothing connects before it is first used."""
    client = network_client()
    networks = {"live": NetworkHttp(client, simulator_url=None)}
    if settings.simulator_url is not None:
        networks["test"] = NetworkHttp(client, simulator_url=settings.simulator_url)
    resources = Resources(
        settings=settings,
        db=Database(settings.sqlalchemy_url),
        queue=Bell(settings.redis_url.get_secret_value() if settings.redis_url else None),
        storage=Storage(settings.storage_url),
        cipher=Cipher(settings.keys),
        networks=networks,
        guarded=GuardedHttp(),
    )
    try:
        yield resources
    finally:
        await resources.queue.aclose()
        await resources.guarded.aclose()
        await client.aclose()
        await resources.db.aclose()
