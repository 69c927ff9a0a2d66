"""Posts, photos and comments of a Page as nodes: how they are read. Videos have a module of their own."""

from dravo_simulator import graph
from dravo_simulator.store import JSON, Stored

SITE = "https://www.facebook.com"


def created_at(post: Stored) -> float:
    """When readers first saw it, or when it was made while they do not."""
    return float(post.data["published_at"] or post.at)


def view_post(call: graph.Call, post: Stored) -> JSON:
    data = post.data
    kinds = {"added_photos": data["photos"], "added_video": data["video"], "shared_story": data["link"]}
    return {
        "id": post.id,
        "message": data["message"] or None,
        "created_time": graph.facebook_time(created_at(post)),
        "application": _application(call),
        "from": _author(call),
        "permalink_url": f"{SITE}/{post.id}",
        "is_published": data["published_at"] is not None,
        "scheduled_publish_time": None if data["scheduled_at"] is None else int(data["scheduled_at"]),
        "status_type": next((name for name, is_there in kinds.items() if is_there), "mobile_status_update"),
        "attachments": _attachments(call, data),
    }


def view_photo(call: graph.Call, photo: Stored) -> JSON:
    tells = call.world.settings.facebook_page_story_id
    return {
        "id": photo.id,
        "name": photo.data["caption"] or None,
        "alt_text_custom": photo.data["alt_text"],
        "created_time": graph.facebook_time(photo.at),
        "link": f"{SITE}/photo.php?fbid={photo.id}",
        "page_story_id": photo.data["post_id"] if tells else None,
        "from": _author(call),
    }


def view_comment(call: graph.Call, comment: Stored) -> JSON:
    return {
        "id": comment.id,
        "message": comment.data["message"],
        "created_time": graph.facebook_time(comment.at),
        "from": _author(call),
        "permalink_url": f"{SITE}/{comment.account}?comment_id={comment.id.rpartition('_')[2]}",
        "attachment": _picture(comment.data["url"]) if comment.data["sha256"] else None,
    }


def _author(call: graph.Call) -> JSON:
    return {"id": call.account.id, "name": call.account.display_name}


def _application(call: graph.Call) -> JSON | None:
    app = call.world.store.apps.get("facebook", call.account.app)
    return None if app is None else {"id": app.client_id, "name": app.name}


def _picture(url: str | None) -> JSON:
    return {"type": "photo", "url": url}


def _attachments(call: graph.Call, data: JSON) -> JSON | None:
    """One photo stands for itself; several stand under an album."""
    if data["video"]:
        target = {"id": data["video"], "url": f"{SITE}/{call.account.id}/videos/{data['video']}"}
        return {"data": [{"type": "video_inline", "media_type": "video", "target": target}]}
    targets = [
        {
            "type": "photo",
            "media_type": "photo",
            "target": {"id": photo, "url": f"{SITE}/photo.php?fbid={photo}"},
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
