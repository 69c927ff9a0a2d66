"""Taking a delivery, and giving it back with what became of it: the two short transactions around every run."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import breaker, holds, queries, resting, timeline
from dravo.deliveries.claimed import Claimed
from dravo.deliveries.exchanges import bounded, redacted, redacted_text
from dravo.deliveries.retry import HOLD, Decision
from dravo.kit.crashpoints import passing
from dravo.kit.db import Database, now
from dravo.kit.ids import Key
from dravo.kit.leases import Lease
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import Status, at
from dravo.models import Delivery
from dravo.platforms.base import Published


async def claim(db: Database, key: Key, lease: Lease, *, patience_factor: float = 1.0) -> Delivery | None:
    """Take a due, queued delivery under `lease`; None when it is not there to be taken, its account is busy or it is held."""
    asked_at = time.monotonic()
    try:
        async with db.transaction() as session:
            seen = await queries.find(session, key)
            if seen is None:
                return None
            post = Key(key.workspace_id, key.environment, seen.post_id)
            await states.lock_post(session, post)
            await session.refresh(seen)
            time_now = await queries.clock(session)
            if not _is_due(seen, time_now):
                return None
            is_looked_at = seen.status == Status.unconfirmed
            account = await queries.account_of(session, seen)
            if account.paused_until is not None and account.paused_until > time_now:
                later = {"next_look_at": account.paused_until} if is_looked_at else resting.paused(account.paused_until)
                await session.execute(update(Delivery).where(*at(key)).values(**later))
                return None
            kept_back = await holds.keeps_back(session, seen, time_now, factor=patience_factor)
            if kept_back is not None:
                later = {"next_look_at": kept_back["due_at"]} if is_looked_at else kept_back
                await session.execute(update(Delivery).where(*at(key)).values(**later))
                return None
            values = {
                "lease_token": lease.token,
                "lease_until": now() + timedelta(seconds=lease.seconds),
                "waiting_for": None,
            }
            if is_looked_at:
                if not await states.lease_for_a_look(session, key, values):
                    return None
            elif not await states.move(session, key, Status.processing, "claimed", values=values):
                return None
            await rollup.refresh(session, post)
            await session.refresh(seen)
            session.expunge(seen)
    except IntegrityError as error:
        if "uq_deliveries_one_lease_per_account" not in str(error.orig):
            raise
        return None  # the account is leased to another delivery; whoever holds it rings the next one
    lease.renewed(asked_at)
    passing("claimed", key.id)
    return seen


def _is_due(delivery: Delivery, time_now: datetime) -> bool:
    if delivery.status == Status.unconfirmed:
        return delivery.next_look_at is not None and delivery.next_look_at <= time_now
    return delivery.status == Status.queued and delivery.due_at <= time_now


class AlreadyBound(Exception):
    """The network's post is already that of another delivery: one effect was taken for two."""


async def settle_published(db: Database, claimed: Claimed, published: Published) -> bool:
    """Write the good end. False: the lease was stale and nothing was written. Raises AlreadyBound."""
    values: dict[str, object] = {
        "platform_post_id": published.platform_post_id,
        "platform_post_url": published.platform_post_url,
        "raw_response": bounded(redacted(dict(published.raw), claimed.sender.secrets)),
        "warnings": redacted(claimed.warnings, claimed.sender.secrets),
        "attempts": Delivery.attempts + 1,
        "published_at": now(),
        "error_code": None,
        "error_class": None,
        "error_message": None,
    }
    claimed.sender.note("delivery", "attempt", "published", started=claimed.now)
    try:
        return await _settle(db, claimed, Status.published, "published", values)
    except IntegrityError as error:
        if "uq_deliveries_platform_post" not in str(error.orig):
            raise
        raise AlreadyBound from error


async def settle(db: Database, claimed: Claimed, decision: Decision) -> bool:
    """Write what a failure led to. False: the lease was stale and nothing was written."""
    secrets = claimed.sender.secrets
    decision = _as_seen(claimed, decision)
    if decision.hold is not None and decision.due_at is not None:
        decision = replace(decision, due_at=decision.due_at + HOLD * (claimed.patience_factor - 1))
    # A refusal may quote the network, and a network may quote the token.
    message = None if decision.error_message is None else redacted_text(decision.error_message, secrets)
    values: dict[str, object] = {
        "warnings": redacted(claimed.warnings, secrets),
        "error_code": decision.error_code,
        "error_class": decision.error_class,
        "error_message": message,
        "crashes": 0,
    }
    if decision.raw:
        values["raw_response"] = bounded(redacted(decision.raw, secrets))
    if decision.counts:
        values["attempts"] = Delivery.attempts + 1
    if decision.new_generation:
        values["generation"] = Delivery.generation + 1
    if decision.status is Status.queued:
        values |= {"due_at": decision.due_at, "waiting_for": decision.waiting_for, "rung_at": None}
        if decision.waiting_for in {"rate_limit", "configuration"}:
            # No fault of the post's: it ages no further meanwhile.
            values["due_since"] = Delivery.due_since + (decision.due_at - now())
    elif decision.status is Status.unconfirmed:
        values |= {"next_look_at": decision.due_at, "rung_at": None}
    claimed.sender.note(
        "delivery",
        "attempt",
        "waiting" if decision.status is Status.queued else decision.status,
        started=claimed.now,
        reason=message or _waits(decision),
        next_attempt_at=decision.due_at,
    )
    cause: states.Cause = {Status.queued: "later", Status.failed: "refused", Status.unconfirmed: "unsettled"}[  # type: ignore[assignment]
        decision.status
    ]
    return await _settle(db, claimed, decision.status, cause, values, decision=decision)


