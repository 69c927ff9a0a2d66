"""Instagram, by either of its logins: images, reels, carousels and stories, with a first comment."""

from datetime import timedelta

from dravo.platforms._graph.usage import rest
from dravo.platforms.base import Platform
from dravo.platforms.instagram.adapter import InstagramAdapter
from dravo.platforms.instagram.budgets import BUDGETS
from dravo.platforms.instagram.client import HOSTS
from dravo.platforms.instagram.config import InstagramConfig
from dravo.platforms.instagram.forms import attachments, image_form
from dravo.platforms.instagram.limits import check
from dravo.platforms.instagram.oauth import refresh
from dravo.platforms.instagram.options import InstagramOptions

PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    options=InstagramOptions,
    check=check,
    adapter=InstagramAdapter(),
    hosts=frozenset(HOSTS.values()),
    config=InstagramConfig,
    image_form=image_form,
    attachments=attachments,
    refresh=refresh,
    renew_before=timedelta(days=30),
    rest=rest,
    budgets=BUDGETS,
)

__all__ = ["PLATFORM"]
