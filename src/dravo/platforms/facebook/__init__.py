"""Facebook Pages (Graph API): posts of text, link cards, photos, videos and reels, with a first comment."""

from dravo.platforms._graph.usage import rest
from dravo.platforms.base import Platform
from dravo.platforms.facebook.adapter import FacebookAdapter
from dravo.platforms.facebook.budgets import BUDGETS
from dravo.platforms.facebook.client import HOST, UPLOAD_HOST, VIDEO_HOST
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.forms import image_form
from dravo.platforms.facebook.limits import check
from dravo.platforms.facebook.oauth import refresh
from dravo.platforms.facebook.options import FacebookOptions

PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    options=FacebookOptions,
    check=check,
    adapter=FacebookAdapter(),
    hosts=frozenset({HOST, VIDEO_HOST, UPLOAD_HOST}),
    config=FacebookConfig,
    image_form=image_form,
    refresh=refresh,
    rest=rest,
    budgets=BUDGETS,
)

__all__ = ["PLATFORM"]
