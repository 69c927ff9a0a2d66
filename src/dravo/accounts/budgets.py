"""The budgets that an account draws on at its network: its own, and those of the app that its consent was given to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.accounts import schemas
from dravo.models import Account
from dravo.models import Budget as Row
from dravo.platforms.budgets import Budget
from dravo.platforms.registry import PLATFORMS
from dravo.settings import Settings

Taken = dict[tuple[str, str, str, str], list[datetime]]
"""When something was taken, by network, scope, scope id and name."""


def declared(account: Account, settings: Settings) -> list[Budget]:
    """What counts for the account; nothing of an app that is not known.

    In the test environment, who is less patient with networks has shorter windows; a network itself is not hurried.
    """
    hurry = min(settings.patience_factor, 1) if account.environment == "test" else 1
    config = settings.of_network(account.platform)
    return [
        replace(budget, window=budget.window * hurry, limit=limit)
        for budget in PLATFORMS[account.platform].budgets
        if scope_id(budget, account) is not None and (limit := _limit(budget, account, config)) is not None
    ]


def _limit(budget: Budget, account: Account, config: Mapping[str, Any]) -> int | None:
    if budget.limit_of is None:
        return budget.limit
    return budget.limit_of(account.platform_account_id, account.traits, config)


def scope_id(budget: Budget, account: Account) -> str | None:
    """Whose budget it is; None where it is an app's and the app is not known."""
    return account.id if budget.scope == "account" else account.app_id


def shown(account: Account, at: datetime, taken: Taken, settings: Settings) -> list[schemas.Budget]:
    """What is left of each at `at`, by the database's clock."""
    return [
        schemas.Budget(
            name=budget.name, limit=budget.limit, remaining=budget.left(used, at), resets_at=budget.free_at(used, at)
        )
        for budget in declared(account, settings)
        for used in [_taken_by(taken, budget, account)]
    ]


def _taken_by(taken: Taken, budget: Budget, account: Account) -> list[datetime]:
    return taken.get((account.platform, budget.scope, scope_id(budget, account) or "", budget.name), [])


async def taken_of(session: AsyncSession, accounts: Sequence[Account]) -> Taken:
    """What was taken from all budgets of these accounts, which are of one workspace and environment."""
    if not accounts:
        return {}
    apps = {account.app_id for account in accounts if account.app_id is not None}
    found = await session.execute(
        select(Row.platform, Row.scope, Row.scope_id, Row.name, Row.taken).where(
            Row.workspace_id == accounts[0].workspace_id,
            Row.environment == accounts[0].environment,
            or_(
                and_(Row.scope == "account", Row.scope_id.in_([account.id for account in accounts])),
                and_(Row.scope == "app", Row.scope_id.in_(apps)),
            ),
        )
    )
    return {(platform, scope, of, name): taken for platform, scope, of, name, taken in found}
