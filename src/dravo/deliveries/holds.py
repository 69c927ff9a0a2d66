"""What nothing is sent for, because every delivery would meet the same refusal: an account, an app, or a whole network.

The first delivery that meets it holds all that it is true of. None of them fails or ages, and from time to time one of them,
the canary, tries. What it meets keeps the hold up or ends it. A network that does not answer is held in the same way, by the
breaker. What was sent already is looked for under a hold of its account or app; only a network's own hold puts looks off.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import queries
from dravo.deliveries.held import BEHIND, kept_back, kept_by, let_go, put_off
from dravo.kit import log
from dravo.models import Account, Delivery, Hold
from dravo.platforms.base import Config

Scope = Literal["account", "app", "deployment", "network"]

CANARY_EVERY = timedelta(minutes=15)

SILENT_FOR = timedelta(seconds=30)
"""How long a network that does not answer is left alone at first; then for as long again as it has been held, up to the longest."""

SILENT_AT_MOST = timedelta(minutes=5)

_log = log.get(__name__)


async def keeps_back(
    session: AsyncSession, delivery: Delivery, at: datetime, *, factor: float = 1.0
) -> dict[str, Any] | None:
    """What a hold does to a delivery that is about to be claimed; None when there is none, or this one is the canary.

    `at` is the database's time, `factor` scales all waiting.
    """
    covering = await _locked(session, delivery)
    if delivery.publish_state == "open" or delivery.status == "unconfirmed":
        covering = [hold for hold in covering if hold.scope in {"deployment", "network"}]
    if closed := [hold for hold in covering if hold.canary_at > at]:
        return kept_back(max(closed, key=lambda hold: hold.canary_at), factor)
    for hold in covering:
        before, hold.canary_at = hold.canary_at, at + _pause(hold.scope, at - hold.since, factor)
        # Else all of them would come at once to be told one by one that somebody else tries.
        await put_off(session, hold, before, but=delivery, factor=factor)
    return None


async def place(
    session: AsyncSession,
    delivery: Delivery,
    scope: Scope,
    *,
    code: str,
    reason: str,
    config: Config,
    factor: float = 1.0,
) -> datetime:
    """Hold what the delivery has met the fault of, or keep it held; when the delivery itself may try again.

    That is after the others: what is wrong may be this one alone. `config` is what the deployment had set about the network then.
    An app that is not known is its account alone.
    """
    at = await queries.clock(session)
    scope, scope_id = await _named(session, delivery, scope)
    known = {(hold.scope, hold.scope_id): hold for hold in await _locked(session, delivery)}.get((scope, scope_id))
    before, held_for = (at, timedelta()) if known is None else (known.canary_at, at - known.since)
    found = {"code": code, "reason": reason, "config": dict(config)}
    statement = insert(Hold).values(
        environment=delivery.environment,
        platform=delivery.platform,
        scope=scope,
        scope_id=scope_id,
        since=at,
        canary_at=at + _pause(scope, held_for, factor),
        **found,
    )
    # A canary that is on its way has the next one's time set already.
    next_one = case((Hold.canary_at > at, Hold.canary_at), else_=statement.excluded.canary_at)
    hold = (
        await session.scalars(
            statement.on_conflict_do_update(
                index_elements=["environment", "platform", "scope", "scope_id"], set_=found | {"canary_at": next_one}
            ).returning(Hold),
            execution_options={"populate_existing": True},
        )
    ).one()
    await put_off(session, hold, before, but=delivery, factor=factor)
    _say("held", hold, alert=True)
    return hold.canary_at + BEHIND * factor


async def release(
    session: AsyncSession, delivery: Delivery, *, claimed_at: datetime, answered: bool = True, factor: float = 1.0
) -> None:
    """The network answers for this delivery: end what holds it, and let go what that kept back.

    Not `answered` as it should, but at all: that ends the hold of a silent network only. What was claimed before a hold was
    placed proves nothing: it may have been answered before it, too.
    """
    for hold in await _locked(session, delivery):
        if hold.since < claimed_at and (answered or hold.scope == "network"):
            await end(session, hold, factor=factor)
            _say("released", hold)


async def end(session: AsyncSession, hold: Hold, *, factor: float = 1.0) -> None:
    """End a hold, whoever says so: what it kept back goes now, what had met the fault itself a little later."""
    await session.delete(hold)
    await session.flush()
    await let_go(session, hold, factor=factor)


async def end_outdated(session: AsyncSession, config_of: Callable[[str], Config]) -> None:
    """At the start of a worker: end the holds of networks about which the deployment has set something else since."""
    for hold in await standing(session):
        if hold.config != dict(config_of(hold.platform)):
            await end(session, hold)
            _say("released", hold)


async def standing(
    session: AsyncSession,
    *,
    environment: str | None = None,
    platform: str | None = None,
    scope: str | None = None,
    scope_id: str | None = None,
) -> Sequence[Hold]:
    """The holds that there are, locked in the order in which everybody locks them; all of them, or those of that kind."""
    wanted = {Hold.environment: environment, Hold.platform: platform, Hold.scope: scope, Hold.scope_id: scope_id}
    chosen = select(Hold).where(*(column == value for column, value in wanted.items() if value is not None))
    return (await session.scalars(_in_order(chosen))).all()


async def count_kept(session: AsyncSession, hold: Hold) -> int:
    """How many deliveries wait for it."""
    return (await session.execute(select(func.count()).where(*kept_by(hold)))).scalar_one()


def _pause(scope: str, held_for: timedelta, factor: float) -> timedelta:
    """Until the next canary."""
    if scope != "network":
        return CANARY_EVERY * factor
    return min(max(held_for, SILENT_FOR * factor), SILENT_AT_MOST * factor)


async def _named(session: AsyncSession, delivery: Delivery, scope: Scope) -> tuple[Scope, str]:
    if scope in {"deployment", "network"}:
        return scope, ""
    app = None if scope == "account" else await session.scalar(select(_app_of(delivery)))
    return ("account", delivery.account_id) if app is None else ("app", app)


def _app_of(delivery: Delivery) -> Any:
    """The id of the account's app among holds; null where it is not known."""
    return select(Account.workspace_id + ":" + Account.app_id).where(*queries.account(delivery)).scalar_subquery()


