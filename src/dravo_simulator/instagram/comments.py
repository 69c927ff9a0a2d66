"""Comments under a medium; stories have none."""

import re

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import graph, graph_lists
from dravo_simulator.instagram.door import need, own
from dravo_simulator.store import JSON, Stored

MOST_CHARACTERS, MOST_HASHTAGS, MOST_LINKS = 300, 4, 1
"""What the API of 2014 took; whether it holds today is not documented."""


async def create(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    media = _media(call, request)
    need(call, "comments")
    call.allow("message", "fields")
    message = call.text("message")
    if not message or not message.strip():
        raise call.invalid("The parameter message is required")
    if media.data["product"] == "STORY":
        raise call.invalid("Stories cannot be commented on")
    if call.world.settings.instagram_comment_rules == "legacy" and _breaks_legacy_rules(message):
        raise call.invalid("The comment is too long, or has too many hashtags, links or capitals")
    world = call.world
    with world.store.transaction():
        comment_id = str(18_100_000_000_000_000 + world.store.number())
        world.create("instagram", "comment", comment_id, media.id, {"text": message})
        world.record(call.account, "comment", comment_id, text=message, parent=media.id)
    return graph.answer({"id": comment_id})


async def list_of(request: Request) -> Response:
    call = await graph.read(request, "instagram")
    media = _media(call, request)
    need(call, "basic")
    call.allow("fields", "limit", "after")
    comments = list(call.world.store.newest("instagram", "comment", media.id))
    page, paging = graph_lists.listed(request, comments, [comment.id for comment in comments])
    fields = call.fields(["id", "text", "timestamp"])
    return graph.answer({"data": [graph.select(call, _view(call, comment), fields) for comment in page]} | paging)


def _breaks_legacy_rules(message: str) -> bool:
    return (
        len(message) > MOST_CHARACTERS
        or len(re.findall(r"#\w+", message)) > MOST_HASHTAGS
        or len(re.findall(r"https?://", message)) > MOST_LINKS
        or message.isupper()
    )


def _media(call: graph.Call, request: Request) -> Stored:
    object_id = str(request.path_params["object_id"])
    media = own(call, "media", object_id)
    if media is None:
        raise graph.no_such_object(call.world, object_id, request.method)
    return media


def _view(call: graph.Call, comment: Stored) -> JSON:
    return {
        "id": comment.id,
        "text": comment.data["text"],
        "timestamp": graph.facebook_time(comment.at),
        "username": call.account.handle,
        "from": {"id": call.account.id, "username": call.account.handle},
        "hidden": False,
        "like_count": 0,
    }
