"""A whole house of real processes with short times: Postgres, Valkey, the networks, the API, and workers to be killed."""

import asyncio
import base64
import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx
from sqlalchemy import text

from chaos.checker import Verdict, check
from chaos.nursery import Forked, Nursery
from conformance.cases import Case
from conformance.house import House, Posted
from dravo.auth import service
from dravo.cli.db import upgrade
from dravo.kit.ids import Key, new_id
from dravo.kit.queue import Ring
from dravo.lifecycle.states import FINAL
from dravo.local import postgres, valkey
from dravo.local.ports import free_port
from dravo.local.probe import http_probe
from dravo.local.process import Child, ChildSpec
from dravo.local.server import Server
from dravo.models import Delivery
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources, opened
from dravo.settings import Settings, child_environment
from support.book import Book
from support.clock import Clock
from support.simulator import Control, Simulator
from support.time import Time

LEASE_SECONDS = 2.0
SHORT = {
    "lease_seconds": str(LEASE_SECONDS),
    "heartbeat_seconds": "0.5",
    "dispatch_seconds": "0.1",
    "ring_again_seconds": "1",
    "commit_seconds": "1.5",
    "commit_margin_seconds": "0.5",
    "retry_base_seconds": "0.3",
    "retry_cap_seconds": "1",
    "patience_factor": "0.02",
    "look_seconds": "5,30,60,120,240,480",
    "list_quarantine_seconds": "120",
    "log_level": "info",
    "grace_seconds": "5",
}
"""The same code in a hurry: leases of 2 s; looks after 0.1 to 9.6 s; absence believed after 1.2 s, of a list after 2.4 s."""

ALL = tuple(PLATFORMS)
FAULTS_OF_OURS = ('"alert": "dispatch_failed"', '"alert": "internal_error"', "Traceback (most recent call last):\n")


class Parked(Book):
    """Posts lie still until they are let go: whoever kills their workers must have said where before."""

    async def post(self, *accounts: str, **more: Any) -> list[Key]:
        return await super().post(*accounts, **({"scheduled_in": timedelta(days=300)} | more))

    async def let_go(self, *keys: Key) -> None:
        """Due now, as if they had just been accepted, and rung for."""
        ids = [key.id for key in keys]
        async with self.resources.db.transaction() as session:
            await session.execute(
                text(
                    "UPDATE posts SET status = 'queued', scheduled_at = NULL WHERE id IN"
                    " (SELECT post_id FROM deliveries WHERE id = ANY(:ids))"
                ),
                {"ids": ids},
            )
            rows = await session.execute(
                text(
                    "UPDATE deliveries SET status = 'queued', due_at = dravo_now(), due_since = dravo_now(), wake = wake + 1,"
                    " rung_at = dravo_now() WHERE id = ANY(:ids) RETURNING id, platform, wake"
                ),
                {"ids": ids},
            )
            rings = [Ring(self.key(row.id), row.platform, row.wake) for row in rows]
        self.resources.queue.ring(rings)


@dataclass
class Fleet:
    """So many workers, each started anew when it dies."""

    nursery: Nursery
    env: dict[str, str]
    log: Path
    groups: Sequence[Sequence[str]]
    """The networks that each of the workers serves."""
    hours: Sequence[float] = (0,)
    alarms: list[str] = field(default_factory=list)
    """What the workers have called faults of their own, when they are gone; no fault of others explains these."""
    workers: list[Forked] = field(default_factory=list)
    deaths: int = 0
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        for number in range(len(self.groups)):
            self.workers.append(await self._new(number))
        self._keepers = [asyncio.create_task(self._keep(number)) for number in range(len(self.groups))]
        return self

    async def __aexit__(self, *_: object) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for worker in self.workers:
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGKILL)
        await asyncio.gather(*(worker.dead.wait() for worker in self.workers))
        log = self.log.read_text(errors="replace")
        self.alarms += [f"workers logged {name} {log.count(name)} times" for name in FAULTS_OF_OURS if name in log]

    async def until_at_work(self, *, within: float = 10) -> None:
        """Wait until every worker has said that it is ready, which it does once."""
        until = time.monotonic() + within
        while self._said().count("worker_started") < len(self.workers) + self.deaths:
            assert time.monotonic() < until, f"not all workers began: {self._said()[-2000:]}"
            await asyncio.sleep(0.05)

    def _said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    async def _new(self, number: int) -> Forked:
        hours = self.hours[number % len(self.hours)]
        return await self.nursery.fork(self.groups[number], self.env, self.log, hours=hours)

    async def _keep(self, number: int) -> None:
        while True:
            await self.workers[number].dead.wait()
            self.deaths += 1
            self.workers[number] = await self._new(number)


