"""POST and GET of a Page's posts."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.facebook.nodes import keep_unpublished, page_of, publish, view_photo, view_post
from dravo_simulator.facebook.photos import attached, is_indexed
from dravo_simulator.store import JSON, Stored


async def create(request: Request) -> Response:
    call = await graph.read(request, "facebook")
    page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    indexed = [name for name in call.parameters if is_indexed(name)]
    call.allow("message", "link", "published", "attached_media", "fields", *indexed)
    message, link = call.text("message") or "", call.text("link")
    photos = attached(call)
    if not message and not link and not photos:
        raise call.invalid("The parameter message or link is required")
    if link is not None:
        _check_link(call, link)
    with call.world.store.transaction():
        if call.flag("published", default=True):
            post = publish(call, message=message, link=link, photos=photos, options={"edge": "feed"})
        else:
            post = keep_unpublished(call, message=message, link=link, photos=photos)
    return graph.answer(graph.select(call, view_post(call, post), call.fields(["id"])))


async def published_posts(request: Request) -> Response:
    call = await graph.read(request, "facebook")
    return _list(request, call, with_unpublished=False)


async def feed(request: Request) -> Response:
    """Like published_posts, but unpublished posts are listed too."""
    call = await graph.read(request, "facebook")
    return _list(request, call, with_unpublished=True)


async def node(request: Request) -> Response:
    """A post, a photo or the page itself."""
    call = await graph.read(request, "facebook")
    call.need("pages_read_engagement")
    call.allow("fields")
    object_id = str(request.path_params["object_id"])
    if object_id in {"me", call.account.id}:
        page: JSON = {
            "id": call.account.id,
            "name": call.account.display_name,
            "username": call.account.handle,
            "link": f"https://www.facebook.com/{call.account.handle}",
        }
        return graph.answer(graph.select(call, page, call.fields(["id", "name"])))
    post = _own(call, "post", object_id)
    if post is not None:
        return graph.answer(graph.select(call, view_post(call, post), call.fields(["id", "message", "created_time"])))
    photo = _own(call, "photo", object_id)
    if photo is not None:
        return graph.answer(graph.select(call, view_photo(call, photo), call.fields(["id", "name", "created_time"])))
    raise graph.no_such_object(call.world, object_id, request.method)


def _list(request: Request, call: graph.Call, *, with_unpublished: bool) -> Response:
    page_of(call, request)
    call.need("pages_read_engagement")
    call.allow("fields", "limit", "after", "since", "until")
    until = call.number("until")
    posts = [
        post
        for post in call.world.store.newest("facebook", "post", call.account.id, since=call.number("since") or 0)
        if (with_unpublished or post.data["published"]) and (until is None or post.at < until)
    ]
    page, paging = graph.listing(call, posts, [post.id for post in posts])
    fields = call.fields(["id", "message", "created_time"])
    return graph.answer({"data": [graph.select(call, view_post(call, post), fields) for post in page]} | paging)


def _check_link(call: graph.Call, link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise call.invalid("The url you supplied is invalid")
    if parts.hostname == "facebook.com" or parts.hostname.endswith(".facebook.com"):
        raise graph.refusal(call.world, 100, "Links to Facebook are not allowed", subcode=1609008)


def _own(call: graph.Call, kind: str, object_id: str) -> Stored | None:
    found = call.world.store.get("facebook", kind, object_id)
    return found if found is not None and found.account == call.account.id else None
