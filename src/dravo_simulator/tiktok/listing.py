"""POST /v2/video/list/: the creator's public posts, newest first (Display API reference, read 2026-11-25)."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok import errors
from dravo_simulator.tiktok.door import read
from dravo_simulator.tiktok.effects import caption, cover_ms, media
from dravo_simulator.tiktok.schemas import VideoList
from dravo_simulator.tiktok.state import settle
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account, World

COUNTS = ("like_count", "comment_count", "share_count", "view_count")
FIELDS = {
    "id",
    "create_time",
    "cover_image_url",
    "share_url",
    "video_description",
    "duration",
    "height",
    "width",
    "title",
    "embed_html",
    "embed_link",
    "is_aigc",
    *COUNTS,
}
UNITS = {"utf16": ("utf-16-le", 2), "code_points": ("utf-32-le", 4)}
"""An encoding that has each unit in so many bytes."""


async def videos(request: Request, account: Account) -> Response:
    world = world_of(request)
    fields = {name for name in request.query_params.get("fields", "").split(",") if name}
    if not fields or not fields <= FIELDS:
        raise errors.invalid_param(world, "fields must be a list of known names")
    order = await read(request, VideoList)
    await settle(request)
    public = sorted(_public(world, account), key=lambda post: (post[1].data["posted_at"], post[0]), reverse=True)
    left = [post for post in public if order.cursor is None or _milliseconds(post[1]) < order.cursor]
    page = left[: order.max_count]
    views = [_view(request, account, public_id, publish) for public_id, publish in page]
    data: JSON = {
        "videos": [{name: value for name, value in view.items() if name in fields} for view in views],
        "cursor": _milliseconds(page[-1][1]) if page else order.cursor or 0,
        "has_more": len(left) > len(page),
    }
    return errors.ok(world, data)


def _public(world: World, account: Account) -> list[tuple[int, Stored]]:
    """Every public id with what it came of."""
    latest = world.now() - world.settings.tiktok_list_lag_seconds
    return [
        (public_id, publish)
        for publish in world.store.newest("tiktok", "publish", account.id)
        if publish.data["media_type"] == "VIDEO" or world.settings.tiktok_list_photos
        for public_id in publish.data["public_ids"]
        if publish.data["posted_at"] <= latest
    ]


def _view(request: Request, account: Account, public_id: int, publish: Stored) -> JSON:
    """A post with every field; here, unlike in a status, the id is a text."""
    world, info, files = world_of(request), publish.data["info"], media(world_of(request), publish)
    is_video = publish.data["media_type"] == "VIDEO"
    cover = files[0 if is_video else publish.data["cover_index"]]
    frame = f"#t={cover_ms(world, publish) / 1000:g}" if is_video else ""
    link = f"https://www.tiktok.com/@{account.handle}/{'video' if is_video else 'photo'}/{public_id}"
    return {
        "id": str(public_id),
        "create_time": int(publish.data["posted_at"]),
        "cover_image_url": f"{origin(request)}/wall/media/{cover['sha256']}{frame}",
        "share_url": link,
        "video_description": _cut(world, caption(publish)),
        "duration": round(cover.get("duration_ms", 0) / 1000),
        "height": cover["height"],
        "width": cover["width"],
        "title": _cut(world, info.get("title", "")),
        "embed_html": "",
        "embed_link": f"https://www.tiktok.com/player/v1/{public_id}",
        "is_aigc": info.get("is_aigc", False),
    } | dict.fromkeys(COUNTS, 0)


def _cut(world: World, text: str) -> str:
    """Half of a character that lies across the end goes as a whole."""
    most = world.settings.tiktok_list_text_length
    if most is None:
        return text
    encoding, size = UNITS[world.settings.tiktok_list_text_unit]
    kept = text.encode(encoding)[: size * most].decode(encoding, "ignore")
    return text if kept == text else kept + world.settings.tiktok_list_text_end


def _milliseconds(publish: Stored) -> int:
    return int(publish.data["posted_at"] * 1000)
