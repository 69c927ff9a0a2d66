"""What a user decides about deliveries: what came of an unconfirmed one, and that failed ones are tried again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries.preparation import delivery_key
from dravo.deliveries.schemas import Resolution
from dravo.kit.db import now
from dravo.kit.errors import FieldError, conflict, not_found, validation_problem
from dravo.kit.ids import Key
from dravo.kit.queue import Ring
from dravo.lifecycle import rollup, states
from dravo.lifecycle.states import Status
from dravo.models import Commit, Delivery, Post

_NOT_THERE = "It was settled by hand: the post is not on the network. It can be retried."
_COMMENT = "The post was settled by hand; its first comment was not sent."


async def resolve(session: AsyncSession, post: Key, said: Resolution) -> None:
    """Settle an unconfirmed delivery as the user says. Raises Problem 404, 400 (another account) or 409.

    A look that is under way and this exclude each other: whichever comes second changes nothing.
    """
    delivery = await _delivery_of(session, post, said.account_id)
    if delivery.status != Status.unconfirmed:
        raise conflict(f"The delivery to this account is {delivery.status}; only an unconfirmed one can be resolved.")
    if delivery.lease_token is not None:
        raise conflict("The network is being looked at for this delivery right now; try again in a few seconds.")
    if said.outcome == "published":
        await _is_published(session, delivery, said.platform_post_id)
    else:
        await _is_not_published(session, delivery)
    await rollup.refresh(session, post)


async def _is_published(session: AsyncSession, delivery: Delivery, platform_post_id: str | None) -> None:
    commented = await _close(session, delivery, "confirmed", names=("publish",), evidence={"resolved": "published"})
    values: dict[str, Any] = {
        "published_at": now(),
        "publish_state": "confirmed",
        "error_code": None,
        "error_class": None,
        "error_message": None,
    }
    if platform_post_id is not None:
        values["platform_post_id"] = platform_post_id
    options = await session.scalar(
        select(Post.platform_options).where(
            Post.workspace_id == delivery.workspace_id,
            Post.environment == delivery.environment,
            Post.id == delivery.post_id,
        )
    )
    if not commented and (options or {}).get(delivery.platform, {}).get("first_comment"):
        values["warnings"] = [*delivery.warnings, {"code": "first_comment_not_sent", "message": _COMMENT}]
    try:
        async with session.begin_nested():
            await _settle(session, delivery, Status.published, values)
    except IntegrityError as error:
        if "uq_deliveries_platform_post" not in str(error.orig):
            raise
        raise conflict("The network's post of this id belongs to another delivery already.") from error


async def _is_not_published(session: AsyncSession, delivery: Delivery) -> None:
    state = "refuted" if delivery.publish_state == "confirmed" else "refused"
    await _close(session, delivery, state, names=("publish",), evidence={"resolved": "not_published"})
    await _close(session, delivery, "refused", names=("first_comment",), evidence={"resolved": "not_published"})
    values = {
        "publish_state": state,
        "platform_post_id": None,
        "platform_post_url": None,
        "error_code": "not_published",
        "error_class": "unknown_outcome",
        "error_message": _NOT_THERE,
    }
    await _settle(session, delivery, Status.failed, values)


async def _settle(session: AsyncSession, delivery: Delivery, target: Status, values: dict[str, Any]) -> None:
    if not await states.move(session, delivery_key(delivery), target, "resolved", values=values):
        raise conflict("The delivery has just changed; read the post again.")


async def _close(
    session: AsyncSession, delivery: Delivery, state: str, *, names: Sequence[str], evidence: dict[str, str]
) -> bool:
    """Write down how live commits ended. Answers whether a first comment has been sent for the delivery."""
    rows = (
        await session.scalars(
            select(Commit).where(
                Commit.workspace_id == delivery.workspace_id,
                Commit.environment == delivery.environment,
                Commit.delivery_id == delivery.id,
            )
        )
    ).all()
    for row in rows:
        if row.name in names and row.state in {"open", "confirmed"}:
            row.state, row.evidence = state, evidence
            row.settled_at = await session.scalar(select(now()))
    await session.flush()
    return any(row.name == "first_comment" and row.state in {"open", "confirmed"} for row in rows)


async def retry(session: AsyncSession, post: Key, account_ids: Sequence[str] | None) -> list[Ring]:
    """Queue the failed deliveries of a post again, all or those to some accounts; what to ring after the commit.

    Raises Problem 404, 400 (an account that the post does not go to) or 409 (nothing of it has failed).
    """
    deliveries = await _deliveries_of(session, post)
    known = {delivery.account_id for delivery in deliveries}
    strange = [index for index, account_id in enumerate(account_ids or ()) if account_id not in known]
    if strange:
        raise validation_problem([_unknown(f"/account_ids/{index}") for index in strange])
    chosen = [
        delivery
        for delivery in deliveries
        if delivery.status == Status.failed and (account_ids is None or delivery.account_id in account_ids)
    ]
    if not chosen:
        unsettled = any(delivery.status == Status.unconfirmed for delivery in deliveries)
        way_out = " An unconfirmed one must be settled first: POST …/resolve." if unsettled else ""
        raise conflict(f"None of these deliveries has failed, so there is nothing to retry.{way_out}")
    rings = [Ring(delivery_key(delivery), delivery.platform, delivery.wake + 1) for delivery in chosen]
    for ring in rings:
        await states.move(session, ring.key, Status.queued, "retried", values=_ANEW)
    await rollup.refresh(session, post)
    return rings


_ANEW: dict[str, Any] = {
    "due_at": now(),
    "due_since": now(),
    "rung_at": now(),
    "wake": Delivery.wake + 1,
    "generation": Delivery.generation + 1,
    "first_generation": Delivery.generation + 1,
    "waiting_for": None,
    "crashes": 0,
    "warnings": [],
    "error_code": None,
    "error_class": None,
    "error_message": None,
    "raw_response": {},
}
"""A delivery that begins a new life: nothing that was prepared for the old one is used again."""


async def _delivery_of(session: AsyncSession, post: Key, account_id: str) -> Delivery:
    for delivery in await _deliveries_of(session, post):
        if delivery.account_id == account_id:
            return delivery
    raise validation_problem([_unknown("/account_id")])


async def _deliveries_of(session: AsyncSession, post: Key) -> Sequence[Delivery]:
    """The post and all its deliveries, locked in the house's order. Raises Problem 404."""
    if await states.lock_post(session, post) is None:
        raise not_found("post")
    rows = await session.scalars(
        select(Delivery)
        .where(
            Delivery.workspace_id == post.workspace_id,
            Delivery.environment == post.environment,
            Delivery.post_id == post.id,
        )
        .order_by(Delivery.id)
        .with_for_update()
    )
    return rows.all()


def _unknown(pointer: str) -> FieldError:
    return FieldError(pointer, "unknown_account", "is not an account that this post goes to")
