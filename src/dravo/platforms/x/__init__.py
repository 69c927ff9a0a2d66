"""X (API v2): posts with text, pictures, a GIF or a video, polls and replies."""

from dravo.platforms.base import Platform
from dravo.platforms.x.adapter import XAdapter
from dravo.platforms.x.budgets import BUDGETS
from dravo.platforms.x.client import HOST
from dravo.platforms.x.config import XConfig
from dravo.platforms.x.limits import check
from dravo.platforms.x.oauth import refresh
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.picture_limits import image_form

PLATFORM = Platform(
    name="x",
    title="X",
    options=XOptions,
    check=check,
    adapter=XAdapter(),
    hosts=frozenset({HOST}),
    config=XConfig,
    image_form=image_form,
    refresh=refresh,
    budgets=BUDGETS,
)

__all__ = ["PLATFORM"]
