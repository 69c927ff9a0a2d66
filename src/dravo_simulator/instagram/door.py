"""Whose Instagram account a call is about, and what its token may do."""

from starlette.requests import Request

from dravo_simulator import graph
from dravo_simulator.meta_oauth.people import scoped_id
from dravo_simulator.store import Stored

SCOPES = {
    "instagram": {
        "basic": "instagram_business_basic",
        "publish": "instagram_business_content_publish",
        "comments": "instagram_business_manage_comments",
    },
    "facebook": {
        "basic": "instagram_basic",
        "publish": "instagram_content_publish",
        "comments": "instagram_manage_comments",
    },
}
"""The same rights under two names: by Instagram Login, and by Facebook Login (Content publishing page, 2026-09-11)."""


def is_by_facebook(call: graph.Call) -> bool:
    """Whether the token came of Facebook Login: then it is a Page's or a person's."""
    grant = call.world.store.grants.find(call.account.token)
    return grant is not None and grant.network == "facebook"


def need(call: graph.Call, *rights: str) -> None:
    names = SCOPES["facebook" if is_by_facebook(call) else "instagram"]
    call.need(*(names[right] for right in rights))


def names(call: graph.Call) -> set[str]:
    """What a path may call the token's account: its number, and with Instagram Login that for the app as the switch says."""
    is_scoped = call.world.settings.instagram_scoped_ids == "accept" and not is_by_facebook(call)
    return {"me", call.account.id, *([scoped_id(call.account)] if is_scoped else [])}


def account_of(call: graph.Call, request: Request) -> str:
    """The account of the path, which must be the token's own."""
    object_id = str(request.path_params["object_id"])
    if object_id not in names(call):
        raise graph.no_such_object(call.world, object_id, request.method)
    return call.account.id


def own(call: graph.Call, kind: str, object_id: str) -> Stored | None:
    found = call.world.store.get("instagram", kind, object_id)
    return found if found is not None and found.account == call.account.id else None
