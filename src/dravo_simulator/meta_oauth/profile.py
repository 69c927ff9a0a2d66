"""graph.instagram.com/{v}/me: whose token it is (Get started, read 2026-09-11)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import graph
from dravo_simulator.meta_oauth.instagram_tokens import BASIC
from dravo_simulator.meta_oauth.people import scoped_id
from dravo_simulator.meta_oauth.selection import select
from dravo_simulator.wire import origin


async def me(request: Request) -> Response:
    """``user_id`` is the account's own number, by which it publishes; ``id`` is the one that only this app knows."""
    request.path_params["object_id"] = "me"
    call = await graph.read(request, "instagram")
    call.need(BASIC)
    call.allow("fields")
    account = call.account
    node = {
        "id": scoped_id(account),
        "user_id": account.id,
        "username": account.handle,
        "name": account.display_name,
        "account_type": account.attributes.get("account_type", "BUSINESS"),
        "profile_picture_url": f"{origin(request)}/wall/avatar.svg",
    }
    return JSONResponse(select(call.world, node, call.text("fields") or "id", "IGUser"))
