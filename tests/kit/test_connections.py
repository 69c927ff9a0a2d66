"""Connections that rest in the pool, and Postgres going away meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from dravo.kit import db
from dravo.kit.db import Database
from dravo.settings import Settings


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """With a pool of its own, in which only what these tests leave there rests."""
    built = Database(settings.sqlalchemy_url)
    yield built
    await built.aclose()


async def backend(database: Database) -> Any:
    """The process of Postgres that serves the next transaction."""
    async with database.transaction() as session:
        return await session.scalar(text("SELECT pg_backend_pid()"))


async def resting(database: Database) -> asyncpg.Connection:
    """The driver's own connection, back in the pool."""
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        assert isinstance(raw.driver_connection, asyncpg.Connection)
        return raw.driver_connection


@pytest.mark.parametrize("asked_after", [60, -1], ids=["without asking", "asked each time"])
async def test_one_connection_serves_many_transactions(
    database: Database, asked_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "RESTED_SECONDS", asked_after)
    assert len({await backend(database) for _ in range(3)}) == 1


async def test_a_connection_that_postgres_has_closed_is_replaced_without_an_error(
    database: Database, database_url: str
) -> None:
    left = await resting(database)
    gone = left.get_server_pid()
    other = await asyncpg.connect(database_url)
    assert await other.fetchval("SELECT pg_terminate_backend($1, 5000)", gone)
    await other.close()
    async with asyncio.timeout(5):
        while not left.is_closed():  # noqa: ASYNC110 - the driver has no event for it
            await asyncio.sleep(0.001)
    assert await backend(database) != gone


@pytest.mark.parametrize(
    "failure", [ConnectionResetError(), asyncpg.InterfaceError("lost"), asyncpg.AdminShutdownError()]
)
async def test_a_connection_that_fails_when_asked_after_a_rest_is_replaced_without_an_error(
    database: Database, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = await resting(database)
    execute = asyncpg.Connection.execute

    async def lost(connection: asyncpg.Connection, *asked: Any, **more: Any) -> Any:
        if connection is left:
            raise failure
        return await execute(connection, *asked, **more)

    monkeypatch.setattr(asyncpg.Connection, "execute", lost)
    monkeypatch.setattr(db, "RESTED_SECONDS", -1)
    assert await backend(database) != left.get_server_pid()