def _as_seen(claimed: Claimed, decision: Decision) -> Decision:
    """A delivery that shows as unconfirmed stays so while its lost call is looked for, however often that is put off."""
    seen = claimed.delivery
    if seen.status != Status.unconfirmed or claimed.publish_state != "open":
        return decision
    if decision.error_code is None:  # the look itself waits; why it is looked for stays
        decision = replace(
            decision,
            error_code=seen.error_code,
            error_class=seen.error_class,
            error_message=seen.error_message,
        )
    return replace(decision, status=Status.unconfirmed)


def _waits(decision: Decision) -> str | None:
    """What a delivery without a fault waits for: its network, at the place in its adapter that is named."""
    return f"It waits for the network: {decision.waiting_for}." if decision.waiting_for else None


async def _settle(
    db: Database,
    claimed: Claimed,
    target: Status,
    cause: states.Cause,
    values: dict[str, object],
    *,
    decision: Decision | None = None,
) -> bool:
    """One transaction, locks in the house's order: the post, then its delivery under the fence, then the roll-up."""
    post = Key(claimed.key.workspace_id, claimed.key.environment, claimed.delivery.post_id)
    passing("before-settle", claimed.key.id)
    async with db.transaction() as session:
        await states.lock_post(session, post)
        if not await queries.holds(session, claimed.key, claimed.lease.token):
            return False
        if claimed.refuted is not None:
            await queries.refute(session, claimed.key, dict(claimed.refuted))
        # Before the delivery moves: a claim meets the hold first and the account's lease after it.
        values |= await _conclusions(session, claimed, decision, reason=str(values["error_message"]))
        moved = await states.move(session, claimed.key, target, cause, lease_token=claimed.lease.token, values=values)
        assert moved, f"{claimed.key.id} cannot become {target} by {cause}"
        session.add_all(claimed.sender.taken_entries())
        if decision is not None and decision.pause_account_until is not None:
            until = decision.pause_account_until
            await resting.pause_account(session, claimed.delivery, until, scope=decision.pause_scope)
        if claimed.sender.rest is not None:
            # The network has said how little is left; what it refuses from here on would only prolong that.
            until = await queries.clock(session) + claimed.sender.rest
            await resting.pause_account(session, claimed.delivery, until)
        if decision is not None and decision.reconnect_account is not None:
            reason = redacted_text(decision.reconnect_account, claimed.sender.secrets)
            await resting.disconnect_account(session, claimed.delivery, reason, claimed.token_version)
        await session.flush()
        await timeline.trim(session, claimed.key)
        await rollup.refresh(session, post)
    passing("settled", claimed.key.id)
    return True


async def _conclusions(
    session: AsyncSession, claimed: Claimed, decision: Decision | None, *, reason: str
) -> dict[str, object]:
    """Hold what was found wrong or silent, and end the holds that an answer has shown to be over; when it may try again."""
    delivery, factor = claimed.delivery, claimed.patience_factor
    if claimed.sender.answered or breaker.is_answer(decision):
        breaker.of(claimed.sender.http).answered(delivery)
        as_it_should = claimed.sender.answered and (decision is None or decision.hold is None)
        await holds.release(session, delivery, claimed_at=claimed.now, answered=as_it_should, factor=factor)
    if decision is not None and decision.hold is not None:
        code = str(decision.error_code)
        due_at = await holds.place(
            session, delivery, decision.hold, code=code, reason=reason, config=claimed.config, factor=factor
        )
        return {"due_at": due_at, "due_since": Delivery.due_since + (due_at - now())}
    if breaker.is_silence(decision) and breaker.of(claimed.sender.http).failed(delivery, await queries.clock(session)):
        code, reason, config = breaker.CODE, breaker.REASON, claimed.config
        await holds.place(session, delivery, "network", code=code, reason=reason, config=config, factor=factor)
    return {}


async def give_back(db: Database, key: Key, *, lease_token: str) -> bool:
    """Return a claimed delivery, due now, because its worker stops. False: the lease was stale."""
    async with db.transaction() as session:
        seen = await locked(session, key)
        if seen is None or seen.lease_token != lease_token:
            return False
        return await returned(session, seen, {})


async def locked(session: AsyncSession, key: Key) -> Delivery | None:
    """The delivery, its post locked before it."""
    seen = await queries.find(session, key)
    if seen is None:
        return None
    await states.lock_post(session, Key(key.workspace_id, key.environment, seen.post_id))
    await session.refresh(seen, with_for_update=True)
    return seen


async def returned(session: AsyncSession, seen: Delivery, values: dict[str, object]) -> bool:
    """Give the lease of a locked delivery back: due now, or to be looked at now. False: it was not there to be moved."""
    key, token = Key(seen.workspace_id, seen.environment, seen.id), seen.lease_token
    again: dict[str, object] = {"due_at": now(), "rung_at": None} | values
    if seen.status == Status.unconfirmed:
        again["next_look_at"] = now()
        return await states.move(session, key, Status.unconfirmed, "unsettled", lease_token=token, values=again)
    moved = await states.move(session, key, Status.queued, "lease_lost", lease_token=token, values=again)
    if moved:
        await rollup.refresh(session, Key(key.workspace_id, key.environment, seen.post_id))
    return moved
