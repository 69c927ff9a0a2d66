"""Comments under a medium; stories have none."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.instagram.door import own
from dravo_simulator.store import JSON, Stored


async def create(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    media = _media(call, request)
    call.need("instagram_business_manage_comments")
    call.allow("message", "fields")
    message = call.text("message")
    if not message or not message.strip():
        raise call.invalid("The parameter message is required")
    if media.data["product"] == "STORY":
        raise call.invalid("Stories cannot be commented on")
    world = call.world
    with world.store.transaction():
        comment_id = str(18_100_000_000_000_000 + world.store.number())
        world.create("instagram", "comment", comment_id, media.id, {"text": message})
        world.record(call.account, "comment", comment_id, text=message, parent=media.id)
    return graph.answer({"id": comment_id})


async def list_of(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    media = _media(call, request)
    call.need("instagram_business_basic")
    call.allow("fields", "limit", "after")
    comments = list(call.world.store.newest("instagram", "comment", media.id))
    page, paging = graph.listing(call, comments, [comment.id for comment in comments])
    fields = call.fields(["id", "text", "timestamp"])
    return graph.answer({"data": [graph.select(call, _view(call, comment), fields) for comment in page]} | paging)


def _media(call: graph.Call, request: Request) -> Stored:
    object_id = str(request.path_params["object_id"])
    media = own(call, "media", object_id)
    if media is None:
        raise graph.no_such_object(call.world, object_id, request.method)
    return media


def _view(call: graph.Call, comment: Stored) -> JSON:
    return {
        "id": comment.id,
        "text": comment.data["text"],
        "timestamp": graph.facebook_time(comment.at),
        "username": call.account.handle,
        "from": {"id": call.account.id, "username": call.account.handle},
        "hidden": False,
        "like_count": 0,
    }
