"""Postgres: one engine, and transactions that are visible where they are used."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy import DateTime, Function, func, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

MIGRATIONS = Path(__file__).parents[3] / "migrations"
"""The schema's revisions, beside the sources."""


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
            pool_pre_ping=True,
            hide_parameters=True,  # values of users stand in no traceback
            connect_args={"timeout": 5, "server_settings": {"application_name": "dravo", "timezone": "UTC"}},
        )
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


def _refuses(error: DBAPIError) -> bool:
    """Starting, stopping, out of connections, read only: states in which Postgres answers and still cannot serve."""
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or ""
    return state.startswith(("08", "53", "57P")) or state == "25006"
