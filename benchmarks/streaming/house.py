"""The processes of a measurement: real servers from wheels, the simulator, a counting server, and workers one after another."""

import asyncio
import base64
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dravo.accounts.simulate import simulate
from dravo.auth.service import create_workspace
from dravo.cli.db import upgrade
from dravo.kit.http import Request
from dravo.local import postgres, valkey
from dravo.local.ports import free_port
from dravo.local.probe import http_probe
from dravo.local.process import Child, ChildSpec
from dravo.resources import Resources, opened
from dravo.settings import Settings, child_environment

ATTRIBUTES: Mapping[str, dict[str, Any]] = {"x": {"long_videos": True}, "linkedin": {}}
"""The networks that are measured, and what is special about the account: X lets some have videos over 512 MB."""

SIMULATOR = {"processing_seconds": 0.0, "rate_limits": False}
"""A network that is ready at once and never tired: what is measured is Dravo."""


@dataclass(frozen=True, slots=True)
class House:
    """What stands. `accounts` by network; `settings` are those of a worker (`DRAVO_<NAME>`), secrets among them."""

    folder: Path
    resources: Resources
    workspace_id: str
    accounts: dict[str, str]
    sink_url: str
    settings: dict[str, str] = field(repr=False)

    @property
    def storage(self) -> Path:
        """The folder in which the media lie under their storage keys."""
        return self.folder / "storage"

    @asynccontextmanager
    async def worker(self, name: str) -> AsyncIterator[int]:
        """A fresh worker for the length of the block; its pid."""
        spec = ChildSpec(
            name=name,
            argv=[sys.executable, "-m", "benchmarks.streaming.larger_videos", "worker"],
            data_dir=self.folder,
            env=child_environment(**self.settings),
            signals=(signal.SIGTERM,),
            grace_seconds=45,
        )
        async with _alive(spec) as child:
            yield child.pid


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[House]:
    """Bring everything up but the worker, hand it over, and leave no process behind. Raises LocalError."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(postgres.running(folder))
        bell = await stack.enter_async_context(valkey.running(folder))
        await asyncio.to_thread(upgrade, database.url)
        simulator = await stack.enter_async_context(_served(folder, "simulator"))
        sink = await stack.enter_async_context(_served(folder, "sink"))
        settings = {
            "database_url": database.url,
            "redis_url": bell.url,
            "storage_url": f"file://{folder}/storage",
            "simulator_url": simulator,
            "encryption_keys": "bench:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "log_format": "text",
        }
        resources = await stack.enter_async_context(opened(Settings.model_validate(settings)))
        async with resources.db.transaction() as session:
            workspace_id = (await create_workspace(session, "Benchmark")).id
        await _set_simulator(resources, simulator)
        accounts = {
            network: await simulate(resources, workspace_id, network, attributes=attributes)
            for network, attributes in ATTRIBUTES.items()
        }
        yield House(folder, resources, workspace_id, accounts, sink, settings)


@asynccontextmanager
async def _served(folder: Path, name: str) -> AsyncIterator[str]:
    """The simulator or the sink; its origin."""
    port = free_port()
    commands = {
        "simulator": ["dravo_simulator", "--port", str(port), "--state", str(folder / "simulator.sqlite")],
        "sink": ["benchmarks.streaming.sink", str(port)],
    }
    spec = ChildSpec(
        name=name,
        argv=[sys.executable, "-m", *commands[name]],
        data_dir=folder,
        ready=http_probe(port, "/healthz"),
    )
    async with _alive(spec):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _alive(spec: ChildSpec) -> AsyncIterator[Child]:
    child = Child(spec)
    try:
        await child.until_ready()
        yield child
    finally:
        await child.end()


async def _set_simulator(resources: Resources, origin: str) -> None:
    request = Request(method="POST", url=f"{origin}/_control/settings", json=SIMULATOR, auth="none")
    reply = await resources.networks["test"].send(request, token="")
    assert reply.ok, f"the simulator answered {reply.status} to its settings"
