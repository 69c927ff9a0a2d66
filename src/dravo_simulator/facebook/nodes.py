"""Pages, posts, photos and comments as nodes: how they come into being and how they are read."""

from starlette.requests import Request

from dravo_simulator import graph
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World, medium

APPLICATION = {"id": "1000000000000001", "name": "Simulated app"}
DUPLICATE_SECONDS = 3600
"""How long Facebook compares a post with the one before it is not documented; an hour is our guess."""


def page_of(call: graph.Call, request: Request) -> str:
    """The page of the path, which must be the token's own. ``me`` is the page of the token."""
    object_id = str(request.path_params["object_id"])
    if object_id not in {"me", call.account.id}:
        raise graph.no_such_object(call.world, object_id, request.method)
    return call.account.id


def publish(call: graph.Call, *, message: str, link: str | None, photos: list[Stored], options: JSON) -> Stored:
    """Makes the post visible to readers. Inside the caller's transaction."""
    world, page = call.world, call.account
    content = [page.id, message, link]
    last = world.store.fact(f"facebook last {page.id}")
    same = world.earlier("facebook", content, DUPLICATE_SECONDS)
    if message and not photos and same is not None and same == last:
        raise graph.refusal(world, 506, "Duplicate status message")
    post_id = f"{page.id}_{122_100_000_000_000_000 + world.store.number()}"
    kept = {"message": message, "link": link, "photos": [photo.id for photo in photos], "published": True}
    post = world.create("facebook", "post", post_id, page.id, kept)
    world.store.set_fact(f"facebook last {page.id}", post_id)
    world.remember("facebook", content, page.id, post_id)
    for photo in photos:
        world.change("facebook", photo, post_id=post_id)
    media = [_shown(world, photo) for photo in photos]
    world.record(page, "post", post_id, text=message, media=media, options=options | ({"link": link} if link else {}))
    return post


def keep_unpublished(call: graph.Call, *, message: str, link: str | None, photos: list[Stored]) -> Stored:
    post_id = f"{call.account.id}_{122_100_000_000_000_000 + call.world.store.number()}"
    kept = {"message": message, "link": link, "photos": [photo.id for photo in photos], "published": False}
    return call.world.create("facebook", "post", post_id, call.account.id, kept)


def view_post(call: graph.Call, post: Stored) -> JSON:
    data = post.data
    return {
        "id": post.id,
        "message": data["message"] or None,
        "created_time": graph.facebook_time(post.at),
        "application": APPLICATION,
        "from": {"id": call.account.id, "name": call.account.display_name},
        "permalink_url": f"https://www.facebook.com/{post.id}",
        "is_published": data["published"],
        "status_type": "added_photos" if data["photos"] else "mobile_status_update",
        "attachments": _attachments(data),
    }


def view_photo(call: graph.Call, photo: Stored) -> JSON:
    return {
        "id": photo.id,
        "name": photo.data["caption"] or None,
        "alt_text_custom": photo.data["alt_text"],
        "created_time": graph.facebook_time(photo.at),
        "link": f"https://www.facebook.com/photo.php?fbid={photo.id}",
        "page_story_id": photo.data["post_id"],
        "from": {"id": call.account.id, "name": call.account.display_name},
    }


def view_comment(call: graph.Call, comment: Stored) -> JSON:
    return {
        "id": comment.id,
        "message": comment.data["message"],
        "created_time": graph.facebook_time(comment.at),
        "from": {"id": call.account.id, "name": call.account.display_name},
        "permalink_url": f"https://www.facebook.com/{comment.account}?comment_id={comment.id.rpartition('_')[2]}",
    }


def _attachments(data: JSON) -> JSON | None:
    """One photo stands for itself; several stand under an album."""
    targets = [
        {
            "type": "photo",
            "media_type": "photo",
            "target": {"id": photo, "url": f"https://www.facebook.com/photo.php?fbid={photo}"},
        }
        for photo in data["photos"]
    ]
    if len(targets) == 1:
        return {"data": targets}
    if targets:
        return {"data": [{"type": "album", "media_type": "album", "subattachments": {"data": targets}}]}
    if data["link"]:
        return {"data": [{"type": "share", "media_type": "link", "target": {"url": data["link"]}}]}
    return None


def _shown(world: World, photo: Stored) -> JSON:
    blob = world.store.blob(photo.data["sha256"])
    assert blob is not None
    return medium(blob, alt_text=photo.data["alt_text"], url=photo.data["url"])
