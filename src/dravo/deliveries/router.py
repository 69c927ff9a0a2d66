"""`/v1/posts/{id}/timeline`, `/resolve` and `/retry`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.deliveries import by_hand, timeline
from dravo.deliveries.schemas import EntryView, Resolution, Retry, TimelineView
from dravo.kit.errors import not_found
from dravo.kit.ids import Key
from dravo.kit.openapi import json_body
from dravo.kit.schemas import parse_model
from dravo.lifecycle import view
from dravo.lifecycle.view import PostView

router = APIRouter(prefix="/v1/posts", tags=["posts"])


@router.get("/{post_id}/timeline")
async def get_timeline(
    post_id: str, caller: Annotated[Caller, Depends(requires("posts:read"))], resources: ResourcesDep
) -> TimelineView:
    """Every step of every delivery of a post, with the network's redacted request and answer."""
    async with resources.db.transaction() as session:
        rows = await timeline.of_post(session, Key(caller.workspace_id, caller.environment, post_id))
    if not rows:
        raise not_found("post")
    items = [
        EntryView.model_validate(
            {name: getattr(entry, name) for name in EntryView.model_fields if name not in {"account_id", "platform"}}
            | {"account_id": delivery.account_id, "platform": delivery.platform}
        )
        for delivery, entry in rows
        if entry is not None
    ]
    return TimelineView(post_id=post_id, items=items)


Writer = Annotated[Caller, Depends(requires("posts:write"))]


@router.post(
    "/{post_id}/resolve",
    summary="Settle an unconfirmed delivery",
    responses={409: {"description": "It is not unconfirmed, or is being looked at right now."}},
    openapi_extra=json_body(Resolution, {"account_id": "acc_…", "outcome": "published", "platform_post_id": "189…"}),
)
async def resolve_post(post_id: str, request: Request, caller: Writer, resources: ResourcesDep) -> PostView:
    """Say what came of a delivery whose answer was lost: `published`, or `not_published`, which makes it `failed`."""
    said = parse_model(Resolution, await request.body())
    post = Key(caller.workspace_id, caller.environment, post_id)
    async with resources.db.transaction() as session:
        await by_hand.resolve(session, post, said)
        return await _seen(session, post)


@router.post(
    "/{post_id}/retry",
    status_code=202,
    summary="Retry failed deliveries",
    responses={409: {"description": "Nothing of the post has failed."}},
    openapi_extra=json_body(Retry, {"account_ids": ["acc_…"]}),
)
async def retry_post(post_id: str, request: Request, caller: Writer, resources: ResourcesDep) -> PostView:
    """Queue the deliveries that failed again, all or those to some accounts. Nothing that was published is sent again."""
    asked = parse_model(Retry, await request.body() or b"{}")
    post = Key(caller.workspace_id, caller.environment, post_id)
    async with resources.db.transaction() as session:
        rings = await by_hand.retry(session, post, asked.account_ids)
        seen = await _seen(session, post)
    resources.queue.ring(rings)
    return seen


async def _seen(session: AsyncSession, post: Key) -> PostView:
    session.expire_all()
    found = await view.one(session, post)
    assert found is not None, "the post is locked"
    return found
