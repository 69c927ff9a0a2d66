"""The whole house on one machine: servers from wheels, migrations, API, worker and simulator, under one supervisor."""

import asyncio
import base64
import json
import secrets
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dravo.cli.db import upgrade
from dravo.cli.seed import Seeded, seed
from dravo.local import postgres, valkey
from dravo.local.errors import LocalError
from dravo.local.lock import exclusive
from dravo.local.ports import is_free
from dravo.local.private import write_private
from dravo.local.probe import http_probe
from dravo.local.process import ChildSpec, end_leftovers
from dravo.local.supervisor import Supervisor
from dravo.resources import opened
from dravo.settings import LocalSettings, Settings, child_environment


@dataclass
class House:
    """What stands: where it answers, who may call, and the processes. Written to `dev.json` whenever a process changes."""

    data_dir: Path
    base_url: str
    simulator_url: str
    seeded: Seeded | None = None
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.data_dir / "dev.json"

    @property
    def variables(self) -> Path:
        """What other commands need to work on this house, for a shell: `(set -a; . FILE; dravo accounts list)`."""
        return self.data_dir / "house.env"

    async def changed(self, pids: dict[str, int]) -> None:
        """A process was started (again). The file appears once everything stands, and is replaced whole after that."""
        self.pids = pids
        if self.seeded is None or "worker" not in pids:
            return
        facts = {
            "base_url": self.base_url,
            "simulator_url": self.simulator_url,
            "api_key": self.seeded.api_key,
            "accounts": self.seeded.accounts,
            "pids": pids,
        }
        write_private(self.file, json.dumps(facts, indent=2) + "\n")


@asynccontextmanager
async def standing(data_dir: Path, port: int, simulator_port: int) -> AsyncIterator[tuple[House, Supervisor]]:
    """Bring everything up, hand it over, and leave no process behind. Raises LocalError with a sentence for the user."""
    data_dir = data_dir.resolve()
    with exclusive(data_dir):
        end_leftovers(data_dir)
        _check_ports(port, simulator_port)
        house = House(data_dir, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}")
        house.file.unlink(missing_ok=True)  # the one of last time tells of processes that are gone
        try:
            async with Supervisor(house.changed) as supervisor:
                await _bring_up(house, supervisor, port, simulator_port)
                yield house, supervisor
        finally:
            house.file.unlink(missing_ok=True)
            house.variables.unlink(missing_ok=True)


async def _bring_up(house: House, supervisor: Supervisor, port: int, simulator_port: int) -> None:
    given = LocalSettings()
    data_dir = house.data_dir
    overrides = {
        "public_url": house.base_url,
        "simulator_url": house.simulator_url,
        "storage_url": given.storage_url or f"file://{data_dir}/storage",
        "encryption_keys": given.encryption_keys.get_secret_value() if given.encryption_keys else _own_key(data_dir),
        "lease_seconds": given.lease_seconds,
        "heartbeat_seconds": given.heartbeat_seconds,
        "commit_seconds": given.commit_seconds,
        "commit_margin_seconds": given.commit_margin_seconds,
        "log_format": given.log_format,
    }
    if given.database_url is None:
        server = postgres.prepare(data_dir)
        overrides["database_url"] = server.url
        await supervisor.start(server.spec)
    else:
        overrides["database_url"] = given.database_url.get_secret_value()
    if given.redis_url is None:
        server = valkey.prepare(data_dir)
        overrides["redis_url"] = server.url
        await supervisor.start(server.spec)
    else:
        overrides["redis_url"] = given.redis_url.get_secret_value()
    await asyncio.to_thread(upgrade, overrides["database_url"])
    await supervisor.start(_simulator(house, simulator_port))
    async with opened(Settings.model_validate(overrides)) as resources:
        house.seeded = await seed(resources, data_dir / "api.key")
    lines = [f"DRAVO_{name.upper()}={shlex.quote(value)}\n" for name, value in overrides.items()]
    write_private(house.variables, "".join(lines))
    environment = child_environment(**overrides)
    await supervisor.start(_api(house, port, environment), _worker(house, environment))


def _api(house: House, port: int, environment: dict[str, str]) -> ChildSpec:
    return ChildSpec(
        name="api",
        argv=[sys.executable, "-m", "dravo", "api", "--host", "127.0.0.1", "--port", str(port)],
        data_dir=house.data_dir,
        env=environment,
        ready=http_probe(port, "/healthz"),
    )


def _worker(house: House, environment: dict[str, str]) -> ChildSpec:
    return ChildSpec(
        name="worker",
        argv=[sys.executable, "-m", "dravo", "worker"],
        data_dir=house.data_dir,
        env=environment,
        signals=(signal.SIGTERM,),
        grace_seconds=45,
    )


def _simulator(house: House, port: int) -> ChildSpec:
    state = house.data_dir / "simulator.sqlite"
    return ChildSpec(
        name="simulator",
        argv=[
            *(sys.executable, "-m", "dravo_simulator", "--host", "127.0.0.1", "--port", str(port)),
            *("--state", str(state), "--verified-origin", house.base_url),
        ],
        data_dir=house.data_dir,
        ready=http_probe(port, "/healthz"),
    )


def _own_key(data_dir: Path) -> str:
    """The key that seals tokens in this folder's database; made once."""
    file = data_dir / "encryption.key"
    if not file.exists():
        write_private(file, "local:" + base64.b64encode(secrets.token_bytes(32)).decode())
    return file.read_text()


def _check_ports(port: int, simulator_port: int) -> None:
    for number, option in ((port, "--port"), (simulator_port, "--simulator-port")):
        if not is_free(number):
            raise LocalError(f"Port {number} is taken by another program; choose another one with {option}.")
    if port == simulator_port:
        raise LocalError(f"API and simulator cannot share port {port}; choose another one with --simulator-port.")
