"""Running one delivery: claim it, let its adapter work, settle what came of it."""

import asyncio
import contextlib
import random as chance
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from dravo.deliveries import claims, due, preparation, queries, retry
from dravo.deliveries.budgets import Budgets
from dravo.deliveries.claimed import Claimed
from dravo.deliveries.exchanges import redacted_text
from dravo.deliveries.journal import Journal
from dravo.deliveries.looks import Looks
from dravo.deliveries.preparation import delivery_key
from dravo.deliveries.renewal import Renewal
from dravo.deliveries.sending import Bounds, Sender
from dravo.kit import log
from dravo.kit.crypto import Unreadable
from dravo.kit.db import DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.leases import Lease, LeaseLost, kept
from dravo.kit.queue import Ring
from dravo.lifecycle.states import Status
from dravo.models import Account, Delivery, Post
from dravo.platforms.base import Platform, Published
from dravo.platforms.errors import CredentialsExpired, Misconfigured, PlatformError, Rejected, StepsExpired, Unsettled
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources

_log = log.get(__name__)

_BOUND_TWICE = (
    "The post that was found on the network belongs to another delivery already, so this one may not be there. "
    "Look at the account before you post again."
)
_TAKEN = (
    "The network has taken the post, and what came of it could not be asked: look at the account before you post again."
)


async def deliver(resources: Resources, key: Key, *, random: retry.Random = chance.random) -> None:
    """Run one delivery if it is there to be run. Whatever happens, it ends settled, or leased until dispatch takes it back."""
    lease = Lease(resources.settings.lease_seconds)
    delivery = await claims.claim(resources.db, key, lease, patience_factor=resources.settings.patience_factor)
    if delivery is None:
        return
    told = _log.bind(delivery_id=key.id, post_id=delivery.post_id, platform=delivery.platform)
    try:
        async with kept(lease, _renewal(resources, key, lease), every=resources.settings.heartbeat_seconds):
            await _run(resources, delivery, lease, random)
    except LeaseLost:
        told.warning("lease_lost", reason="another worker may hold it; nothing more was sent or written")
        return
    except DatabaseUnavailable:
        told.warning("database_unavailable", reason="the delivery is taken up again when its lease is over")
        return
    except asyncio.CancelledError:
        with contextlib.suppress(DatabaseUnavailable):
            await asyncio.shield(claims.give_back(resources.db, key, lease_token=lease.token))
        raise
    await _ring_next(resources, delivery)


def _renewal(resources: Resources, key: Key, lease: Lease) -> Callable[[], Awaitable[bool]]:
    async def renew() -> bool:
        async with resources.db.transaction() as session:
            return await queries.renew(session, key, lease.token, lease.seconds)

    return renew


async def _run(resources: Resources, delivery: Delivery, lease: Lease, random: retry.Random) -> None:
    platform = PLATFORMS[delivery.platform]
    async with resources.db.transaction() as session:
        post = await queries.post_of(session, delivery)
        account = await queries.account_of(session, delivery)
        steps = {row.name: (row, over) for row, over in await queries.steps_of(session, delivery)}
        commits = list(await queries.commits_of(session, delivery))
        time_now = await queries.clock(session)
        session.expunge_all()
    secrets = _opened(resources, account)
    claimed = Claimed(
        db=resources.db,
        cipher=resources.cipher,
        delivery=delivery,
        lease=lease,
        sender=Sender(
            resources.networks[delivery.environment],
            delivery,
            lease,
            token=secrets.get("access_token", ""),
            secrets=[value for value in secrets.values() if isinstance(value, str)],
            bounds=Bounds(resources.settings.commit_seconds, resources.settings.commit_margin_seconds),
            hosts=platform.hosts,
            rest_of=platform.rest,
            budgets=Budgets.of(resources.db, account, resources.settings),
        ),
        now=time_now,
        late=_late(resources, delivery, time_now),
        patience_factor=resources.settings.patience_factor,
        looks=Looks.of(resources.settings),
        renewal=Renewal(resources, platform, account),
        config=resources.settings.of_network(platform.name),
    )
    try:
        published = await _publish(resources, platform, Journal(claimed, steps, commits), post, account)
    except (retry.Suspended, PlatformError, StepsExpired) as failure:
        await _settle(resources, claimed, failure, random)
    except (LeaseLost, DatabaseUnavailable):
        raise
    except Exception as failure:  # noqa: BLE001 - a fault of ours must not lose the delivery; it is logged as an alert
        _log.exception(
            "delivery_failed_inside", alert="internal_error", delivery_id=delivery.id, platform=platform.name
        )
        await _settle(resources, claimed, failure, random)
    else:
        try:
            await claims.settle_published(resources.db, claimed, published)
        except claims.AlreadyBound:
            await _settle(resources, claimed, Unsettled(_BOUND_TWICE), random)
            return
        _log.info("published", delivery_id=delivery.id, post_id=delivery.post_id, platform=platform.name)


