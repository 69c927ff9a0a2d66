"""`/v1/posts`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from dravo.auth.dependencies import ResourcesDep, requires
from dravo.auth.schemas import Caller
from dravo.kit.errors import conflict, not_found
from dravo.kit.ids import Key
from dravo.kit.openapi import json_body
from dravo.kit.paging import Page, cut
from dravo.lifecycle import view
from dravo.lifecycle.view import PostView
from dravo.posts import idempotency, queries, service
from dravo.posts.schemas import EXAMPLE, PostAccepted, PostCanceled, PostCreate, PostsQuery

router = APIRouter(prefix="/v1/posts", tags=["posts"])

Reader = Annotated[Caller, Depends(requires("posts:read"))]
Writer = Annotated[Caller, Depends(requires("posts:write"))]
IdempotencyKey = Annotated[str | None, Depends(idempotency.key_of)]


@router.post(
    "",
    status_code=202,
    summary="Create a post",
    response_model=PostAccepted,
    responses={
        202: {
            "description": "Accepted: the post is durable and will be delivered.",
            "headers": {
                "Idempotent-Replayed": {
                    "description": "`true` when this is the answer of an earlier request with the same key.",
                    "schema": {"type": "string", "enum": ["true"]},
                }
            },
        },
        409: {"description": "The post of this Idempotency-Key is just being removed; try again."},
        422: {"description": "The same Idempotency-Key with another body."},
    },
    openapi_extra=json_body(PostCreate, EXAMPLE),
)
async def create_post(request: Request, caller: Writer, resources: ResourcesDep, key: IdempotencyKey) -> JSONResponse:
    """Publish to one or more accounts, now or later. Answers as soon as the post is stored; it is delivered afterwards."""
    body = await request.body()
    attempt = idempotency.Attempt.of(caller, key, body)
    try:
        async with resources.db.transaction() as session:
            if (earlier := await idempotency.find(session, attempt)) is not None:
                return _replayed(earlier)
            created = await service.create(session, caller, body, resources.settings)
            await idempotency.keep(session, attempt, created.answer)
    except idempotency.Taken:
        async with resources.db.transaction() as session:
            return _replayed(await idempotency.find(session, attempt))
    resources.queue.ring(created.rings)
    return JSONResponse(created.answer.model_dump(mode="json"), 202)


def _replayed(answer: idempotency.Answer | None) -> JSONResponse:
    if answer is None:
        raise conflict("The post of this Idempotency-Key was removed meanwhile; try again.")
    return JSONResponse(answer, 202, headers={"Idempotent-Replayed": "true"})


@router.get("", summary="List posts")
async def list_posts(wanted: Annotated[PostsQuery, Query()], caller: Reader, resources: ResourcesDep) -> Page[PostView]:
    """The posts of this environment, newest first."""
    async with resources.db.transaction() as session:
        rows = await queries.page(session, caller.workspace_id, caller.environment, wanted)
        page, next_cursor = cut(rows, wanted.limit)
        return Page(items=await view.many(session, page), next_cursor=next_cursor)


@router.get("/{post_id}", summary="Read a post")
async def get_post(post_id: str, caller: Reader, resources: ResourcesDep) -> PostView:
    """One post with what became of it on each account."""
    async with resources.db.transaction() as session:
        found = await view.one(session, Key(caller.workspace_id, caller.environment, post_id))
    if found is None:
        raise not_found("post")
    return found


@router.post(
    "/{post_id}/cancel", summary="Cancel a scheduled post", responses={409: {"description": "It is not scheduled."}}
)
async def cancel_post(post_id: str, caller: Writer, resources: ResourcesDep) -> PostCanceled:
    """Cancel all deliveries of a post that is still scheduled; none is sent after this has answered."""
    async with resources.db.transaction() as session:
        return await service.cancel(session, Key(caller.workspace_id, caller.environment, post_id))
