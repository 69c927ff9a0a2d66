"""The networks that there are. One line each; nothing else in the house names them."""

from typing import Any

from pydantic import Field, create_model

from dravo.kit.schemas import StrictModel
from dravo.platforms import facebook, instagram, linkedin, tiktok, x
from dravo.platforms.base import Platform

PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (facebook.PLATFORM, instagram.PLATFORM, tiktok.PLATFORM, linkedin.PLATFORM, x.PLATFORM)
}

_FIELDS: dict[str, Any] = {
    name: (platform.options | None, Field(None, description=f"What only {platform.title} has."))
    for name, platform in PLATFORMS.items()
}

PlatformOptions = create_model(
    "PlatformOptions",
    __base__=StrictModel,
    __doc__="Per-network options. Unknown networks and unknown names are refused.",
    **_FIELDS,
)
