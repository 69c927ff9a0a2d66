"""TikTok's column: what a card says around its video or its photos."""

from dravo_simulator.store import JSON
from dravo_simulator.world import World

OFF = {"disable_comment": "Comments off", "disable_duet": "Duets off", "disable_stitch": "Stitches off"}


def cover_index(post: JSON) -> int:
    """The photo that is shown first; the first one, where the cover is none of them."""
    index = int(post["options"].get("photo_cover_index") or 0)
    return index if 0 <= index < len(post["media"]) else 0


def poster(post: JSON) -> str:
    """The address of the frame that a video shows before it is played."""
    moment = int(post["options"].get("video_cover_timestamp_ms") or 0)
    return f"/wall/stills/{post['media'][0]['sha256']}/{max(0, moment)}"


def marks(post: JSON) -> list[str]:
    """What viewers may not do with a post."""
    return [words for option, words in OFF.items() if post["options"].get(option)]


def disclosed(post: JSON) -> str:
    """The label of a post that promotes something. A paid partnership covers one's own brand as well."""
    if post["options"].get("brand_content_toggle"):
        return "Paid partnership"
    return "Promotional content" if post["options"].get("brand_organic_toggle") else ""


def since(world: World, item: JSON) -> JSON:
    """What TikTok and the creator have done with a publish after the ledger took it down."""
    publish = world.store.get("tiktok", "publish", item["id"])
    if publish is None:
        return {}
    app = world.store.apps.get("tiktok", publish.data["app"])
    now: JSON = {"app": "" if app is None else app.name}
    if item["options"].get("inbox") and publish.data["posted_at"] is not None:
        audience = "PUBLIC_TO_EVERYONE" if publish.data["is_public"] else "FOLLOWER_OF_CREATOR"
        now["options"] = item["options"] | {"inbox": False, "privacy_level": audience}
    was_public = item["options"].get("privacy_level") == "PUBLIC_TO_EVERYONE"
    if was_public and publish.data["posted_at"] is not None and not publish.data["is_public"]:
        now["hidden"] = True
    return now
