"""One throw-away Postgres and Valkey for a whole run; every test worker has its own clone of one migrated database."""

import asyncio
import base64
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import hypothesis
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from dravo.cli.db import upgrade
from dravo.kit.db import Database
from dravo.kit.ids import new_id
from dravo.resources import Resources, opened
from dravo.settings import DatabaseSettings, Settings
from support.clock import Clock
from support.servers import Servers

# How long an example takes says something about the machine and nothing about the code.
hypothesis.settings.register_profile("dravo", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("dravo")

ENCRYPTION_KEY = base64.b64encode(bytes(range(32))).decode()
_running = pytest.StashKey[Servers]()


@dataclass
class Cleaner:
    """Empties this worker's database and Valkey between tests, and has its clock."""

    connection: asyncpg.Connection
    redis: Redis
    clock: Clock

    async def empty(self) -> None:
        await self.connection.execute("DELETE FROM workspaces; DELETE FROM holds")  # holds belong to no workspace
        await self.redis.flushdb()
        await self.clock.reset()


def pytest_sessionstart(session: pytest.Session) -> None:
    """The controlling process starts the servers and migrates the template; workers are told the addresses."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    servers = Servers.start(Path(tempfile.mkdtemp(prefix="dravo-tests-")))
    config.stash[_running] = servers
    upgrade(servers.database_url)


def pytest_collection_finish() -> None:
    """What thousands of collected tests hold is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for servers, browsers and disks about a quarter of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    servers = node.config.stash[_running]  # type: ignore[attr-defined]
    node.workerinput["servers"] = [servers.database_url, servers.redis_url]  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if servers := config.stash.get(_running, None):
        servers.stop()
        shutil.rmtree(servers.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server_urls(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Postgres (the template database) and Valkey of this run."""
    config = request.config
    if hasattr(config, "workerinput"):
        database, redis = config.workerinput["servers"]
        return database, redis
    servers = config.stash[_running]
    return servers.database_url, servers.redis_url


@pytest.fixture(scope="session")
def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def redis_url(server_urls: tuple[str, str], worker_number: int) -> str:
    return server_urls[1].removesuffix("/0") + f"/{worker_number % 16}"


@pytest.fixture(scope="session")
def database_url(server_urls: tuple[str, str], worker_number: int) -> str:
    """This worker's own database, cloned from the migrated template."""
    template = server_urls[0]
    name = f"test_{worker_number}"
    asyncio.run(clone_database(template, name))
    return template.rsplit("/", 1)[0] + f"/{name}"


async def clone_database(template: str, name: str) -> None:
    connection = await asyncpg.connect(template.rsplit("/", 1)[0] + "/postgres")
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")  # a template must be at rest while it is copied
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE dravo')
    finally:
        await connection.close()


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": database_url,
            "redis_url": redis_url,
            "encryption_keys": f"k1:{ENCRYPTION_KEY}",
            "storage_url": f"file://{tmp_path}/storage",
            "simulator_url": "http://127.0.0.1:9",
            "public_url": "http://127.0.0.1:8800",
        }
    )


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Database]:
    """The connections of all tests of this worker: opening one takes longer than most tests have it."""
    kept = Database(DatabaseSettings(database_url=SecretStr(database_url)).sqlalchemy_url)
    yield kept
    await kept.aclose()


@pytest.fixture
async def resources(settings: Settings, clock: Clock, pool: Database) -> AsyncIterator[Resources]:
    """Everything that a process holds, over an empty database and an empty Valkey."""
    async with opened(settings) as built:
        yield replace(built, db=pool)


@pytest.fixture(scope="session")
async def cleaner(database_url: str, redis_url: str) -> AsyncIterator[Cleaner]:
    connection, redis = await asyncpg.connect(database_url), Redis.from_url(redis_url)
    yield Cleaner(connection, redis, Clock(connection))
    await redis.aclose()
    await connection.close()


@pytest.fixture
async def clock(cleaner: Cleaner) -> AsyncIterator[Clock]:
    """The database's clock, at the real time until a test moves it; asking for it empties the database."""
    await cleaner.empty()
    yield cleaner.clock
    await cleaner.clock.reset()


@pytest.fixture
async def workspace(resources: Resources) -> str:
    """The id of a fresh workspace."""
    from sqlalchemy import text

    workspace_id = new_id("ws")
    async with resources.db.transaction() as session:
        await session.execute(
            text("INSERT INTO workspaces (id, name, created_at) VALUES (:id, 'Test', dravo_now())"),
            {"id": workspace_id},
        )
    return workspace_id


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own DRAVO_ variables change no test."""
    for name in [name for name in os.environ if name.startswith("DRAVO_")]:
        monkeypatch.delenv(name)