def _opened(resources: Resources, account: Account) -> dict[str, Any]:
    try:
        return preparation.secrets_of(resources, account)
    except Unreadable as error:
        _log.error("credentials_unreadable", alert="credentials_unreadable", account_id=account.id, reason=str(error))
        return {}


async def _publish(
    resources: Resources, platform: Platform, journal: Journal, post: Post, account: Account
) -> Published:
    claimed = journal.claimed
    _refuse_what_cannot_go(resources, claimed, account)
    if claimed.renewal is not None:
        published = claimed.publish_state == "confirmed"
        await claimed.renewal.ahead(claimed.sender, claimed.now, published=published, fresh=journal.is_empty)
    prepared = await preparation.gathered(resources, platform, claimed.delivery, post, account)
    job = prepared.job
    try:
        preparation.check(platform, prepared, claimed.warn)
        job = await preparation.fitted(resources, platform, claimed.delivery, prepared, claimed.warn)
    except Rejected:
        # Past the send nothing is refused any more; the warnings are the same as before it.
        if claimed.publish_state not in {"open", "confirmed"}:
            raise
    try:
        return await platform.adapter.publish(job, journal)
    except Rejected as refused:
        raise preparation.naming(refused, job.media) from refused


def _refuse_what_cannot_go(resources: Resources, claimed: Claimed, account: Account) -> None:
    """What ends a delivery without a call to its network."""
    # A published post stays published: what is left to do is tried, and at worst becomes a warning.
    if account.reconnect_reason is not None and claimed.publish_state != "confirmed":
        raise CredentialsExpired(f"The account must be connected again: {account.reconnect_reason}")
    if not claimed.sender.token:
        raise Misconfigured(
            "credentials_unreadable",
            "The account's stored token cannot be opened: its key is missing from DRAVO_ENCRYPTION_KEYS.",
            scope="account",
        )
    unsent = claimed.publish_state not in {"open", "confirmed"}
    if unsent and claimed.late:
        before = claimed.delivery.error_message
        raise Rejected(
            "missed_schedule",
            f"It could not be sent within {resources.settings.late_after} of its time, so it was not sent at all."
            + (f" The last try ended so: {before}" if before else ""),
        )


def _late(resources: Resources, delivery: Delivery, time_now: datetime) -> bool:
    return time_now - delivery.due_since > resources.settings.late_after


async def _settle(resources: Resources, claimed: Claimed, failure: BaseException, random: retry.Random) -> None:
    settings = resources.settings
    async with resources.db.transaction() as session:
        time_now = await queries.clock(session)
    situation = retry.Situation(
        attempts=claimed.delivery.attempts,
        publish_state=claimed.publish_state,
        late=_late(resources, claimed.delivery, time_now),
        now=time_now,
    )
    first_look = claimed.looks.after[0].total_seconds()
    patience = retry.Patience.of(settings.retry_base_seconds, settings.retry_cap_seconds, first_look)
    decision = retry.decide(failure, situation, patience, random)
    if claimed.publish_state == "confirmed" and decision.error_message and decision.status is Status.queued:
        decision = replace(
            decision, error_message=f"The network has taken the post; what follows waits. {decision.error_message}"
        )
    elif (
        claimed.publish_state == "confirmed"
        and decision.status is Status.unconfirmed
        and not isinstance(failure, Unsettled)
    ):
        decision = replace(decision, error_message=f"{_TAKEN} {decision.error_message}")
    if isinstance(failure, Misconfigured):
        _log.error(
            "misconfigured",
            alert="misconfigured",
            delivery_id=claimed.delivery.id,
            account_id=claimed.delivery.account_id,
            platform=claimed.delivery.platform,
            code=failure.code,
            reason=redacted_text(failure.message, claimed.sender.secrets),
        )
    await claims.settle(resources.db, claimed, decision)
    _log.info(
        "settled",
        delivery_id=claimed.delivery.id,
        platform=claimed.delivery.platform,
        outcome=str(decision.status),
        code=decision.error_code,
        reason=decision.waiting_for,
        due_at=str(decision.due_at or ""),
    )


async def _ring_next(resources: Resources, delivery: Delivery) -> None:
    """The account is free again: ring its next due delivery at once rather than at the next round of dispatch."""
    async with resources.db.transaction() as session:
        following = await due.next_due_of_account(session, delivery)
    if following is not None:
        resources.queue.ring([Ring(delivery_key(following), following.platform, following.wake)])
