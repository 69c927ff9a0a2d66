"""Reading what was published, and what is about to be: nodes, the account's lists, who else a post is by."""

import re

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, graph_lists
from dravo_simulator.instagram import statuses
from dravo_simulator.instagram.door import account_of, names, need, own
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import origin

DAY_SECONDS = 86400
"""How long a story is to be seen."""
CHILD_FIELDS = ["id"]


async def node(request: Request) -> Response:
    """A container, a medium, an item of a carousel, or the account itself."""
    call = await graph.read(request, "instagram")
    need(call, "basic")
    call.allow("fields")
    object_id = str(request.path_params["object_id"])
    if object_id in names(call):
        return graph.answer(graph.select(call, _profile(call, object_id), call.fields(["id"])))
    await request.app.state.pulls.settle(object_id)
    container, media, item = (own(call, kind, object_id) for kind in ("container", "media", "item"))
    if call.world.settings.instagram_hidden_reads:
        raise graph.no_such_object(call.world, object_id, request.method)
    if container is not None:
        shown = statuses.view(call.world, container)
    elif media is not None:
        shown = _view(request, call, media)
    elif item is not None:
        shown = _view_item(request, call, item.data | {"id": item.id}, at=item.at)
    else:
        raise graph.no_such_object(call.world, object_id, request.method)
    return graph.answer(graph.select(call, shown, call.fields(["id"])))


async def delete(request: Request) -> Response:
    """Tokens that may only publish are refused with 10, and no others are known (a peer's note of 2026-08-21)."""
    call = await graph.read(request, "instagram")
    if own(call, "media", str(request.path_params["object_id"])) is None:
        raise graph.no_such_object(call.world, str(request.path_params["object_id"]), request.method)
    raise graph.refusal(call.world, 10, "Application does not have permission for this action", status=403)


async def list_of(request: Request) -> Response:
    return await _list(request, stories=False)


async def stories(request: Request) -> Response:
    return await _list(request, stories=True)


async def collaborators(request: Request) -> Response:
    """Who was invited. Nobody here ever answers an invitation."""
    call = await graph.read(request, "instagram")
    need(call, "basic")
    call.allow("fields", "limit", "after")
    media = own(call, "media", str(request.path_params["object_id"]))
    if media is None:
        raise graph.no_such_object(call.world, str(request.path_params["object_id"]), request.method)
    invited = [
        {"id": str(17_841_900_000_000_000 + number), "username": name, "invite_status": "Pending"}
        for number, name in enumerate(media.data.get("collaborators", []))
    ]
    page, paging = graph_lists.listed(request, invited, [person["id"] for person in invited])
    fields = call.fields(["id", "username", "invite_status"])
    return graph.answer({"data": [graph.select(call, person, fields) for person in page]} | paging)


async def _list(request: Request, *, stories: bool) -> Response:
    call = await graph.read(request, "instagram")
    account_of(call, request)
    need(call, "basic")
    call.allow("fields", "limit", "after", "since", "until")
    now = call.world.now()
    since = call.number("since") or 0
    since = max(since, now - DAY_SECONDS) if stories else since
    until = call.number("until")
    newest = now - call.world.settings.instagram_list_lag_seconds
    found = [
        media
        for media in call.world.store.newest("instagram", "media", call.account.id, since=since)
        if (media.data["product"] == "STORY") == stories and media.at <= newest and (until is None or media.at < until)
    ]
    page, paging = graph_lists.listed(request, found, [media.id for media in found])
    data = [graph.select(call, _view(request, call, media), call.fields(["id"])) for media in page]
    return graph.answer({"data": data} | paging)


def _profile(call: graph.Call, asked: str) -> JSON:
    """The account, whose ``id`` is the number it was asked for by."""
    return {
        "id": call.account.id if asked == "me" else asked,
        "user_id": call.account.id,
        "username": call.account.handle,
        "name": call.account.display_name,
        "account_type": call.account.attributes.get("account_type", "BUSINESS"),
        "profile_picture_url": None,
    }


def _view(request: Request, call: graph.Call, media: Stored) -> JSON:
    data, items = media.data, _items(media)
    first = _view_item(request, call, items[0], at=media.at)
    return first | {
        "id": media.id,
        "caption": data["caption"],
        "permalink": f"https://www.instagram.com/{_path(call, media)}/",
        "shortcode": data["shortcode"],
        "media_type": data["media_type"],
        "media_product_type": data["product"],
        "alt_text": None if len(items) > 1 else items[0].get("alt_text"),
        "children": _children(request, call, media) if data["media_type"] == "CAROUSEL_ALBUM" else None,
        "comments_count": sum(1 for _ in call.world.store.newest("instagram", "comment", media.id)),
        "like_count": 0,
        "is_comment_enabled": data["product"] != "STORY",
        "is_shared_to_feed": data.get("is_shared_to_feed"),
    }


def _view_item(request: Request, call: graph.Call, item: JSON, *, at: float) -> JSON:
    """What a single medium and an item of a carousel have in common."""
    media_url = f"{origin(request)}/wall/media/"
    return {
        "id": item.get("id"),
        "media_type": item["media_type"],
        "media_url": media_url + item["sha256"],
        "thumbnail_url": media_url + item["cover"] if item.get("cover") else None,
        "timestamp": graph.facebook_time(at),
        "username": call.account.handle,
        "owner": {"id": call.account.id},
        "alt_text": item.get("alt_text"),
    }


def _path(call: graph.Call, media: Stored) -> str:
    if media.data["product"] == "STORY":
        return f"stories/{call.account.handle}/{media.id}"
    return f"{'reel' if media.data['product'] == 'REELS' else 'p'}/{media.data['shortcode']}"


def _children(request: Request, call: graph.Call, media: Stored) -> JSON:
    """The items with the fields that ``children{…}`` names, else their ids."""
    asked = re.search(r"children\{([^{}]*)\}", call.text("fields") or "")
    fields = CHILD_FIELDS if asked is None else graph.top_level_names(asked[1])
    views = [_view_item(request, call, item, at=media.at) for item in _items(media)]
    return {"data": [graph.select(call, view, fields) for view in views]}


def _items(media: Stored) -> list[JSON]:
    """The media of a post. One that an earlier release published has pictures alone."""
    known: list[JSON] | None = media.data.get("items")
    return known or [{"media_type": "IMAGE", "sha256": sha256} for sha256 in media.data["pictures"]]
