"""Comments under a post or a photo of the Page."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.facebook.nodes import view_comment
from dravo_simulator.store import Stored


async def create(request: Request) -> Response:
    call = await graph.read(request, "facebook")
    parent = _parent(call, request)
    call.need("pages_manage_engagement", "pages_read_engagement")
    call.allow("message", "fields")
    message = call.text("message")
    if not message or not message.strip():
        raise call.invalid("The parameter message is required")
    world = call.world
    with world.store.transaction():
        comment_id = f"{parent.id.rpartition('_')[2]}_{world.store.number() + 900_000_000_000_000}"
        comment = world.create("facebook", "comment", comment_id, parent.id, {"message": message})
        world.record(call.account, "comment", comment_id, text=message, parent=parent.id)
    return graph.answer(graph.select(call, view_comment(call, comment), call.fields(["id"])))


async def list_of(request: Request) -> Response:
    call = await graph.read(request, "facebook")
    parent = _parent(call, request)
    call.need("pages_read_engagement")
    call.allow("fields", "limit", "after", "filter", "order")
    comments = list(call.world.store.newest("facebook", "comment", parent.id))
    if call.text("order") != "reverse_chronological":
        comments.reverse()
    page, paging = graph.listing(call, comments, [comment.id for comment in comments])
    fields = call.fields(["id", "message", "created_time", "from"])
    data = [graph.select(call, view_comment(call, comment), fields) for comment in page]
    return graph.answer({"data": data} | paging)


def _parent(call: graph.Call, request: Request) -> Stored:
    object_id = str(request.path_params["object_id"])
    for kind in ("post", "photo"):
        found = call.world.store.get("facebook", kind, object_id)
        if found is not None and found.account == call.account.id:
            return found
    raise graph.no_such_object(call.world, object_id, request.method)
