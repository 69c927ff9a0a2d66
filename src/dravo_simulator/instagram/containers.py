"""POST /{ig}/media: the container, checked and with its picture pulled at once; and how it ages."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, processing
from dravo_simulator.blobs import Blob
from dravo_simulator.fetch import Fetcher, FetchFailed
from dravo_simulator.instagram.door import account_of
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import look_at_picture, utf16_units
from dravo_simulator.world import World

DAY_SECONDS = 86400
MOST_CONTAINERS_A_DAY = 400
MOST_BYTES = 8 * 1024 * 1024
MOST_CAPTION, MOST_HASHTAGS, MOST_MENTIONS = 2200, 30, 20
MOST_ALT_TEXT = 1000
MOST_COLLABORATORS = 3
CHILDREN = range(2, 11)
NARROWEST, WIDEST = 4 / 5, 1.91
"""IG user media reference and error codes pages, read 2026-09-11."""

COMMON = {"image_url", "media_type", "fields"}
CAPTIONED = {"caption", "collaborators", "location_id"}
ALLOWED: dict[str, set[str]] = {
    "IMAGE": COMMON | CAPTIONED | {"user_tags", "alt_text", "is_ai_generated"},
    "CHILD": COMMON | {"is_carousel_item", "user_tags", "alt_text"},
    "STORIES": COMMON | {"user_tags"},
    "CAROUSEL": {"media_type", "children", "fields", "is_ai_generated"} | CAPTIONED,
}


async def create(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    call.need("instagram_business_basic", "instagram_business_content_publish")
    kind = _kind(call)
    call.allow(*ALLOWED[kind])
    data: JSON = {"kind": kind, "media_id": None, "children": [], "sha256": None, "url": call.text("image_url")}
    data["options"] = _options(call, kind)
    if kind == "CAROUSEL":
        data["children"] = _children(call)
    else:
        content = await _picture(request, call, kind)
    if not call.world.count_sliding(f"instagram containers {call.account.id}", MOST_CONTAINERS_A_DAY, DAY_SECONDS):
        raise graph.refusal(call.world, 80002, "There have been too many calls to this Instagram account")
    world = call.world
    with world.store.transaction():
        if kind != "CAROUSEL":
            data["sha256"] = world.store.add_blob(content, "image/jpeg").sha256
        data["processing"] = processing.begin(request, world, world.settings.processing_seconds)
        container_id = str(17_900_000_000_000_000 + world.store.number())
        world.create("instagram", "container", container_id, call.account.id, data)
    return graph.answer({"id": container_id})


def view(world: World, container: Stored) -> JSON:
    """The container as its owner reads it, which counts as asking."""
    with world.store.transaction():
        container = world.change("instagram", container, processing=processing.asked(container.data["processing"]))
    status = status_of(world, container)
    text = TEXTS[status] if status != "ERROR" else f"Error: {container.data['processing']['reason']}"
    return {"id": container.id, "status_code": status, "status": text}


def status_of(world: World, container: Stored) -> str:
    if container.data["media_id"] is not None:
        return "PUBLISHED"
    if container.at + DAY_SECONDS <= world.now():
        return "EXPIRED"
    state = processing.look(world, container.data["processing"]).state
    return {"running": "IN_PROGRESS", "done": "FINISHED", "failed": "ERROR"}[state]


TEXTS = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: The container was not published within 24 hours.",
}


def blob_of(world: World, container: Stored) -> Blob:
    blob = world.store.blob(container.data["sha256"])
    assert blob is not None
    return blob


def _kind(call: graph.Call) -> str:
    media_type = call.text("media_type") or "IMAGE"
    if media_type not in {"IMAGE", "STORIES", "CAROUSEL"}:
        raise call.invalid(f"Unknown media type {media_type}", subcode=2207023)
    is_child = call.flag("is_carousel_item", default=False)
    return "CHILD" if media_type == "IMAGE" and is_child else media_type


def _options(call: graph.Call, kind: str) -> JSON:
    options: JSON = {"media_type": kind} if kind in {"STORIES", "CAROUSEL"} else {}
    checked: dict[str, Any] = {
        "caption": _caption(call),
        "collaborators": _collaborators(call),
        "user_tags": _user_tags(call, kind),
        "location_id": _location(call),
        "alt_text": _alt_text(call),
        "is_ai_generated": call.flag("is_ai_generated", default=False) or None,
    }
    return options | {name: value for name, value in checked.items() if value is not None}


def _caption(call: graph.Call) -> str | None:
    caption = call.text("caption")
    if caption is None:
        return None
    too_long = utf16_units(caption) > MOST_CAPTION or len(re.findall(r"#\w+", caption)) > MOST_HASHTAGS
    if too_long:
        raise graph.refusal(call.world, 36004, "The caption was too long", subcode=2207010)
    if len(re.findall(r"@\w+", caption)) > MOST_MENTIONS:
        raise call.invalid("Too many @ tags in the caption", subcode=2207040)
    return caption


def _collaborators(call: graph.Call) -> list[str] | None:
    names = call.structure("collaborators")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise call.invalid("Param collaborators must be a list of usernames")
    if len(names) > MOST_COLLABORATORS:
        raise call.invalid("Too many collaborators")
    if any(name.startswith("@") for name in names):
        raise graph.refusal(call.world, 110, "Invalid user id", subcode=2207018)
    return names


def _user_tags(call: graph.Call, kind: str) -> list[JSON] | None:
    tags = call.structure("user_tags")
    if tags is None:
        return None
    if not isinstance(tags, list) or len(tags) > MOST_MENTIONS:
        raise call.invalid("Param user_tags must be a list of at most 20", subcode=2207040)
    for tag in tags:
        if not isinstance(tag, dict) or not isinstance(tag.get("username"), str) or set(tag) - {"username", "x", "y"}:
            raise call.invalid("Param user_tags must hold username, x and y")
        placed = [tag[axis] for axis in ("x", "y") if axis in tag]
        if len(placed) not in ({0, 2} if kind == "STORIES" else {2}):
            raise call.invalid("Param user_tags needs x and y for images")
        if not all(isinstance(place, int | float) and 0 <= place <= 1 for place in placed):
            raise call.invalid("Param user_tags needs x and y between 0 and 1")
    return tags


def _location(call: graph.Call) -> str | None:
    location = call.text("location_id")
    if location is not None and not location.isdecimal():
        raise call.invalid("INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")
    return location


def _alt_text(call: graph.Call) -> str | None:
    alt_text = call.text("alt_text")
    if alt_text is not None and len(alt_text) > MOST_ALT_TEXT:
        raise call.invalid("Param alt_text is too long")
    return alt_text


def _children(call: graph.Call) -> list[str]:
    """``children`` as a comma separated text or a list; each a finished child of the same account."""
    given = call.parameters.get("children")
    ids = call.structure("children") if not isinstance(given, str) or given.startswith("[") else given.split(",")
    if not isinstance(ids, list) or len(ids) not in CHILDREN:
        raise call.invalid("A carousel needs 2 to 10 children", subcode=2207028)
    for child_id in ids:
        child = call.world.store.get("instagram", "container", str(child_id))
        if child is None or child.account != call.account.id or child.data["kind"] != "CHILD":
            raise graph.refusal(call.world, 24, "The requested resource does not exist", subcode=2207006)
        if status_of(call.world, child) != "FINISHED":
            raise graph.refusal(call.world, 9007, "Media ID is not available", subcode=2207027)
    return [str(child_id) for child_id in ids]


async def _picture(request: Request, call: graph.Call, kind: str) -> bytes:
    """Pulls the image; Instagram takes JPEG only, and on the feed only between 4:5 and 1.91:1."""
    url = call.text("image_url")
    if url is None:
        raise call.invalid("The parameter image_url is required")
    fetcher: Fetcher = request.app.state.fetcher
    if not url.isascii():
        raise graph.refusal(call.world, 9004, "Only photo or video can be accepted as media type", subcode=2207052)
    try:
        content = (await fetcher.get(url, at_most=4 * MOST_BYTES)).content
    except FetchFailed as failure:
        message = "The media could not be fetched from this URI"
        raise graph.refusal(call.world, 9004, message, subcode=2207052) from failure
    picture = look_at_picture(content)
    if len(content) > MOST_BYTES:
        raise graph.refusal(call.world, 36000, "The image is too large", subcode=2207004)
    if picture is None or picture.content_type != "image/jpeg":
        raise graph.refusal(call.world, 36001, "The image format is not supported", subcode=2207005)
    if kind != "STORIES" and not NARROWEST - 0.005 <= picture.width / picture.height <= WIDEST + 0.005:
        raise graph.refusal(call.world, 36003, "The aspect ratio is not supported", subcode=2207009)
    return content
