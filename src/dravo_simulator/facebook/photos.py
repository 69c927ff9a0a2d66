"""POST /{page}/photos: a picture, published at once or kept for a post."""

import re

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.facebook.door import own, page_of, read
from dravo_simulator.facebook.nodes import view_post
from dravo_simulator.facebook.publishing import keep, show
from dravo_simulator.facebook.pulling import pulled
from dravo_simulator.fetch import FetchFailed
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import Stored
from dravo_simulator.wire import Refusal

KINDS = {"image/jpeg", "image/bmp", "image/png", "image/gif", "image/tiff"}
"""Page photos reference, read 2026-09-11. WebP is not listed there."""


async def create(request: Request) -> Response:
    call = await read(request)
    page = page_of(call, request)
    call.need("pages_manage_posts", "pages_read_engagement")
    call.need_task("CREATE_CONTENT")
    call.allow("url", "source", "caption", "message", "published", "temporary", "alt_text_custom", "fields")
    published, temporary = call.flag("published", default=True), call.flag("temporary", default=False)
    if published and temporary:
        raise call.invalid("A published photo cannot be temporary")
    caption = call.text("caption") or call.text("message") or ""
    picture, facts = await picture_of(request, call, url=call.text("url"), file="source")
    world = call.world
    with world.store.transaction():
        data = {
            "sha256": world.store.blobs.keep(picture, facts.content_type, facts).sha256,
            "caption": caption,
            "alt_text": call.text("alt_text_custom"),
            "url": call.text("url"),
            "temporary": temporary,
            "post_id": None,
        }
        photo = world.create("facebook", "photo", str(122_000_000_000_000_000 + world.store.number()), page, data)
        if not published:
            return graph.answer({"id": photo.id})
        post = show(world, keep(world, page, edge="photos", message=caption, photos=[photo]), world.now())
    more = graph.select(call, view_post(call, post), call.fields([])) if call.text("fields") else {}
    return graph.answer(more | {"id": photo.id, "post_id": post.id})


def is_indexed(name: str) -> bool:
    """Whether a form field is one entry of ``attached_media``."""
    return re.fullmatch(r"attached_media\[\d{1,3}\]", name) is not None


def attached(call: graph.Call) -> list[Stored]:
    """The photos of ``attached_media``: ``attached_media[0]={…}`` in a form, a list in JSON."""
    listed = call.structure("attached_media") or []
    indexed = sorted((name for name in call.parameters if is_indexed(name)), key=lambda name: int(name[15:-1]))
    entries = [*listed, *(call.structure(name) for name in indexed)] if isinstance(listed, list) else [None]
    return [_photo(call, entry) for entry in entries]


def _unreadable(call: graph.Call) -> Refusal:
    return graph.refusal(call.world, 324, "Missing or invalid image file", subcode=2069019)


def _too_large(call: graph.Call) -> Refusal:
    """What a peer's users were told (postiz-app, read at 74b01ad)."""
    most = call.world.settings.facebook_photo_bytes / 1024 / 1024
    message = f"Your photos couldn't be uploaded. Photos should be less than {most:g} MB and saved as JPG or PNG files."
    return graph.refusal(call.world, 100, message, subcode=1366046, title="Can't Read Files")


async def picture_of(
    request: Request, call: graph.Call, *, url: str | None = None, file: str | None = None
) -> tuple[Received, Facts]:
    """A picture on disk that Facebook takes: the file of that name, or what the URL leads to."""
    received = None if file is None else call.take(file)
    most = call.world.settings.facebook_photo_bytes
    if received is None and url is None:
        raise graph.refusal(call.world, 324, "Missing or invalid image file")
    try:
        received = received or await pulled(request, url or "", "image", at_most=most)
    except FetchFailed as failure:
        raise _unreadable(call) from failure
    except TooLarge as large:
        raise _too_large(call) from large
    facts = await probe(received.path)
    kinds = KINDS | ({"image/webp"} if call.world.settings.facebook_webp == "accept" else set())
    if facts is not None and facts.content_type in kinds and received.size <= most:
        return received, facts
    received.discard()
    raise _too_large(call) if received.size > most else _unreadable(call)


def _photo(call: graph.Call, entry: object) -> Stored:
    if not isinstance(entry, dict) or set(entry) != {"media_fbid"}:
        raise call.invalid("Param attached_media must hold objects with media_fbid")
    photo = own(call, "photo", str(entry["media_fbid"]))
    if photo is None:
        raise graph.no_such_object(call.world, str(entry["media_fbid"]), "post")
    if photo.data["post_id"] is not None and call.world.settings.refuse_duplicates:
        raise graph.refusal(call.world, 1, "These photos were already posted", subcode=1366051)
    return photo