@dataclass
class ChaosHouse:
    """Everything that a row of faults needs."""

    folder: Path
    settings: Settings
    resources: Resources
    book: Parked
    house: House
    control: Control
    nursery: Nursery
    servers: dict[str, Server]
    api: httpx.AsyncClient
    key: str
    orders: Path
    alarms: list[str] = field(default_factory=list)

    def fleet(self, groups: Sequence[Sequence[str]], *, hours: Sequence[float] = (0,), **changed: str) -> Fleet:
        """Workers with the house's settings, some of them `changed`."""
        values = SHORT | self.variables | changed
        env = {f"DRAVO_{name.upper()}": value for name, value in values.items()}
        env["DRAVO_CRASH_ORDERS"] = str(self.orders)
        log = self.folder / f"workers-{new_id('log')}.log"
        return Fleet(self.nursery, env, log, groups, hours, self.alarms)

    @property
    def variables(self) -> dict[str, str]:
        settings = self.settings
        assert settings.redis_url is not None
        return {
            "database_url": settings.database_url.get_secret_value(),
            "redis_url": settings.redis_url.get_secret_value(),
            "encryption_keys": ",".join(f"{name}:{key.get_secret_value()}" for name, key in settings.encryption_keys),
            "storage_url": settings.storage_url,
            "simulator_url": str(settings.simulator_url),
            "public_url": settings.public_url,
        }

    def order(self, place: str, subject: str, wanted: signal.Signals = signal.SIGKILL) -> Path:
        """Have the next process that comes to this place for this subject obey a signal; the file is gone when it has."""
        order = self.orders / f"{place}@{subject}"
        order.write_text(wanted.name)
        return order

    async def post(self, case: Case, *, comment: bool = True, words: str | None = None) -> Posted:
        """A parked post of its own account."""
        return await self.house.post(case, comment=comment and case.has_comments, words=words or f"Words {new_id('w')}")

    async def settled(self, keys: Sequence[Key], *, within: float) -> list[Delivery]:
        """Wait until nothing more is done about these deliveries; all of them, those that are still moving included."""
        until = time.monotonic() + within
        while True:
            async with self.resources.db.transaction() as session:
                left = await session.scalar(
                    text(
                        "SELECT count(*) FROM deliveries WHERE id = ANY(:ids) AND"
                        " (status NOT IN ('published', 'failed', 'canceled', 'unconfirmed') OR next_look_at IS NOT NULL)"
                    ),
                    {"ids": [key.id for key in keys]},
                )
            if not left or time.monotonic() > until:
                return [await self.book.delivery(key) for key in keys]
            await asyncio.sleep(0.1)

    async def new_world(self) -> None:
        """No accounts, no posts, no effects; networks that process quickly."""
        async with self.resources.db.transaction() as session:
            await session.execute(text("DELETE FROM workspaces WHERE id <> :id"), {"id": self.book.workspace_id})
            for table in (
                "posts",
                "accounts",
                "media_assets",
                "webhook_events",
                "idempotency_records",
                "holds",
                "budgets",
            ):
                await session.execute(text(f"DELETE FROM {table}"))
        self.alarms.clear()
        await self.control.reset()
        await self.control.settings(processing_seconds=0.2)
        for order in self.orders.iterdir():
            order.unlink()

    async def judged(self, **more: Any) -> Verdict:
        """What the judge says of the book and of all that the networks have seen since the last new world."""
        return await check(self.resources.db, await self.ledger(), settings=self.settings, **more)

    async def ledger(self) -> list[dict[str, Any]]:
        return list((await self.control.http.get("/_control/ledger")).json()["items"])


def is_settled(delivery: Delivery) -> bool:
    return delivery.status in FINAL and delivery.next_look_at is None


def _folder_of_orders(folder: Path) -> Path:
    orders = folder / "orders"
    orders.mkdir(parents=True, exist_ok=True)
    return orders


def _api(folder: Path, port: int, environment: dict[str, str]) -> Child:
    probe = http_probe(port, "/healthz")
    argv = [sys.executable, "-m", "dravo", "api", "--host", "127.0.0.1", "--port", str(port)]
    child = Child(ChildSpec(name="api", argv=argv, data_dir=folder, env=environment, ready=probe))
    child.wait_ready(probe.ask)
    return child


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[ChaosHouse]:
    """Bring everything up but the workers, and leave no process behind."""
    orders = _folder_of_orders(folder)
    port = free_port()
    with contextlib.ExitStack() as children:
        book, bell = postgres.prepare(folder), valkey.prepare(folder)
        for server in (book, bell):
            children.callback(server.stop)
            server.start()
        await asyncio.to_thread(upgrade, book.url)
        simulator = Simulator.start(folder, verified_origin=f"http://127.0.0.1:{port}")
        children.callback(simulator.child.stop)
        values = SHORT | {
            "database_url": book.url,
            "redis_url": bell.url,
            "encryption_keys": f"k1:{base64.b64encode(bytes(range(32))).decode()}",
            "storage_url": f"file://{folder}/storage",
            "simulator_url": simulator.url,
            "public_url": f"http://127.0.0.1:{port}",
        }
        api = _api(folder, port, child_environment(**values))
        children.callback(api.stop)
        settings = Settings.model_validate(values)
        nursery = await Nursery.start()
        try:
            async with (
                opened(settings) as resources,
                httpx.AsyncClient(base_url=simulator.url, trust_env=False, timeout=30) as networks,
                httpx.AsyncClient(base_url=settings.public_url, trust_env=False, timeout=30) as door,
            ):
                yield await _ready(
                    folder, settings, resources, networks, door, nursery, {"book": book, "bell": bell}, orders
                )
        finally:
            await nursery.stop()


async def _ready(
    folder: Path,
    settings: Settings,
    resources: Resources,
    networks: httpx.AsyncClient,
    door: httpx.AsyncClient,
    nursery: Nursery,
    servers: dict[str, Server],
    orders: Path,
) -> ChaosHouse:
    async with resources.db.transaction() as session:
        workspace = await service.create_workspace(session, "Chaos")
        _, key = await service.create_key(session, workspace.id, "test", "chaos")
    door.headers["authorization"] = f"Bearer {key}"
    book, control = Parked(resources, workspace.id), Control(networks)
    clock = Clock(None)  # type: ignore[arg-type]  # nobody moves time here
    house = House(resources, book, Time(clock, resources, networks), control)
    made = ChaosHouse(folder, settings, resources, book, house, control, nursery, servers, door, key, orders)
    await made.new_world()
    return made
