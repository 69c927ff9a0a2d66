"""POST and GET of a Page's posts."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, graph_lists
from dravo_simulator.facebook.door import moment, own, own_content, page_of, read
from dravo_simulator.facebook.nodes import created_at, view_comment, view_photo, view_post
from dravo_simulator.facebook.photos import attached, is_indexed
from dravo_simulator.facebook.publishing import keep, show
from dravo_simulator.facebook.video_nodes import view_video
from dravo_simulator.store import Stored

MOST_DAYS_AHEAD = 30


async def create(request: Request) -> Response:
    call = await read(request)
    page = page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    call.need_task("CREATE_CONTENT")
    indexed = [name for name in call.parameters if is_indexed(name)]
    call.allow("message", "link", "published", "scheduled_publish_time", "attached_media", "fields", *indexed)
    message, link = call.text("message") or "", call.text("link")
    photos = attached(call)
    if not message.strip() and not link and not photos:
        raise call.invalid("The parameter message or link is required")
    if len(message) > call.world.settings.facebook_text_length:
        raise call.invalid("The message is too long")
    if link:
        _check_link(call, link)
    published, scheduled_at = call.flag("published", default=True), moment(call, at_most_days=MOST_DAYS_AHEAD)
    if published and scheduled_at is not None:
        raise call.invalid("A published post cannot be scheduled")
    world = call.world
    with world.store.transaction():
        content = [page, message, link]
        if published and message and not photos:
            _check_duplicate(call, content)
        post = keep(world, page, edge="feed", message=message, link=link, photos=photos, scheduled_at=scheduled_at)
        if published:
            post = show(world, post, world.now())
            world.store.set_fact(f"facebook last {page}", post.id)
            world.remember("facebook", content, page, post.id)
    return graph.answer(graph.select(call, view_post(call, post), call.fields(["id"])))


async def published_posts(request: Request) -> Response:
    return await _list(request, with_unpublished=False)


async def feed(request: Request) -> Response:
    """Like published_posts, but unpublished posts are listed too."""
    return await _list(request, with_unpublished=True)


async def node(request: Request) -> Response:
    """A post, a photo, a video or a comment."""
    call = await read(request)
    call.need("pages_read_engagement")
    call.allow("fields")
    object_id = str(request.path_params["object_id"])
    if (post := own(call, "post", object_id)) is not None:
        return graph.answer(graph.select(call, view_post(call, post), call.fields(["id", "message", "created_time"])))
    if (photo := own(call, "photo", object_id)) is not None:
        return graph.answer(graph.select(call, view_photo(call, photo), call.fields(["id", "name", "created_time"])))
    if (video := own(call, "video", object_id)) is not None:
        return graph.answer(graph.select(call, view_video(call, video), call.fields(["id", "description"])))
    comment = call.world.store.get("facebook", "comment", object_id)
    if comment is not None and comment.data["author"] == call.account.id:
        return graph.answer(graph.select(call, view_comment(call, comment), call.fields(["id", "message"])))
    raise graph.no_such_object(call.world, object_id, request.method)


async def delete(request: Request) -> Response:
    """What the Page has made: readers see it no more, the ledger keeps it."""
    call = await read(request)
    call.allow()
    object_id = str(request.path_params["object_id"])
    found = own_content(call, object_id)
    if found is None:
        raise graph.no_such_object(call.world, object_id, request.method)
    call.need("pages_manage_posts")
    call.need_task("CREATE_CONTENT")
    # A video or a photo goes with the post that is all about it, and the other way round.
    with call.world.store.transaction():
        for kind, related in _related(call, found):
            if (standing := own(call, kind, related)) is not None:
                call.world.change("facebook", standing, deleted=True)
    return graph.answer({"success": True})


async def _list(request: Request, *, with_unpublished: bool) -> Response:
    call = await read(request)
    page_of(call, request)
    call.need("pages_read_engagement")
    call.allow("fields", "limit", "after", "since", "until")
    world = call.world
    since, until = call.number("since") or 0, call.number("until")
    until = world.now() - world.settings.facebook_list_lag_seconds if until is None else until
    posts = [
        post
        for post in world.store.newest("facebook", "post", call.account.id)
        if (with_unpublished or post.data["published_at"] is not None)
        and since <= created_at(post) <= until
        and not post.data.get("deleted")
    ]
    posts.sort(key=created_at, reverse=True)
    listed, paging = graph_lists.listed(request, posts, [post.id for post in posts])
    fields = call.fields(["id", "message", "created_time"])
    return graph.answer({"data": [graph.select(call, view_post(call, post), fields) for post in listed]} | paging)


def _check_duplicate(call: graph.Call, content: list[str | None]) -> None:
    """The same message as the one before it, within some time."""
    world = call.world
    same = world.earlier("facebook", content, world.settings.facebook_duplicate_seconds)
    if same is not None and same == world.store.fact(f"facebook last {call.account.id}"):
        raise graph.refusal(world, 506, "Duplicate status message")


def _check_link(call: graph.Call, link: str) -> None:
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise call.invalid("The url you supplied is invalid")
    if host == "facebook.com" or host.endswith(".facebook.com"):
        raise graph.refusal(call.world, 100, "Links to Facebook are not allowed", subcode=1609008)
    if host in call.world.settings.facebook_unreadable_hosts:
        raise graph.refusal(call.world, 1609005, "There was a problem scraping data from the provided link")


def _related(call: graph.Call, found: Stored) -> list[tuple[str, str]]:
    """Kind and id of what is deleted together."""
    if found.kind == "post":
        videos = [("video", found.data["video"])] if found.data["video"] else []
        return [("post", found.id), *videos, *(("photo", photo) for photo in found.data["photos"])]
    post = own(call, "post", found.data["post_id"] or "")
    is_all = post is not None and len(post.data["photos"]) <= 1
    return [(found.kind, found.id), *([("post", post.id)] if post is not None and is_all else [])]
