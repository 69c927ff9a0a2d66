"""TikTok (Content Posting API v2): a video or photos, published directly or put into the creator's inbox."""

from dravo.platforms.base import Platform
from dravo.platforms.tiktok.adapter import TikTokAdapter
from dravo.platforms.tiktok.budgets import BUDGETS
from dravo.platforms.tiktok.client import HOST
from dravo.platforms.tiktok.forms import image_form
from dravo.platforms.tiktok.limits import check
from dravo.platforms.tiktok.oauth import refresh
from dravo.platforms.tiktok.options import TikTokOptions

PLATFORM = Platform(
    name="tiktok",
    title="TikTok",
    options=TikTokOptions,
    check=check,
    adapter=TikTokAdapter(),
    hosts=frozenset({HOST}),
    image_form=image_form,
    refresh=refresh,
    budgets=BUDGETS,
)

__all__ = ["PLATFORM"]
