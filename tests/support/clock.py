"""Moving time: the database's clock, which is the only one that decides."""

from datetime import timedelta

import asyncpg


class Clock:
    """Replaces `dravo_now()` in this worker's database; every session sees it at once."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._ahead = timedelta()
        self._set_to: timedelta | None = None

    async def move(self, ahead: timedelta) -> None:
        """Move time forward from where it stands."""
        self._ahead += ahead
        await self._set()

    async def reset(self) -> None:
        self._ahead = timedelta()
        await self._set()

    async def _set(self) -> None:
        if self._set_to == self._ahead:
            return
        seconds = self._ahead.total_seconds()
        await self._connection.execute(
            "CREATE OR REPLACE FUNCTION dravo_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
            f"$$ SELECT clock_timestamp() + interval '{seconds} seconds' $$"
        )
        self._set_to = self._ahead
