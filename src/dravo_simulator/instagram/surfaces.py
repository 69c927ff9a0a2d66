"""What a container becomes, and which parameters apply to that (IG user media reference, read 2026-09-11)."""

from dataclasses import dataclass, replace
from typing import Literal

from dravo_simulator import graph
from dravo_simulator.instagram import errors
from dravo_simulator.instagram.switches import InstagramSwitches

MEDIA_TYPES = {"IMAGE", "VIDEO", "REELS", "CAROUSEL", "STORIES"}
COMMON = {"media_type", "fields"}
CAPTIONED = {"caption", "collaborators", "location_id", "is_ai_generated"}


@dataclass(frozen=True)
class Surface:
    kind: Literal["IMAGE", "REELS", "CAROUSEL", "CHILD", "STORIES"]
    medium: Literal["image", "video"] | None
    """What is on it; None for a carousel, whose items are containers of their own."""


APPLIES: dict[Surface, set[str]] = {
    Surface("IMAGE", "image"): CAPTIONED | {"image_url", "user_tags", "alt_text"},
    Surface("REELS", "video"): CAPTIONED
    | {"video_url", "upload_type", "user_tags", "cover_url", "thumb_offset", "share_to_feed", "audio_name"},
    # The reference lists share_to_feed for carousels too, and says nothing of what it does there.
    Surface("CAROUSEL", None): CAPTIONED | {"children", "share_to_feed"},
    Surface("CHILD", "image"): {"image_url", "is_carousel_item", "user_tags", "alt_text"},
    Surface("CHILD", "video"): {"video_url", "is_carousel_item"},
    Surface("STORIES", "image"): {"image_url", "user_tags", "is_ai_generated"},
    Surface("STORIES", "video"): {"video_url", "user_tags", "is_ai_generated"},
}
NEVER_ON_CHILDREN = ("collaborators", "is_ai_generated")
"""These are refused on an item of a carousel even where other unknown parameters are ignored (postiz-app#1405)."""


def surface_of(call: graph.Call) -> Surface:
    media_type = call.text("media_type") or "IMAGE"
    if media_type not in MEDIA_TYPES:
        raise errors.refusal(call.world, 2207023, media_type[:40])
    is_video = "video_url" in call.parameters or "upload_type" in call.parameters
    is_child = call.flag("is_carousel_item", default=False)
    if media_type == "VIDEO" and not is_child:
        raise errors.refusal(call.world, 2207023, "VIDEO is no longer supported; use REELS to publish a video")
    if is_child and media_type not in {"IMAGE", "VIDEO"}:
        raise call.invalid(f"{media_type} cannot be an item of a carousel")
    if media_type == "STORIES":
        return Surface("STORIES", "video" if is_video else "image")
    if is_child:
        return Surface("CHILD", "video" if media_type == "VIDEO" else "image")
    kinds: dict[str, Surface] = {
        "IMAGE": Surface("IMAGE", "image"),
        "REELS": Surface("REELS", "video"),
        "CAROUSEL": Surface("CAROUSEL", None),
    }
    return kinds[media_type]


def fitting(call: graph.Call, surface: Surface) -> graph.Call:
    """The call with the parameters that apply to its surface. What does not is refused, or ignored, as the switches say."""
    settings = call.world.settings
    applies = _applying(surface, settings)
    if surface.kind == "CHILD":
        misplaced = next((name for name in NEVER_ON_CHILDREN if name in call.parameters), None)
        if misplaced is not None:
            raise call.invalid(f"Param {misplaced} is not allowed on an item of a carousel")
    is_ignored = surface.kind == "CHILD" and settings.instagram_caption_on_children == "ignored"
    if surface.kind == "CHILD" and "caption" in call.parameters and not is_ignored:
        raise call.invalid("Param caption is not allowed on an item of a carousel")
    call.allow(*applies, *(["caption"] if is_ignored else []))
    return replace(call, parameters={name: value for name, value in call.parameters.items() if name in applies})


def _applying(surface: Surface, settings: InstagramSwitches) -> set[str]:
    applies = COMMON | APPLIES[surface]
    if surface == Surface("CHILD", "video"):
        if settings.instagram_tags_on_child_videos == "accept":
            applies |= {"user_tags"}
        if settings.instagram_thumb_offset_on_child_videos == "accept":
            applies |= {"thumb_offset"}
    if surface == Surface("STORIES", "video") and settings.instagram_thumb_offset_on_stories == "accept":
        applies |= {"thumb_offset"}
    return applies
