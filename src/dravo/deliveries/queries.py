"""SQL of the delivery engine. What is written on behalf of a lease carries the lease, and changes nothing when it is stale."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import now
from dravo.kit.ids import Key
from dravo.lifecycle.states import at
from dravo.models import Account, Commit, Delivery, Post, PostMedium, Step

UNNAMED_FOR = timedelta(days=1)
"""For how long a post without a known id may be taken for a later one: a network may tell ids hours late."""

MOST_BOUND = 1000
"""More posts than any network lists in answer to a look."""


async def find(session: AsyncSession, key: Key) -> Delivery | None:
    return await session.scalar(select(Delivery).where(*at(key)))


async def account_of(session: AsyncSession, delivery: Delivery) -> Account:
    return (await session.scalars(select(Account).where(*account(delivery)))).one()


async def post_of(session: AsyncSession, delivery: Delivery) -> Post:
    return (
        await session.scalars(
            select(Post).where(
                Post.workspace_id == delivery.workspace_id,
                Post.environment == delivery.environment,
                Post.id == delivery.post_id,
            )
        )
    ).one()


async def media_of(session: AsyncSession, delivery: Delivery) -> Sequence[PostMedium]:
    return (
        await session.scalars(
            select(PostMedium)
            .where(
                PostMedium.workspace_id == delivery.workspace_id,
                PostMedium.environment == delivery.environment,
                PostMedium.post_id == delivery.post_id,
            )
            .order_by(PostMedium.position)
        )
    ).all()


async def renew(session: AsyncSession, key: Key, token: str, seconds: float) -> bool:
    """Extend a lease that is still live; never shorten it."""
    renewed = await session.execute(
        update(Delivery)
        .where(*at(key), Delivery.lease_token == token, Delivery.lease_until > now())
        .values(lease_until=func.greatest(Delivery.lease_until, now() + timedelta(seconds=seconds)))
    )
    return bool(renewed.rowcount)  # type: ignore[attr-defined]


async def holds(session: AsyncSession, key: Key, token: str) -> bool:
    """Whether the lease is still this one; locks the row until the transaction ends, so that the answer stays true."""
    held = await session.scalar(select(Delivery.id).where(*at(key), Delivery.lease_token == token).with_for_update())
    return held is not None


async def steps_of(session: AsyncSession, delivery: Delivery) -> list[tuple[Step, bool]]:
    """The steps of the present generation, and whether each one's time of keeping is over."""
    over = func.coalesce(Step.kept_until <= now(), literal(False))
    rows = await session.execute(
        select(Step, over).where(
            Step.workspace_id == delivery.workspace_id,
            Step.environment == delivery.environment,
            Step.delivery_id == delivery.id,
            Step.generation == delivery.generation,
        )
    )
    return [(step, is_over) for step, is_over in rows]


async def commits_of(session: AsyncSession, delivery: Delivery) -> Sequence[Commit]:
    return (
        await session.scalars(
            select(Commit)
            .where(
                Commit.workspace_id == delivery.workspace_id,
                Commit.environment == delivery.environment,
                Commit.delivery_id == delivery.id,
            )
            .order_by(Commit.opened_at)
        )
    ).all()


async def save_step(session: AsyncSession, key: Key, values: dict[str, Any]) -> None:
    """Keep an answer, or replace one that no longer counts."""
    row = {"workspace_id": key.workspace_id, "environment": key.environment, "delivery_id": key.id, **values}
    statement = pg_insert(Step).values(**row)
    changed = {name: statement.excluded[name] for name in values if name not in {"generation", "name", "started_at"}}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "environment", "delivery_id", "generation", "name"], set_=changed
        )
    )


async def open_commit(
    session: AsyncSession, key: Key, token: str, values: dict[str, Any], *, lease_seconds: float
) -> bool:
    """Store an intent. One statement checks that the delivery is leased to us, live, and extends the lease over the call."""
    publish = {"publish_state": "open"} if values["name"] == "publish" else {}
    # A look at an unconfirmed delivery may go on to its first comment, never to a second post.
    here = ("processing",) if publish else ("processing", "unconfirmed")
    granted = await session.execute(
        update(Delivery)
        .where(*at(key), Delivery.status.in_(here), Delivery.lease_token == token, Delivery.lease_until > now())
        .values(lease_until=func.greatest(Delivery.lease_until, now() + timedelta(seconds=lease_seconds)), **publish)
    )
    if not granted.rowcount:  # type: ignore[attr-defined]
        return False
    await session.execute(
        insert(Commit).values(
            workspace_id=key.workspace_id,
            environment=key.environment,
            delivery_id=key.id,
            state="open",
            lease_token=token,
            opened_at=now(),
            looks=0,
            **values,
        )
    )
    return True


