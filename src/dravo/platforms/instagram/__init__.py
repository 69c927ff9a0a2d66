"""Instagram (Instagram Login): single images, carousels of images and image stories, with a first comment."""

from dravo.platforms._graph.usage import rest
from dravo.platforms.base import Platform
from dravo.platforms.instagram.adapter import InstagramAdapter
from dravo.platforms.instagram.client import HOST
from dravo.platforms.instagram.config import InstagramConfig
from dravo.platforms.instagram.limits import check
from dravo.platforms.instagram.options import InstagramOptions

PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    options=InstagramOptions,
    check=check,
    adapter=InstagramAdapter(),
    hosts=frozenset({HOST}),
    config=InstagramConfig,
    rest=rest,
)

__all__ = ["PLATFORM"]
