"""`/v1/accounts`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dravo.accounts import budgets, queries, schemas
from dravo.accounts.schemas import AccountsPage, AccountsQuery, AccountView
from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.kit.errors import not_found
from dravo.kit.ids import Key
from dravo.kit.paging import cut

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

Reader = Annotated[Caller, Depends(requires("accounts:read"))]


@router.get("", summary="List accounts")
async def list_accounts(
    wanted: Annotated[AccountsQuery, Query()], caller: Reader, resources: ResourcesDep
) -> AccountsPage:
    """The connected accounts of this environment, newest first."""
    async with resources.db.transaction() as session:
        rows, total, at = await queries.page(
            session,
            caller.workspace_id,
            caller.environment,
            platform=wanted.platform,
            q=wanted.q,
            before_id=wanted.cursor,
            limit=wanted.limit + 1,
        )
        page, next_cursor = cut(rows, wanted.limit)
        taken = await budgets.taken_of(session, page)
    items = [schemas.view(account, at, budgets.shown(account, at, taken, resources.settings)) for account in page]
    return AccountsPage(items=items, next_cursor=next_cursor, total=total)


@router.get("/{account_id}", summary="Read an account")
async def get_account(account_id: str, caller: Reader, resources: ResourcesDep) -> AccountView:
    """One connected account of this environment."""
    async with resources.db.transaction() as session:
        found = await queries.one(session, Key(caller.workspace_id, caller.environment, account_id))
        if found is None:
            raise not_found("account")
        account, at = found
        taken = await budgets.taken_of(session, [account])
    return schemas.view(account, at, budgets.shown(account, at, taken, resources.settings))
