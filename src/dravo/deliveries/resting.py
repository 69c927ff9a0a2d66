"""What a delivery's failure means for its account: a rest until some time, or that it must be connected again."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import queries
from dravo.kit.db import now
from dravo.models import Account, Delivery
from dravo.platforms.errors import Scope

PAUSED = "The account rests, after a limit or a fault that another of its deliveries met; this one goes out afterwards."
SENT = (
    "This post was sent, and is not sent again. The account rests, after a limit or a fault that it met; what came of the post "
    "is looked at afterwards."
)


async def pause_account(
    session: AsyncSession, delivery: Delivery, until: datetime, *, scope: Scope = "account"
) -> None:
    """Rest the account until then, or longer when it rests longer already, and its due deliveries with it.

    Of scope "app" all accounts of its workspace and environment whose consent was given to the same app rest, of scope
    "deployment" all that the environment has on the network. Deliveries are moved in one statement: they would otherwise stand at the head of
    all that is due, to be looked at one by one. Rows that somebody else has locked are left to the claim, which looks at the account anyway.
    """
    among = _sharing(delivery, scope)
    # In one order: two that meet the same limit at once must not wait for each other.
    locked = select(Account.workspace_id, Account.environment, Account.id).where(*among)
    locked = locked.order_by(Account.workspace_id, Account.environment, Account.id).with_for_update(key_share=True)
    await session.execute(
        update(Account)
        .where(func.row(Account.workspace_id, Account.environment, Account.id).in_(locked))
        .execution_options(synchronize_session=False)
        .values(paused_until=func.greatest(func.coalesce(Account.paused_until, until), until))
    )
    resting = (
        select(Delivery.workspace_id, Delivery.environment, Delivery.id)
        .where(
            Delivery.environment == delivery.environment,
            Delivery.platform == delivery.platform,
            func.row(Delivery.workspace_id, Delivery.account_id).in_(
                select(Account.workspace_id, Account.id).where(*among)
            ),
            Delivery.status == "queued",
            Delivery.due_at < until,
        )
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(Delivery)
        .where(func.row(Delivery.workspace_id, Delivery.environment, Delivery.id).in_(resting))
        .execution_options(synchronize_session=False)
        .values(**paused(until))
    )


def _sharing(delivery: Delivery, scope: Scope) -> tuple[Any, ...]:
    """Whose limit it is: the account's, of those that share its app, or of the whole network; an unknown app is the account alone."""
    if scope == "account":
        return queries.account(delivery)
    of_network = (Account.environment == delivery.environment, Account.platform == delivery.platform)
    if scope == "deployment":
        return of_network
    app = select(Account.app_id).where(*queries.account(delivery)).scalar_subquery()
    return (
        Account.workspace_id == delivery.workspace_id,
        *of_network,
        or_(Account.id == delivery.account_id, Account.app_id == app),
    )


def paused(until: datetime) -> dict[str, Any]:
    """What a pause of its account does to a queued delivery; the time of the pause does not make it late."""
    code = "account_paused"
    return {
        "due_at": until,
        "due_since": Delivery.due_since + (until - func.greatest(Delivery.due_at, now())),
        "waiting_for": "account_paused",
        "rung_at": None,
        "error_code": func.coalesce(Delivery.error_code, code),
        "error_class": func.coalesce(Delivery.error_class, "rate_limited"),
        "error_message": func.coalesce(
            Delivery.error_message, case((Delivery.publish_state.in_(("open", "confirmed")), SENT), else_=PAUSED)
        ),
    }


async def disconnect_account(session: AsyncSession, delivery: Delivery, reason: str, version: int | None) -> None:
    """The account needs reconnecting, for the reason that was met first: later deliveries only repeat it.

    `version` is that of the tokens that were refused: newer ones, which somebody has got meanwhile, may be good.
    """
    await session.execute(
        update(Account)
        .where(
            *queries.account(delivery),
            Account.reconnect_reason.is_(None),
            Account.token_version == (Account.token_version if version is None else version),
        )
        .values(reconnect_reason=reason)
    )
