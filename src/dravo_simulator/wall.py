"""``/wall``: the ledger as a person would meet it, one column per network."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dravo_simulator.store import JSON
from dravo_simulator.tiktok.state import settle
from dravo_simulator.wire import world_of
from dravo_simulator.world import World

TITLES = {"x": "X", "linkedin": "LinkedIn", "facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok"}
PRIVACY = {
    "PUBLIC_TO_EVERYONE": "Everyone",
    "MUTUAL_FOLLOW_FRIENDS": "Friends",
    "FOLLOWER_OF_CREATOR": "Followers",
    "SELF_ONLY": "Only me",
}
MOST_POSTS = 200
"""Per network: a page for the eye, not an archive."""

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


async def wall(request: Request) -> Response:
    await settle(request)
    world = world_of(request)
    posts = _threads(world)
    columns = [
        {
            "network": network,
            "title": title,
            "posts": [post for post in posts if post["network"] == network][:MOST_POSTS],
        }
        for network, title in TITLES.items()
    ]
    page = _pages.get_template("wall.html").render(columns=columns, privacy=PRIVACY)
    # Nothing but its own pictures and its own inline style may ever load here.
    policy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    return HTMLResponse(page, headers={"content-security-policy": policy})


async def picture(request: Request) -> Response:
    blob = world_of(request).store.blob(request.path_params["sha256"])
    if blob is None:
        return Response(status_code=404)
    headers = {"x-content-type-options": "nosniff", "cache-control": "max-age=31536000, immutable"}
    return Response(blob.bytes, media_type=blob.content_type, headers=headers)


async def avatar(_request: Request) -> Response:
    circle = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle cx="1" cy="1" r="1" fill="#888"/></svg>'
    return Response(circle, media_type="image/svg+xml")


def _threads(world: World) -> list[JSON]:
    """Posts newest first, each with the comments below it in the order they came."""
    shown: dict[str, JSON] = {}
    roots: list[JSON] = []
    for item in world.store.ledger():
        entry = item | {"author": _author(world, item), "when": _when(item["at"]), "replies": []}
        shown[f"{item['network']} {item['id']}"] = entry
        parent = shown.get(f"{item['network']} {item.get('parent')}")
        (roots if parent is None else parent["replies"]).append(entry)
    return roots[::-1]


def _author(world: World, item: JSON) -> dict[str, Any]:
    account = world.account(item["network"], by="id", value=item["account"])
    assert account is not None
    initials = "".join(word[0] for word in account.display_name.split()[:2]).upper()
    return {"name": account.display_name, "handle": account.handle, "initials": initials}


def _when(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%d %b, %H:%M UTC")


ROUTES = [
    Route("/", wall, methods=["GET"]),
    Route("/avatar.svg", avatar, methods=["GET"]),
    Route("/media/{sha256}", picture, methods=["GET"]),
]
