"""Instagram's column: a profile for each account, with its stories, its grid and its opened posts."""

from typing import Literal

from dravo_simulator.store import JSON

TALL = (9, 16)
"""The frame of reels and stories."""
STORY_SECONDS = 86400
Fit = Literal["cover", "contain"]


def profiles(posts: list[JSON]) -> list[JSON]:
    """The accounts with what there is of each, the one that posted last first."""
    found: dict[str, JSON] = {}
    for post in posts:
        profile = found.setdefault(post["account"], {"author": post["author"], "stories": [], "posts": []})
        profile["stories" if is_story(post) else "posts"].append(post)
    for profile in found.values():
        profile["stories"].reverse()  # they are played in the order they came
        profile["grid"] = [post for post in profile["posts"] if not _is_apart(post)]
    return list(found.values())


def is_story(item: JSON) -> bool:
    return bool(item["options"].get("media_type") == "STORIES")


def is_reel(item: JSON) -> bool:
    return bool(item["options"].get("media_type") == "REELS")


def frame(post: JSON) -> tuple[int, int]:
    """The shape in which a post shows all its media: a carousel is cropped to its first one's."""
    if is_story(post) or is_reel(post):
        return TALL
    return _size(post["media"][0]) if post["media"] else (1, 1)


def spots(medium: JSON, around: tuple[int, int], fit: Fit) -> list[JSON]:
    """The tags that have a place, in parts of the frame: they are sent in parts of the picture, which may be cropped.

    What lies outside of the frame moves to its edge. ``across`` and ``down`` say to which side of the point there is
    room for a name.
    """
    wide, high = _stretched(_size(medium), around, fit)
    return [
        _spot(tag["username"], _within(tag["x"], wide), _within(tag["y"], high))
        for tag in medium.get("user_tags", [])
        if "x" in tag and "y" in tag
    ]


def people(post: JSON) -> list[str]:
    """Who is tagged without a place, each once."""
    names = [tag["username"] for medium in post["media"] for tag in medium.get("user_tags", []) if "x" not in tag]
    return list(dict.fromkeys(names))


def _is_apart(post: JSON) -> bool:
    """A reel that is in the tab of reels only; of a carousel the documentation does not say what the option does."""
    return is_reel(post) and post["options"].get("share_to_feed") is False


def _spot(username: str, x: float, y: float) -> JSON:
    across = "right" if x < 1 / 3 else "left" if x > 2 / 3 else "amid"
    return {"username": username, "x": x, "y": y, "across": across, "down": "above" if y > 3 / 4 else "below"}


def _size(medium: JSON) -> tuple[int, int]:
    return (medium.get("width") or 1, medium.get("height") or 1)


def _stretched(size: tuple[int, int], around: tuple[int, int], fit: Fit) -> tuple[float, float]:
    """How wide and high the picture is beside its frame, when it covers it or is contained in it."""
    wider = (size[0] / size[1]) / (around[0] / around[1])
    return (wider, 1) if (wider > 1) is (fit == "cover") else (1, 1 / wider)


def _within(place: float, stretch: float) -> float:
    return min(1, max(0, 0.5 + (place - 0.5) * stretch))
