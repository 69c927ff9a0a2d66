"""When a post of a Page becomes visible: at once, at its time, or when its video is ready.

What is visible is a ``post`` whose data have ``published_at``; only then does the ledger hold it.
"""

from typing import Literal

from dravo_simulator import processing
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World, medium

Edge = Literal["feed", "photos", "videos", "video_reels"]


def new_post_id(world: World, page: str) -> str:
    return f"{page}_{122_100_000_000_000_000 + world.store.number()}"


def keep(
    world: World,
    page: str,
    *,
    edge: Edge,
    message: str,
    link: str | None = None,
    photos: list[Stored] | None = None,
    video: str | None = None,
    scheduled_at: float | None = None,
    post_id: str | None = None,
    options: JSON | None = None,
) -> Stored:
    """A post that nobody sees yet; with a time, it waits for it. Inside the caller's transaction."""
    post_id = post_id or new_post_id(world, page)
    data: JSON = {
        "edge": edge,
        "message": message,
        "link": link,
        "photos": [photo.id for photo in photos or []],
        "video": video,
        "scheduled_at": scheduled_at,
        "published_at": None,
        "options": options or {},
    }
    post = world.create("facebook", "post", post_id, page, data)
    for photo in photos or []:
        world.change("facebook", photo, post_id=post_id)
    if scheduled_at is not None:
        world.store.watch("facebook", post_id)
    return post


def show(world: World, post: Stored, at: float) -> Stored:
    """Lets readers see a post. Inside the caller's transaction."""
    post = world.change("facebook", post, published_at=at)
    account = world.account("facebook", by="id", value=post.account)
    assert account is not None
    link, video = post.data["link"], post.data["video"]
    media = [_shown(world, "photo", photo) for photo in post.data["photos"]]
    media += [] if video is None else [_shown(world, "video", video)]
    options = {"edge": post.data["edge"]} | ({"link": link} if link else {}) | post.data["options"]
    world.record(account, "post", post.id, text=post.data["message"], media=media, options=options, at=at)
    return post


def settle(world: World) -> None:
    """Publishes what was due meanwhile."""
    for object_id in world.store.watched("facebook"):
        with world.store.transaction():
            post = world.store.get("facebook", "post", object_id)
            video = world.store.get("facebook", "video", object_id)
            is_over = _settle_post(world, post) if post else video is None or _settle_video(world, video)
            if is_over:
                world.store.unwatch("facebook", object_id)


def live_at(world: World, video: Stored) -> float | None:
    """When readers see a video that is processed or will be; None when nobody ever will without a further call."""
    if video.data["state"] not in {"PUBLISHED", "SCHEDULED"}:
        return None
    ready = float(video.data["processing"]["until"]) + world.settings.facebook_publishing_seconds
    return max(ready, video.data["scheduled_at"] or 0)


def _settle_post(world: World, post: Stored) -> bool:
    """Whether there is nothing left to wait for."""
    if post.data.get("deleted"):
        return True
    if post.data["scheduled_at"] > world.now():
        return False
    show(world, post, post.data["scheduled_at"])
    return True


def _settle_video(world: World, video: Stored) -> bool:
    if video.data.get("deleted"):
        return True
    course = processing.look(world, video.data["processing"])
    due = live_at(world, video)
    if course.state == "running" or (course.state == "done" and due is not None and due > world.now()):
        return False
    if course.state == "done" and due is not None:
        data = video.data
        options = {"video_id": video.id, "video_state": data["state"]} | (
            {"title": data["title"]} if data["title"] else {}
        )
        post = keep(
            world,
            video.account,
            edge=data["edge"],
            message=data["description"],
            video=video.id,
            post_id=data["post_id"],
            options=options,
        )
        show(world, post, due)
        world.change("facebook", video, live_at=due)
    return True


def _shown(world: World, kind: str, object_id: str) -> JSON:
    found = world.store.get("facebook", kind, object_id)
    assert found is not None
    blob = world.store.blob(found.data["sha256"])
    assert blob is not None
    shown = medium(blob, alt_text=found.data.get("alt_text"), url=found.data["url"])
    return shown | ({"thumbnail_sha256": found.data["thumbnail"]} if found.data.get("thumbnail") else {})