async def _locked(session: AsyncSession, delivery: Delivery) -> Sequence[Hold]:
    """All holds that this delivery is under."""
    covering = select(Hold).where(
        Hold.environment == delivery.environment,
        Hold.platform == delivery.platform,
        or_(
            Hold.scope.in_(("deployment", "network")),
            and_(Hold.scope == "account", Hold.scope_id == delivery.account_id),
            and_(Hold.scope == "app", Hold.scope_id == _app_of(delivery)),
        ),
    )
    return (await session.scalars(_in_order(covering), execution_options={"populate_existing": True})).all()


def _in_order(statement: Any) -> Any:
    """Locked by everybody in one order, so that nobody waits for somebody who waits for him."""
    return statement.order_by(Hold.environment, Hold.platform, Hold.scope, Hold.scope_id).with_for_update()


def _say(what: str, hold: Hold, *, alert: bool = False) -> None:
    """`network_held`, `account_released` and so on; a deployment's hold is the network's, a silent network is `network_silent`."""
    subject = "network" if hold.scope == "deployment" else hold.scope
    event = {"network held": "network_silent", "network released": "network_back"}.get(f"{hold.scope} {what}")
    event = event or f"{subject}_{what}"
    fields = {"platform": hold.platform, "environment": hold.environment, "code": hold.code, "reason": hold.reason}
    if hold.scope == "account":
        fields["account_id"] = hold.scope_id
    if hold.scope == "app":
        fields["workspace_id"] = hold.scope_id.partition(":")[0]
    if alert:
        _log.error(event, alert=event, **fields)
    else:
        _log.warning(event, **fields)
