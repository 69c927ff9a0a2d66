"""Storing a post, and taking it back."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth.schemas import Caller
from dravo.kit.errors import conflict, not_found
from dravo.kit.ids import Key, new_id
from dravo.kit.queue import Ring
from dravo.lifecycle import rollup, states, view
from dravo.lifecycle.states import Status
from dravo.media import queries as media
from dravo.models import Account, Delivery, Post, PostMedium
from dravo.posts import queries
from dravo.posts.check import Checked, check
from dravo.posts.schemas import PostAccepted, PostCanceled, read
from dravo.settings import Settings
from dravo.webhooks import events

MEDIA_OUTLIVE_POST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Created:
    """The answer, and what to ring once the transaction is durable."""

    answer: PostAccepted
    rings: list[Ring]


async def create(session: AsyncSession, caller: Caller, body: bytes, settings: Settings) -> Created:
    """Check a create body and store post, deliveries and event. Raises Problem 400 and stores nothing."""
    checked = await check(session, caller, read(body), settings)
    post = _post(caller, checked)
    key = Key(caller.workspace_id, caller.environment, post.id)
    deliveries = [_delivery(key, checked, i, account) for i, account in enumerate(checked.accounts)]
    session.add(post)
    await session.flush()
    session.add_all(deliveries)
    session.add_all(_media(key, checked))
    await session.flush()
    await _keep_media(session, key, checked)
    if post.status == "queued":
        await _announce(session, key)
    answer = PostAccepted.model_validate({"id": post.id, "status": post.status, "scheduled_at": post.scheduled_at})
    return Created(answer, [_ring(delivery) for delivery in deliveries if delivery.status == "queued"])


def _post(caller: Caller, checked: Checked) -> Post:
    asked = checked.post
    options = asked.platform_options
    return Post(
        workspace_id=caller.workspace_id,
        environment=caller.environment,
        id=new_id("post"),
        text=asked.text,
        media_urls=asked.urls,
        platform_options={}
        if options is None
        else options.model_dump(mode="json", exclude_none=True, exclude_unset=True),
        account_ids=asked.account_ids,
        status="queued" if asked.scheduled_at is None else "scheduled",
        scheduled_at=asked.scheduled_at,
        created_at=checked.now,
        published_at=None,
    )


def _delivery(post: Key, checked: Checked, position: int, account: Account) -> Delivery:
    scheduled_at = checked.post.scheduled_at
    return Delivery(
        workspace_id=post.workspace_id,
        environment=post.environment,
        id=new_id("del"),
        post_id=post.id,
        account_id=account.id,
        platform=account.platform,
        position=position,
        status="queued" if scheduled_at is None else "scheduled",
        due_at=scheduled_at or checked.now,
        due_since=scheduled_at or checked.now,
        generation=1,
        attempts=0,
        wake=0,
        # It is rung right after the commit; dispatch rings again when that ring is lost.
        rung_at=checked.now if scheduled_at is None else None,
        warnings=[],
        raw_response={},
        created_at=checked.now,
    )


def _media(post: Key, checked: Checked) -> list[PostMedium]:
    return [
        PostMedium(
            workspace_id=post.workspace_id,
            environment=post.environment,
            post_id=post.id,
            position=position,
            url=url,
            asset_id=asset_id,
        )
        for position, (url, asset_id) in enumerate(zip(checked.post.urls, checked.asset_ids, strict=True))
    ]


async def _keep_media(session: AsyncSession, post: Key, checked: Checked) -> None:
    """Ingested media outlive their post's time, with room for holds and retries, however far ahead it is scheduled."""
    asset_ids = [asset_id for asset_id in checked.asset_ids if asset_id is not None] + checked.attached_ids
    until = (checked.post.scheduled_at or checked.now) + MEDIA_OUTLIVE_POST
    await media.keep_until(session, post.workspace_id, post.environment, asset_ids, until)


async def _announce(session: AsyncSession, post: Key) -> None:
    seen = await view.one(session, post)
    assert seen is not None
    events.record(session, post, "post.queued", seen.model_dump(mode="json"))


def _ring(delivery: Delivery) -> Ring:
    return Ring(Key(delivery.workspace_id, delivery.environment, delivery.id), delivery.platform, delivery.wake)


async def cancel(session: AsyncSession, post: Key) -> PostCanceled:
    """Cancel every delivery of a scheduled post, or none. Raises Problem 404, or 409 when it is not scheduled any more."""
    status = await states.lock_post(session, post)
    if status is None:
        raise not_found("post")
    if status != "scheduled":
        raise conflict(f"The post is {status}; only a scheduled one can be canceled.")
    canceled = await states.move_all(session, post, Status.canceled, "canceled")
    if canceled != await queries.number_of_deliveries(session, post):
        raise conflict("A delivery of the post is under way already; it cannot be canceled any more.")
    await rollup.refresh(session, post)
    return PostCanceled(id=post.id, status="canceled", scheduled_at=await queries.scheduled_at(session, post))
