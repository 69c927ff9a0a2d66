"""POST /{page}/photos: a picture, published at once or kept for a post."""

import re

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.facebook.nodes import page_of, publish, view_post
from dravo_simulator.fetch import Fetcher, FetchFailed
from dravo_simulator.store import Stored
from dravo_simulator.wire import look_at_picture

MOST_BYTES = 10 * 1024 * 1024
KINDS = {"image/jpeg", "image/bmp", "image/png", "image/gif", "image/tiff"}
"""Page photos reference, read 2026-09-11. WebP is not listed there."""


async def create(request: Request) -> Response:
    call = await graph.read(request, "facebook")
    page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    call.allow("url", "source", "caption", "message", "published", "temporary", "alt_text_custom", "fields")
    content = await _content(request, call)
    picture = look_at_picture(content)
    if picture is None or picture.content_type not in KINDS or len(content) > MOST_BYTES:
        raise graph.refusal(call.world, 324, "Missing or invalid image file", subcode=2069019)
    published = call.flag("published", default=True)
    caption = call.text("caption") or call.text("message") or ""
    world = call.world
    with world.store.transaction():
        blob = world.store.add_blob(content, picture.content_type)
        photo = world.create(
            "facebook",
            "photo",
            str(122_000_000_000_000_000 + world.store.number()),
            call.account.id,
            {
                "sha256": blob.sha256,
                "caption": caption,
                "alt_text": call.text("alt_text_custom"),
                "url": call.text("url"),
                "post_id": None,
            },
        )
        if not published:
            return graph.answer({"id": photo.id})
        post = publish(call, message=caption, link=None, photos=[photo], options={"edge": "photos"})
    more = graph.select(call, view_post(call, post), call.fields([])) if call.text("fields") else {}
    return graph.answer(more | {"id": photo.id, "post_id": post.id})


async def _content(request: Request, call: graph.Call) -> bytes:
    """The bytes sent along, or those behind the URL, which is really read."""
    if "source" in call.files:
        return call.files["source"]
    url = call.text("url")
    if url is None:
        raise graph.refusal(call.world, 324, "Missing or invalid image file")
    fetcher: Fetcher = request.app.state.fetcher
    try:
        return (await fetcher.get(url, at_most=MOST_BYTES)).content
    except FetchFailed as failure:
        raise graph.refusal(call.world, 324, "Missing or invalid image file", subcode=2069019) from failure


def is_indexed(name: str) -> bool:
    """Whether a form field is one entry of ``attached_media``."""
    return re.fullmatch(r"attached_media\[\d{1,3}\]", name) is not None


def attached(call: graph.Call) -> list[Stored]:
    """The photos of ``attached_media``: ``attached_media[0]={…}`` in a form, a list in JSON."""
    listed = call.structure("attached_media") or []
    indexed = sorted((name for name in call.parameters if is_indexed(name)), key=lambda name: int(name[15:-1]))
    entries = [*listed, *(call.structure(name) for name in indexed)] if isinstance(listed, list) else [None]
    return [_photo(call, entry) for entry in entries]


def _photo(call: graph.Call, entry: object) -> Stored:
    if not isinstance(entry, dict) or set(entry) != {"media_fbid"}:
        raise call.invalid("Param attached_media must hold objects with media_fbid")
    photo = call.world.store.get("facebook", "photo", str(entry["media_fbid"]))
    unused_seconds = 86400  # Unpublished photos that no post takes are deleted after about a day.
    if photo is None or photo.account != call.account.id or photo.at + unused_seconds <= call.world.now():
        raise graph.no_such_object(call.world, str(entry["media_fbid"]), "post")
    if photo.data["post_id"] is not None and call.world.settings.refuse_duplicates:
        raise graph.refusal(call.world, 1, "These photos were already posted", subcode=1366051)
    return photo
