"""A call about a Page: with a token of its own, in a world where everything that was due has happened."""

from starlette.requests import Request

from dravo_simulator import graph
from dravo_simulator.facebook.publishing import settle
from dravo_simulator.store import Stored
from dravo_simulator.wire import world_of

PHOTO_SECONDS = 86400
"""Unpublished photos that no post takes are deleted after about a day (Page photos reference, read 2026-09-11)."""


async def read(request: Request) -> graph.Call:
    call = await graph.read(request, "facebook")
    settle(world_of(request))
    return call


def page_of(call: graph.Call, request: Request) -> str:
    """The page of the path, which must be the token's own. ``me`` is the page of the token."""
    object_id = str(request.path_params["object_id"])
    if object_id not in {"me", call.account.id}:
        raise graph.no_such_object(call.world, object_id, request.method)
    return call.account.id


def own(call: graph.Call, kind: str, object_id: str) -> Stored | None:
    """What the Page has of that kind and id, unless it is gone."""
    found = call.world.store.get("facebook", kind, object_id)
    if found is None or found.account != call.account.id or found.data.get("deleted"):
        return None
    return None if kind == "photo" and _has_lapsed(call, found) else found


def own_content(call: graph.Call, object_id: str) -> Stored | None:
    """The Page's post, photo or video of that id."""
    for kind in ("post", "photo", "video"):
        if (found := own(call, kind, object_id)) is not None:
            return found
    return None


def _has_lapsed(call: graph.Call, photo: Stored) -> bool:
    return photo.data["post_id"] is None and photo.at + PHOTO_SECONDS <= call.world.now()


def moment(call: graph.Call, *, at_most_days: int) -> float | None:
    """``scheduled_publish_time`` in Unix seconds: ten minutes to so many days ahead (Pages API posts page, read 2026-09-11)."""
    scheduled = call.number("scheduled_publish_time")
    if scheduled is not None and not 600 <= scheduled - call.world.now() <= at_most_days * 86400:
        raise call.invalid(f"The specified scheduled publish time must be 10 minutes to {at_most_days} days ahead")
    return scheduled
