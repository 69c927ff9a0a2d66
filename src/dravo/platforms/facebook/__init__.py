"""Facebook Pages (Graph API): posts of text and photos, with a first comment."""

from dravo.platforms._graph.usage import rest
from dravo.platforms.base import Platform
from dravo.platforms.facebook.adapter import FacebookAdapter
from dravo.platforms.facebook.client import HOST
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.limits import check
from dravo.platforms.facebook.options import FacebookOptions

PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    options=FacebookOptions,
    check=check,
    adapter=FacebookAdapter(),
    hosts=frozenset({HOST}),
    config=FacebookConfig,
    rest=rest,
)

__all__ = ["PLATFORM"]