async def close_commit(
    session: AsyncSession,
    key: Key,
    commit: Commit,
    state: str,
    *,
    answer: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Write down how an intent ended: confirmed, refused, or (after confirmed) refuted."""
    values: dict[str, Any] = {"state": state, "settled_at": now()}
    if answer is not None:
        values["answer"] = answer
    if evidence is not None:
        values["evidence"] = evidence
    await session.execute(
        update(Commit)
        .where(
            Commit.workspace_id == key.workspace_id,
            Commit.environment == key.environment,
            Commit.id == commit.id,
            Commit.state.in_(("open", "confirmed")),
        )
        .values(**values)
    )
    if commit.name == "publish":
        await session.execute(update(Delivery).where(*at(key)).values(publish_state=state))


async def bind_post(session: AsyncSession, key: Key, post_id: str) -> None:
    """The network's post is this delivery's from now on; a unique index refuses one that is another's."""
    await session.execute(update(Delivery).where(*at(key)).values(platform_post_id=post_id))


async def bound_posts(session: AsyncSession, delivery: Delivery) -> frozenset[str]:
    """The newest posts of the network that belong to other deliveries, of whatever account; older ones no look reaches."""
    ids = await session.scalars(
        select(Delivery.platform_post_id)
        .where(
            Delivery.workspace_id == delivery.workspace_id,
            Delivery.environment == delivery.environment,
            Delivery.platform == delivery.platform,
            Delivery.id != delivery.id,
            Delivery.platform_post_id.is_not(None),
        )
        .order_by(Delivery.created_at.desc())
        .limit(MOST_BOUND)
    )
    return frozenset(post_id for post_id in ids if post_id is not None)


async def is_any_unnamed(session: AsyncSession, delivery: Delivery, sent_at: datetime) -> bool:
    """Whether another delivery of the same text to the account was sent around then and no post is known to be its."""
    words = (
        select(Post.text)
        .where(
            Post.workspace_id == delivery.workspace_id,
            Post.environment == delivery.environment,
            Post.id == delivery.post_id,
        )
        .correlate(None)
        .scalar_subquery()
    )
    others = (
        select(Delivery.id)
        .join(Commit, (Commit.delivery_id == Delivery.id) & (Commit.workspace_id == Delivery.workspace_id))
        .join(Post, (Post.id == Delivery.post_id) & (Post.workspace_id == Delivery.workspace_id))
        .where(
            Delivery.workspace_id == delivery.workspace_id,
            Delivery.environment == delivery.environment,
            Delivery.account_id == delivery.account_id,
            Delivery.id != delivery.id,
            Delivery.platform_post_id.is_(None),
            Commit.name == "publish",
            Commit.state.in_(("open", "confirmed")),
            Commit.opened_at > sent_at - UNNAMED_FOR,
            Post.text == words,
        )
    )
    return bool(await session.scalar(select(others.exists())))


async def refute(session: AsyncSession, key: Key, evidence: dict[str, Any]) -> None:
    """The network took the post and says now that nothing came of it: its confirmed publish becomes refuted."""
    await session.execute(
        update(Commit)
        .where(
            Commit.workspace_id == key.workspace_id,
            Commit.environment == key.environment,
            Commit.delivery_id == key.id,
            Commit.name == "publish",
            Commit.state == "confirmed",
        )
        .values(state="refuted", evidence=evidence, settled_at=now())
    )
    await session.execute(update(Delivery).where(*at(key)).values(publish_state="refuted", platform_post_id=None))


async def count_look(session: AsyncSession, key: Key, commit: Commit) -> None:
    await session.execute(
        update(Commit)
        .where(Commit.workspace_id == key.workspace_id, Commit.environment == key.environment, Commit.id == commit.id)
        .values(looks=Commit.looks + 1, absent_at=None)
    )


async def note_absence(session: AsyncSession, key: Key, commit: Commit) -> datetime:
    """Write down that the network said for the first time, late enough to count, that nothing came of it; when that was."""
    noted = (
        await session.execute(
            update(Commit)
            .where(
                Commit.workspace_id == key.workspace_id, Commit.environment == key.environment, Commit.id == commit.id
            )
            .values(absent_at=now())
            .returning(Commit.absent_at)
        )
    ).scalar_one()
    assert noted is not None, "it was just written"
    return noted


async def open_probe(session: AsyncSession, key: Key, commit: Commit, within: timedelta) -> bool:
    """Write down that an open commit is sent once more. False: it was before, or its intent is older than `within`."""
    granted = await session.execute(
        update(Commit)
        .where(
            Commit.workspace_id == key.workspace_id,
            Commit.environment == key.environment,
            Commit.id == commit.id,
            Commit.state == "open",
            Commit.probed_at.is_(None),
            Commit.opened_at + within > now(),
        )
        .values(probed_at=now())
    )
    return bool(granted.rowcount)  # type: ignore[attr-defined]


def account(delivery: Delivery) -> tuple[Any, ...]:
    return (
        Account.workspace_id == delivery.workspace_id,
        Account.environment == delivery.environment,
        Account.id == delivery.account_id,
    )


async def clock(session: AsyncSession) -> datetime:
    """The database's time."""
    found: datetime = (await session.execute(text("SELECT dravo_now()"))).scalar_one()
    return found
