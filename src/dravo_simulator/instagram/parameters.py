"""The parameters of a container, each checked by its own rule."""

import re
from typing import Any

from dravo_simulator import graph
from dravo_simulator.instagram import errors
from dravo_simulator.instagram.surfaces import Surface
from dravo_simulator.lengths import length
from dravo_simulator.store import JSON

MOST_CAPTION, MOST_HASHTAGS, MOST_MENTIONS = 2200, 30, 20
MOST_TAGS = 20
"""Not documented for ``user_tags``; by analogy with the mentions of a caption."""
MOST_ALT_TEXT = 1000
MOST_COLLABORATORS = 3
USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")


def options_of(call: graph.Call, surface: Surface) -> JSON:
    """What was asked for beside the medium itself; what was not given is not there. ``call`` holds nothing that does not apply."""
    given: dict[str, Any] = {
        "caption": _caption(call),
        "collaborators": _collaborators(call),
        "user_tags": _user_tags(call, surface),
        "location_id": _location(call),
        "alt_text": _alt_text(call),
        "is_ai_generated": _flag(call, "is_ai_generated"),
        "share_to_feed": _flag(call, "share_to_feed"),
        "cover_url": call.text("cover_url"),
        "thumb_offset": call.number("thumb_offset"),
        "audio_name": _audio_name(call),
    }
    return {name: value for name, value in given.items() if value is not None}


def _caption(call: graph.Call) -> str | None:
    caption = call.text("caption")
    if caption is None:
        return None
    too_long = length(caption, call.world.settings.instagram_length_unit) > MOST_CAPTION
    if too_long or len(re.findall(r"#\w+", caption)) > MOST_HASHTAGS:
        raise errors.refusal(call.world, 2207010)
    if len(re.findall(r"@\w+", caption)) > MOST_MENTIONS:
        raise errors.refusal(call.world, 2207040)
    return caption


def _collaborators(call: graph.Call) -> list[str] | None:
    names = call.structure("collaborators")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise call.invalid("Param collaborators must be a list of usernames")
    if len(names) > MOST_COLLABORATORS:
        raise call.invalid(f"Param collaborators must hold at most {MOST_COLLABORATORS} usernames")
    for name in names:
        _check_name(call, name)
    return names


def _user_tags(call: graph.Call, surface: Surface) -> list[JSON] | None:
    """Pictures need to know where, videos cannot; a story may (since 2025-07-09)."""
    tags = call.structure("user_tags")
    if tags is None:
        return None
    if not isinstance(tags, list) or not all(isinstance(tag, dict) for tag in tags):
        raise call.invalid("Param user_tags must be a list of maps")
    if len(tags) > MOST_TAGS:
        raise errors.refusal(call.world, 2207040)
    return [_tag(call, tag, surface) for tag in tags]


def _tag(call: graph.Call, tag: JSON, surface: Surface) -> JSON:
    if not isinstance(tag.get("username"), str) or set(tag) - {"username", "x", "y"}:
        raise call.invalid("Param user_tags must hold username, x and y")
    _check_name(call, tag["username"])
    place: JSON = {axis: tag[axis] for axis in ("x", "y") if axis in tag}
    if surface.kind != "STORIES" and surface.medium == "video":
        if place and call.world.settings.instagram_reel_tag_positions == "refuse":
            raise call.invalid("Param user_tags takes no x and y for videos")
        return {"username": tag["username"]}
    if len(place) not in ({0, 2} if surface.kind == "STORIES" else {2}):
        raise call.invalid("Param user_tags needs x and y for images")
    if not all(_is_share(value) for value in place.values()):
        raise call.invalid("Param user_tags needs x and y between 0 and 1")
    return {"username": tag["username"], **place}


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _check_name(call: graph.Call, name: str) -> None:
    if USERNAME.fullmatch(name) is None:
        raise errors.refusal(call.world, 2207018)


def _location(call: graph.Call) -> str | None:
    """The numeric code beside this name is not documented."""
    location = call.text("location_id")
    known = call.world.settings.instagram_locations
    if location is not None and not (location.isdecimal() if known is None else location in known):
        raise call.invalid("INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID")
    return location


def _alt_text(call: graph.Call) -> str | None:
    alt_text = call.text("alt_text")
    if alt_text is not None and len(alt_text) > MOST_ALT_TEXT:
        raise call.invalid("Param alt_text is too long")
    return alt_text


def _audio_name(call: graph.Call) -> str | None:
    name = call.text("audio_name")
    if name is not None and not name.strip():
        raise call.invalid("Param audio_name must not be empty")
    return name


def _flag(call: graph.Call, name: str) -> bool | None:
    return call.flag(name, default=False) if name in call.parameters else None
