"""Taking from what a network allows before a call is made: never more than the limit, however many workers take at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.accounts.budgets import declared, scope_id
from dravo.kit.db import Database
from dravo.models import Account
from dravo.platforms.base import Call
from dravo.platforms.budgets import Budget
from dravo.platforms.errors import RateLimited
from dravo.settings import Settings

# The row that is in conflict is locked and read anew before it is judged, so that of two who take the last one, one is refused.
_TAKE = text("""
    INSERT INTO budgets (workspace_id, environment, platform, scope, scope_id, name, taken)
    VALUES (:workspace_id, :environment, :platform, :scope, :scope_id, :name, ARRAY[dravo_now()])
    ON CONFLICT (workspace_id, environment, platform, scope, scope_id, name) DO UPDATE
    SET taken = array_append(
        ARRAY(SELECT at FROM unnest(budgets.taken) AS at WHERE at > dravo_now() - CAST(:window AS interval) ORDER BY at),
        dravo_now()
    )
    WHERE (
        SELECT count(*) FROM unnest(budgets.taken) AS at WHERE at > dravo_now() - CAST(:window AS interval)
    ) < CAST(:limit AS bigint)
    RETURNING name
""")

_TAKEN = text("""
    SELECT taken, dravo_now() FROM budgets
    WHERE (workspace_id, environment, platform, scope, scope_id, name)
        = (:workspace_id, :environment, :platform, :scope, :scope_id, :name)
""")


@dataclass(frozen=True, slots=True)
class Budgets:
    """All that one account draws on at its network."""

    db: Database
    account: Account
    budgets: Sequence[Budget]

    @classmethod
    def of(cls, db: Database, account: Account, settings: Settings) -> Self:
        # By name: of two that take from the same ones, none waits for what the other has.
        known = sorted(declared(account, settings), key=lambda budget: budget.name)
        return cls(db, account, known)

    async def take(self, call: Call[Any]) -> None:
        """Take one from each budget that counts the call, or from none. Raises RateLimited where one is used up.

        What was taken stays taken, whatever becomes of the call: the network may have counted it.
        """
        counting = [budget for budget in self.budgets if budget.counts(call.request, call.effect)]
        if not counting:
            return
        async with self.db.transaction() as session:
            for budget in counting:
                await self._take(session, budget)

    async def _take(self, session: AsyncSession, budget: Budget) -> None:
        key = {
            "workspace_id": self.account.workspace_id,
            "environment": self.account.environment,
            "platform": self.account.platform,
            "scope": budget.scope,
            "scope_id": scope_id(budget, self.account),
            "name": budget.name,
        }
        took = await session.execute(_TAKE, key | {"window": budget.window, "limit": budget.limit})
        if took.first() is None:
            taken, at = (await session.execute(_TAKEN, key)).one()
            raise _used_up(budget, budget.free_at(taken, at) or at)


def _used_up(budget: Budget, until: datetime) -> RateLimited:
    return RateLimited(
        f"The {budget.scope}'s budget {budget.name} is used up: the network allows {budget.limit} {budget.title} within "
        f"{budget.window}. Nothing was sent; it goes on at {until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.",
        until=until,
        scope="post",
        code="budget_used",
    )
