"""Comments under a post, a photo or a video of the Page."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, graph_lists
from dravo_simulator.facebook.door import own, own_content, read
from dravo_simulator.facebook.nodes import view_comment
from dravo_simulator.facebook.photos import picture_of
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import medium


async def create(request: Request) -> Response:
    """A text, a picture, or both; under what readers can see."""
    call = await read(request)
    named, thread, post = _parent(call, request)
    call.need("pages_manage_engagement", "pages_read_engagement")
    call.need_task("MODERATE")
    call.allow("message", "attachment_url", "attachment_id", "fields")
    message, url, photo_id = call.text("message") or "", call.text("attachment_url"), call.text("attachment_id")
    if not message.strip() and not url and not photo_id:
        raise call.invalid("The parameter message is required")
    if url and photo_id:
        raise call.invalid("attachment_url and attachment_id cannot be given together")
    if len(message) > call.world.settings.facebook_comment_length:
        raise call.invalid("The comment is too long")
    world = call.world
    sha256 = None if photo_id is None else _photo(call, photo_id)
    picture = None if url is None else await picture_of(request, call, url=url)
    with world.store.transaction():
        if picture is not None:
            received, facts = picture
            sha256 = world.store.blobs.keep(received, facts.content_type, facts).sha256
        comment_id = f"{named.rpartition('_')[2]}_{world.store.number() + 900_000_000_000_000}"
        data: JSON = {"message": message, "author": call.account.id, "sha256": sha256, "url": url}
        comment = world.create("facebook", "comment", comment_id, thread, data)
        blob = None if sha256 is None else world.store.blob(sha256)
        media = [] if blob is None else [medium(blob, url=url)]
        world.record(call.account, "comment", comment_id, text=message, media=media, parent=post.id)
    return graph.answer(graph.select(call, view_comment(call, comment), call.fields(["id"])))


async def list_of(request: Request) -> Response:
    call = await read(request)
    _, thread, _ = _parent(call, request)
    call.need("pages_read_engagement")
    call.allow("fields", "limit", "after", "filter", "order")
    comments = list(call.world.store.newest("facebook", "comment", thread))
    if call.text("order") != "reverse_chronological":
        comments.reverse()
    page, paging = graph_lists.listed(request, comments, [comment.id for comment in comments])
    fields = call.fields(["id", "message", "created_time", "from"])
    data = [graph.select(call, view_comment(call, comment), fields) for comment in page]
    return graph.answer({"data": data} | paging)


def _parent(call: graph.Call, request: Request) -> tuple[str, str, Stored]:
    """The id of the path, that of whose comments they are, and the post.

    A video's comments are those of its post, and so are those of a photo that stands alone; one of several has its own.
    """
    object_id = str(request.path_params["object_id"])
    found = own_content(call, object_id)
    post = found
    if found is not None and found.kind != "post":
        post = own(call, "post", found.data["post_id"] or "")
    if found is None or post is None or post.data["published_at"] is None:
        raise graph.no_such_object(call.world, object_id, request.method)
    return object_id, found.id if len(post.data["photos"]) > 1 else post.id, post


def _photo(call: graph.Call, photo_id: str) -> str:
    """The picture of a photo that was uploaded unpublished."""
    photo = own(call, "photo", photo_id)
    if photo is None:
        raise graph.no_such_object(call.world, photo_id, "post")
    return str(photo.data["sha256"])
