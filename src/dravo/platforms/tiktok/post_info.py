"""A post's settings as TikTok takes them, by the kind of the post.

Source: TikTok docs `content-posting-api-reference-direct-post` and `-photo-post` (read 2026-11-23).
"""

from collections.abc import Iterable
from typing import Any

from dravo.platforms.tiktok.options import TikTokOptions


def of_video(text: str, options: TikTokOptions) -> dict[str, Any]:
    """A direct video's. The text is its title."""
    names = ("disable_comment", "disable_duet", "disable_stitch", "is_aigc", "video_cover_timestamp_ms")
    return {"title": text, **_of_direct_post(options), **_said(options, names)}


def of_photos(text: str, options: TikTokOptions) -> dict[str, Any]:
    """A photo post's. The text is its description; a draft has no more than that."""
    if not options.posts_directly():
        return {"description": text}
    return {"description": text, **_of_direct_post(options), **_said(options, ("disable_comment", "auto_add_music"))}


def _of_direct_post(options: TikTokOptions) -> dict[str, Any]:
    """What each direct post says. Both brand toggles are said in any case: the reference requires them."""
    return {
        "privacy_level": options.audience(),
        "brand_content_toggle": options.brand_content_toggle or False,
        "brand_organic_toggle": options.brand_organic_toggle or False,
    }


def _said(options: TikTokOptions, names: Iterable[str]) -> dict[str, Any]:
    """What the client said of these; a false is said as well."""
    said = {name: getattr(options, name) for name in names}
    return {name: value for name, value in said.items() if value is not None}
