"""TikTok (Content Posting API v2): photo posts, published directly or sent to the creator's inbox."""

from dravo.platforms.base import Platform
from dravo.platforms.tiktok.adapter import TikTokAdapter
from dravo.platforms.tiktok.client import HOST
from dravo.platforms.tiktok.limits import check
from dravo.platforms.tiktok.options import TikTokOptions

PLATFORM = Platform(
    name="tiktok",
    title="TikTok",
    options=TikTokOptions,
    check=check,
    adapter=TikTokAdapter(),
    hosts=frozenset({HOST}),
)

__all__ = ["PLATFORM"]
