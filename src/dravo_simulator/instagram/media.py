"""media_publish and what can be read afterwards."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph
from dravo_simulator.instagram import containers
from dravo_simulator.instagram.door import account_of, own
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import origin
from dravo_simulator.world import medium

DAY_SECONDS = 86400


async def publish(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    call.need("instagram_business_basic", "instagram_business_content_publish")
    call.allow("creation_id", "fields")
    world = call.world
    container = own(call, "container", call.text("creation_id") or "")
    if container is None:
        raise graph.refusal(world, 24, "The requested resource does not exist", subcode=2207008)
    if container.data["kind"] == "CHILD":
        raise call.invalid("A carousel item cannot be published by itself")
    status = containers.status_of(world, container)
    if status == "EXPIRED":
        raise graph.refusal(world, -2, "The media has expired", subcode=2207020)
    if status in {"IN_PROGRESS", "ERROR"}:
        raise graph.refusal(world, 9007, "Media ID is not available", subcode=2207027)
    if status == "PUBLISHED" and world.settings.second_publish == "error":
        raise call.invalid("The media was already published")
    if status == "PUBLISHED" and world.settings.second_publish == "same_id":
        return graph.answer({"id": container.data["media_id"]})
    if world.settings.rate_limits and _used_today(call) >= world.settings.instagram_quota_total:
        raise graph.refusal(world, 9, "The publishing quota is used up", subcode=2207042)
    with world.store.transaction():
        media = _go_live(call, container)
    return graph.answer({"id": media.id})


async def list_of(request: Request) -> Response:
    return await _list(request, stories=False)


async def stories(request: Request) -> Response:
    return await _list(request, stories=True)


async def quota(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    call.allow("fields", "since")
    config = {"quota_total": call.world.settings.instagram_quota_total, "quota_duration": DAY_SECONDS}
    node = {"quota_usage": _used_today(call), "config": config}
    return graph.answer({"data": [graph.select(call, node, call.fields(["quota_usage"]))]})


async def node(request: Request) -> Response:
    """A container, a medium or the account itself."""
    call = await graph.read(request, "instagram")
    call.need("instagram_business_basic")
    call.allow("fields")
    object_id = str(request.path_params["object_id"])
    container, media = own(call, "container", object_id), own(call, "media", object_id)
    if container is not None:
        return graph.answer(graph.select(call, containers.view(call.world, container), call.fields(["id"])))
    if media is not None:
        return graph.answer(graph.select(call, view(request, call, media), call.fields(["id"])))
    if object_id in {"me", call.account.id}:
        profile: JSON = {
            "id": call.account.id,
            "user_id": call.account.id,
            "username": call.account.handle,
            "name": call.account.display_name,
            "account_type": "BUSINESS",
            "profile_picture_url": None,
        }
        return graph.answer(graph.select(call, profile, call.fields(["id"])))
    raise graph.no_such_object(call.world, object_id, request.method)


def view(request: Request, call: graph.Call, media: Stored) -> JSON:
    data = media.data
    path = "stories" if data["product"] == "STORY" else "p"
    return {
        "id": media.id,
        "caption": data["caption"],
        "timestamp": graph.facebook_time(media.at),
        "permalink": f"https://www.instagram.com/{path}/{data['shortcode']}/",
        "shortcode": data["shortcode"],
        "media_type": data["media_type"],
        "media_product_type": data["product"],
        "media_url": f"{origin(request)}/wall/media/{data['pictures'][0]}",
        "username": call.account.handle,
        "owner": {"id": call.account.id},
        "comments_count": sum(1 for _ in call.world.store.newest("instagram", "comment", media.id)),
        "is_shared_to_feed": None,
    }


async def _list(request: Request, *, stories: bool) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    call.need("instagram_business_basic")
    call.allow("fields", "limit", "after", "since", "until")
    since = call.number("since") or 0
    since = max(since, call.world.now() - DAY_SECONDS) if stories else since
    until = call.number("until")
    found = [
        media
        for media in call.world.store.newest("instagram", "media", call.account.id, since=since)
        if (media.data["product"] == "STORY") == stories and (until is None or media.at < until)
    ]
    page, paging = graph.listing(call, found, [media.id for media in found])
    data = [graph.select(call, view(request, call, media), call.fields(["id"])) for media in page]
    return graph.answer({"data": data} | paging)


def _used_today(call: graph.Call) -> int:
    since = call.world.now() - DAY_SECONDS
    return sum(1 for _ in call.world.store.newest("instagram", "media", call.account.id, since=since))


def _go_live(call: graph.Call, container: Stored) -> Stored:
    world = call.world
    parts = [own(call, "container", child) for child in container.data["children"]] or [container]
    pictures = [part for part in parts if part is not None]
    options = container.data["options"]
    number = world.store.number()
    is_story = container.data["kind"] == "STORIES"
    media = world.create(
        "instagram",
        "media",
        str(18_000_000_000_000_000 + number),
        call.account.id,
        {
            "caption": options.get("caption"),
            "shortcode": f"C{world.token('')[:8]}{number:02x}",
            "media_type": "CAROUSEL_ALBUM" if container.data["kind"] == "CAROUSEL" else "IMAGE",
            "product": "STORY" if is_story else "FEED",
            "pictures": [picture.data["sha256"] for picture in pictures],
        },
    )
    world.change("instagram", container, media_id=media.id)
    world.record(
        call.account,
        "post",
        media.id,
        text=options.get("caption") or "",
        media=[
            medium(
                containers.blob_of(world, picture),
                alt_text=picture.data["options"].get("alt_text"),
                url=picture.data["url"],
            )
            for picture in pictures
        ],
        options={name: value for name, value in options.items() if name not in {"caption", "alt_text"}},
    )
    return media
