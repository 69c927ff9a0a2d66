"""`/v1/posts/{id}/timeline`."""

from typing import Annotated

from fastapi import APIRouter, Depends

from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.deliveries import timeline
from dravo.deliveries.schemas import EntryView, TimelineView
from dravo.kit.errors import not_found
from dravo.kit.ids import Key

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
