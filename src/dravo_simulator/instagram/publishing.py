"""POST /{ig}/media_publish: a container becomes a medium that readers see; and how many may in a day."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.blobs import Blob
from dravo_simulator.instagram import errors
from dravo_simulator.instagram.door import account_of, need, own
from dravo_simulator.instagram.statuses import DAY_SECONDS, status_of
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World, medium

PRODUCTS = {"REELS": "REELS", "STORIES": "STORY"}
OF_THE_MEDIUM = {"caption", "alt_text", "user_tags", "cover_url"}
"""Options that the ledger shows with the text or the medium they belong to."""


async def publish(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    need(call, "basic", "publish")
    call.allow("creation_id", "fields")
    world = call.world
    creation_id = call.text("creation_id") or ""
    await request.app.state.pulls.settle(creation_id)
    container = own(call, "container", creation_id)
    if container is None:
        raise errors.refusal(world, 2207008)
    if container.data["kind"] == "CHILD":
        raise call.invalid("An item of a carousel cannot be published by itself")
    status = status_of(world, container)
    if status == "PUBLISHED" and world.settings.second_publish == "same_id":
        return graph.answer({"id": container.data["media_id"]})
    _check(call, status)
    with world.store.transaction():
        media = _go_live(call, container)
    if world.settings.instagram_false_block:
        raise errors.refusal(world, 2207051)
    return graph.answer({"id": media.id})


async def quota(request: Request) -> Response:
    """GET /{ig}/content_publishing_limit. ``since`` (Unix seconds) reaches back a day at most."""
    call = await graph.read(request, "instagram")
    account_of(call, request)
    need(call, "basic", "publish")
    call.allow("fields", "since")
    begin = call.world.now() - DAY_SECONDS
    since = call.number("since")
    if since is not None and since < begin:
        raise call.invalid("Param since must be within the last 24 hours")
    config = {"quota_total": call.world.settings.instagram_quota_total, "quota_duration": DAY_SECONDS}
    node = {"quota_usage": _published(call, begin if since is None else since), "config": config}
    # Unlike a node this one has no id, and without fields only its usage is told.
    fields = call.fields(["quota_usage"])
    return graph.answer({"data": [graph.select(call, node, fields)]})


def _check(call: graph.Call, status: str) -> None:
    """Refuses what cannot be published now. Whether a container may be published twice, no page says."""
    world = call.world
    if status == "EXPIRED":
        raise errors.refusal(world, 2207020)
    if status in {"IN_PROGRESS", "ERROR"}:
        raise errors.refusal(world, 2207027)
    if status == "PUBLISHED" and world.settings.second_publish == "error":
        raise call.invalid("The media was already published")
    used = _published(call, world.now() - DAY_SECONDS)
    if world.settings.rate_limits and used >= world.settings.instagram_quota_total:
        raise errors.refusal(world, 2207042)


def _published(call: graph.Call, since: float) -> int:
    return sum(1 for _ in call.world.store.newest("instagram", "media", call.account.id, since=since))


def _go_live(call: graph.Call, container: Stored) -> Stored:
    """A carousel is one medium with items that have ids of their own. Inside the caller's transaction."""
    world, options, kind = call.world, container.data["options"], container.data["kind"]
    children = [own(call, "container", child) for child in container.data["children"]]
    parts = [child for child in children if child is not None] or [container]
    product = PRODUCTS.get(kind, "FEED")
    number = world.store.number()
    data = {
        "caption": options.get("caption"),
        "shortcode": f"C{world.token('')[:8]}{number:02x}",
        "product": product,
        "media_type": "CAROUSEL_ALBUM" if kind == "CAROUSEL" else _type_of(container),
        "collaborators": options.get("collaborators", []),
        "is_shared_to_feed": options.get("share_to_feed", True) if kind == "REELS" else None,
        "items": [_item(part) for part in parts],
    }
    media = world.create("instagram", "media", str(18_000_000_000_000_000 + number), call.account.id, data)
    if kind == "CAROUSEL":
        for place, part in enumerate(parts):
            item_id = str(18_200_000_000_000_000 + world.store.number())
            data["items"][place]["id"] = item_id
            world.create("instagram", "item", item_id, call.account.id, {**_item(part), "parent": media.id})
        world.change("instagram", media, items=data["items"])
    world.change("instagram", container, media_id=media.id)
    shown = [_shown(world, part) for part in parts]
    world.record(
        call.account,
        "post",
        media.id,
        text=options.get("caption") or "",
        media=shown,
        options={"media_type": kind, "product": product} | _told(world, container),
    )
    return media


def _item(part: Stored) -> JSON:
    """A container of an earlier release says nothing of covers and kinds of media: it has a picture."""
    return {
        "media_type": _type_of(part),
        "sha256": part.data["sha256"],
        "cover": part.data.get("cover"),
        "alt_text": part.data["options"].get("alt_text"),
    }


def _type_of(part: Stored) -> str:
    return "VIDEO" if part.data.get("medium") == "video" else "IMAGE"


def _shown(world: World, part: Stored) -> JSON:
    """A medium in the ledger, with the people tagged on it."""
    options = part.data["options"]
    shown = medium(_blob(world, part.data["sha256"]), alt_text=options.get("alt_text"), url=part.data["url"])
    more: dict[str, Any] = {"user_tags": options.get("user_tags")}
    if part.data["kind"] == "CHILD":
        more["thumb_offset"] = options.get("thumb_offset")
    return shown | {name: value for name, value in more.items() if value is not None}


def _told(world: World, container: Stored) -> JSON:
    """The options of a post that belong to all of it. A cover beats an offset."""
    options = container.data["options"]
    told = {name: value for name, value in options.items() if name not in OF_THE_MEDIUM}
    if container.data.get("cover") is not None:
        told.pop("thumb_offset", None)
        cover = _blob(world, container.data["cover"])
        told["cover"] = {"sha256": cover.sha256, "content_type": cover.content_type, "url": options["cover_url"]}
    return told


def _blob(world: World, sha256: str) -> Blob:
    blob = world.store.blob(sha256)
    assert blob is not None, "a finished container has its medium"
    return blob
