"""X (API v2): posts with text, pictures, polls and replies."""

from dravo.platforms.base import Platform
from dravo.platforms.x.adapter import XAdapter
from dravo.platforms.x.client import HOST
from dravo.platforms.x.limits import check
from dravo.platforms.x.options import XOptions

PLATFORM = Platform(name="x", title="X", options=XOptions, check=check, adapter=XAdapter(), hosts=frozenset({HOST}))

__all__ = ["PLATFORM"]
