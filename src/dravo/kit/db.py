"""Postgres: one engine, and transactions that are visible where they are used."""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy import DateTime, Function, event, func, text
from sqlalchemy.engine import AdaptedConnection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS = Path(__file__).parents[3] / "migrations"
"""The schema's revisions, beside the sources."""


RESTED_SECONDS = 1.0
"""A connection that was in use less than so long ago is not asked again whether it still leads to Postgres."""


class DatabaseUnavailable(Exception):
    """Postgres cannot be reached or refuses connections now.

    Nothing was written, unless `committing`: then the connection broke while the transaction ended, and whether it
    was written is not known.
    """

    def __init__(self, reason: str, *, committing: bool = False) -> None:
        super().__init__(reason)
        self.committing = committing


def now() -> Function[datetime]:
    """The database's clock, the only one that decides; tests shift it."""
    return func.dravo_now(type_=DateTime(timezone=True))


class Database:
    """Hands out transactions. Connections are checked before use, so a restarted Postgres costs a reconnect, not an error."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=10,
            pool_timeout=5,
            hide_parameters=True,  # values of users stand in no traceback
            connect_args={"timeout": 5, "server_settings": {"application_name": "dravo", "timezone": "UTC"}},
        )
        event.listen(self.engine.sync_engine, "checkin", _rest)  # codespell:ignore checkin
        event.listen(self.engine.sync_engine, "checkout", _check)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back by an exception. Raises DatabaseUnavailable."""
        committing = False
        try:
            async with self._sessions() as session:
                yield session
                committing = True
                await session.commit()
        except (OSError, PoolTimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
            raise DatabaseUnavailable(type(error).__name__, committing=committing) from error
        except DBAPIError as error:
            if error.connection_invalidated or _refuses(error):
                raise DatabaseUnavailable(type(error).__name__, committing=committing) from error
            raise

    async def ping(self) -> None:
        """Ask Postgres for a sign of life. Raises DatabaseUnavailable."""
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def aclose(self) -> None:
        await self.engine.dispose()


def _rest(_connection: AdaptedConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info["resting_since"] = time.monotonic()


def _check(connection: AdaptedConnection, entry: ConnectionPoolEntry, _checked_out: object) -> None:
    """Give a connection back to the pool for a new one if it leads nowhere.

    Postgres takes leave when it stops, which is seen without asking. After a rest it is asked, in one trip;
    SQLAlchemy's `pool_pre_ping` takes three, which is as many as most of our transactions have.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError("Postgres has closed it")
    if time.monotonic() - entry.info.get("resting_since", math.inf) > RESTED_SECONDS:
        try:
            connection.run_async(lambda driver: driver.execute("SELECT 1"))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise InvalidatePoolError(type(error).__name__) from error


def _refuses(error: DBAPIError) -> bool:
    """Starting, stopping, out of connections, read only: states in which Postgres answers and still cannot serve."""
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or ""
    return state.startswith(("08", "53", "57P")) or state == "25006"
