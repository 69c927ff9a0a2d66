"""What wants attention: due deliveries, due posts, leases of the dead. The dispatch loop's questions."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from dravo.kit.db import now
from dravo.models import Delivery, Post


async def next_due_of_account(session: AsyncSession, delivery: Delivery) -> Delivery | None:
    """The account's next delivery that waits for the lease just given back, stamped as rung."""
    following = (
        select(Delivery.id)
        .where(
            Delivery.workspace_id == delivery.workspace_id,
            Delivery.environment == delivery.environment,
            Delivery.account_id == delivery.account_id,
            Delivery.status == "queued",
            Delivery.due_at <= now(),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return await session.scalar(
        update(Delivery)
        .where(
            Delivery.workspace_id == delivery.workspace_id,
            Delivery.environment == delivery.environment,
            Delivery.id == following,
        )
        .values(rung_at=now(), wake=Delivery.wake + 1)
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )


async def ring_due(
    session: AsyncSession,
    platforms: Sequence[str],
    environments: Sequence[str],
    *,
    again_after: float,
    limit: int = 200,
) -> list[Delivery]:
    """Stamp and answer what is due: queued, its account free, not rung lately; one per account, the oldest first."""
    leased = aliased(Delivery)
    rung_before = now() - timedelta(seconds=again_after)
    busy = (
        select(leased.id)
        .where(
            leased.workspace_id == Delivery.workspace_id,
            leased.environment == Delivery.environment,
            leased.account_id == Delivery.account_id,
            leased.lease_token.is_not(None),
        )
        .exists()
    )
    due = (
        select(
            Delivery.workspace_id,
            Delivery.environment,
            Delivery.id,
            Delivery.due_at,
            Delivery.rung_at,
            func.row_number()
            .over(
                partition_by=(Delivery.workspace_id, Delivery.environment, Delivery.account_id),
                order_by=(Delivery.due_at, Delivery.id),
            )
            .label("place"),
        )
        .where(
            or_(
                and_(Delivery.status == "queued", Delivery.due_at <= now()),
                and_(Delivery.next_look_at.is_not(None), Delivery.next_look_at <= now()),
            ),
            Delivery.platform.in_(platforms),
            Delivery.environment.in_(environments),
            ~busy,
        )
        .subquery()
    )
    first = (
        select(due.c.workspace_id, due.c.environment, due.c.id)
        # Both before the limit: else an account with a long queue, or accounts rung just now, would hide all others.
        .where(due.c.place == 1, or_(due.c.rung_at.is_(None), due.c.rung_at <= rung_before))
        .order_by(due.c.due_at)
        .limit(limit)
    )
    chosen = (
        select(Delivery.workspace_id, Delivery.environment, Delivery.id)
        .where(
            func.row(Delivery.workspace_id, Delivery.environment, Delivery.id).in_(first),
            # Once more on the locked rows: another worker may have rung one of them meanwhile.
            or_(Delivery.rung_at.is_(None), Delivery.rung_at <= rung_before),
        )
        .with_for_update(skip_locked=True)
    )
    rows = await session.scalars(
        update(Delivery)
        .where(func.row(Delivery.workspace_id, Delivery.environment, Delivery.id).in_(chosen))
        .values(rung_at=now(), wake=Delivery.wake + 1)
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )
    return list(rows)


async def dead_leases(session: AsyncSession, limit: int = 100) -> list[Delivery]:
    """Deliveries whose lease is over: their worker is gone."""
    rows = await session.scalars(
        select(Delivery).where(Delivery.lease_token.is_not(None), Delivery.lease_until <= now()).limit(limit)
    )
    return list(rows)


async def due_posts(session: AsyncSession, limit: int = 100) -> list[Post]:
    """Scheduled posts whose time has come, locked; posts that somebody else holds are left for the next round."""
    rows = await session.scalars(
        select(Post)
        .where(Post.status == "scheduled", Post.scheduled_at <= now())
        .order_by(Post.scheduled_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows)
