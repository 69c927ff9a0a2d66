"""``/wall``: the ledger as a person would meet it, one column per network."""

import asyncio
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from dravo_simulator.settle import settle
from dravo_simulator.stills import still
from dravo_simulator.store import JSON
from dravo_simulator.wall_instagram import STORY_SECONDS, frame, is_reel, is_story, people, profiles, spots
from dravo_simulator.wall_text import address, domain, folded, marked
from dravo_simulator.wall_tiktok import cover_index, disclosed, marks, poster, since
from dravo_simulator.wire import world_of
from dravo_simulator.world import World, rfc3339

TITLES = {"x": "X", "linkedin": "LinkedIn", "facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok"}
WORDS: JSON = {
    "privacy": {
        "PUBLIC_TO_EVERYONE": "Everyone",
        "MUTUAL_FOLLOW_FRIENDS": "Friends",
        "FOLLOWER_OF_CREATOR": "Followers",
        "SELF_ONLY": "Only you",
    },
    "linkedin_audience": {
        "PUBLIC": "Anyone",
        "CONNECTIONS": "Connections only",
        "LOGGED_IN": "LinkedIn members",
        "CONTAINER": "Group members",
    },
    "who_replies": {
        "following": "Accounts the author follows",
        "mentionedUsers": "Only mentioned accounts",
        "subscribers": "Only subscribers",
        "verified": "Only verified accounts",
    },
}
"""How the networks' apps name what their APIs spell in capitals."""
OF_THE_TEXT = {"commentary", "truncated", "mentions", "hashtags"}
"""Options of a LinkedIn entry that another text replaces."""
MOST_POSTS = 200
"""Per network: a page for the eye, not an archive."""
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing but the page's own pictures, videos and style sheet may ever load here."""
TEMPLATES = Path(__file__).parent / "templates"

_pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_pages.globals.update(WORDS)
_pages.filters.update({"marked": marked, "folded": folded, "address": address, "domain": domain})
_pages.filters.update({"profiles": profiles, "frame": frame, "spots": spots, "people": people})
_pages.filters.update({"cover_index": cover_index, "poster": poster, "marks": marks, "disclosed": disclosed})
_pages.tests["moving"] = lambda medium: str(medium["content_type"]).startswith("video/")
_pages.tests["picture"] = lambda medium: str(medium["content_type"]).startswith("image/")
_pages.tests.update({"story": is_story, "reel": is_reel})


async def wall(request: Request) -> Response:
    await settle(request)
    posts = _threads(world_of(request))
    columns = [
        {
            "network": network,
            "title": title,
            "posts": [post for post in posts if post["network"] == network][:MOST_POSTS],
        }
        for network, title in TITLES.items()
    ]
    page = _pages.get_template("wall.html").render(columns=columns)
    headers = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
    return HTMLResponse(page, headers=headers)


async def style(_request: Request) -> Response:
    return FileResponse(TEMPLATES / "wall.css", headers={"cache-control": "no-cache"})


async def medium(request: Request) -> Response:
    """A picture or video as it was uploaded. A browser asks for ranges of a video, to begin early and to seek in it."""
    blob = world_of(request).store.blob(request.path_params["sha256"])
    if blob is None:
        return Response(status_code=404)
    headers = {"x-content-type-options": "nosniff", "cache-control": "max-age=31536000, immutable"}
    return FileResponse(blob.path, media_type=blob.content_type, headers=headers)


async def frame_of(request: Request) -> Response:
    """One frame of a video, which is kept for as long as the video is the same: for ever."""
    blob = world_of(request).store.blob(request.path_params["sha256"])
    if blob is None:
        return Response(status_code=404)
    picture = await asyncio.to_thread(still, blob.path, blob.content_type, request.path_params["moment_ms"])
    if picture is None:
        return Response(status_code=404)
    return Response(picture, media_type="image/jpeg", headers={"cache-control": "max-age=31536000, immutable"})


async def avatar(_request: Request) -> Response:
    circle = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle cx="1" cy="1" r="1" fill="#888"/></svg>'
    return Response(circle, media_type="image/svg+xml")


def _threads(world: World) -> list[JSON]:
    """Posts newest first, each with the comments below it in the order they came."""
    shown: dict[str, JSON] = {}
    roots: list[JSON] = []
    for item in world.store.ledger():
        entry = item | {"author": _author(world, item), "when": _when(item["at"]), "replies": []} | _since(world, item)
        entry["named"] = [*entry["options"].get("mentions", []), *entry["options"].get("hashtags", [])]
        if "gone" in entry and item["network"] == "x":
            continue  # and its replies stand on: elsewhere comments go with their post
        shown[f"{item['network']} {item['id']}"] = entry
        parent = shown.get(f"{item['network']} {item.get('parent')}")
        if "gone" not in entry:
            (roots if parent is None else parent["replies"]).append(entry)
    return roots[::-1]


def _since(world: World, item: JSON) -> JSON:
    """What has changed after the ledger took it down: another text, a delete, the time that a poll still runs."""
    known = world.store.get(item["network"], "post", item["id"]) or world.store.get(
        item["network"], "comment", item["id"]
    )
    now: JSON = since(world, item) if item["network"] == "tiktok" else {}
    if item["network"] == "instagram" and is_story(item):
        until = datetime.fromisoformat(item["at"]).timestamp() + STORY_SECONDS
        now |= {"gone": True} if until <= world.now() else {"until": _when(rfc3339(until))}
    if known is not None and known.data.get("deleted"):
        now["gone"] = True
    if known is not None and "edited_at" in known.data:
        kept = {name: value for name, value in item["options"].items() if name not in OF_THE_TEXT}
        now |= {"edited": True, "text": known.data["seen"], "options": kept | known.data["told"]}
    if item["network"] == "x" and "poll" in item["options"]:
        now["poll_left"] = _poll_left(world, item)
    return now


def _author(world: World, item: JSON) -> JSON:
    account = world.account(item["network"], by="id", value=item["account"])
    assert account is not None
    speaker = item["options"].get("author") or item["options"].get("actor")
    page = next((page for page in account.attributes.get("pages", []) if page["urn"] == speaker), None)
    name = account.display_name if page is None else page["name"]
    return {
        "name": name,
        "handle": account.handle,
        "initials": "".join(word[0] for word in name.split()[:2]).upper(),
        "premium": account.attributes.get("premium", False),
        "is_page": page is not None,
        "member": account.display_name,
    }


def _when(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%d %b, %H:%M UTC")


def _poll_left(world: World, item: JSON) -> str:
    """The time a poll still runs, in the largest unit that says something."""
    ends = datetime.fromisoformat(item["at"]).timestamp() + 60 * item["options"]["poll"]["duration_minutes"]
    minutes = int((ends - world.now()) // 60)
    if minutes < 0:
        return "Final results"
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"{number} {unit}{'s' if number > 1 else ''} left"
    return "less than a minute left"


ROUTES = [
    Route("/", wall, methods=["GET"]),
    Route("/wall.css", style, methods=["GET"]),
    Route("/avatar.svg", avatar, methods=["GET"]),
    Route("/media/{sha256}", medium, methods=["GET"]),
    Route("/stills/{sha256}/{moment_ms:int}", frame_of, methods=["GET"]),
]
