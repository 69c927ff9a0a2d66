"""LinkedIn (versioned REST API): posts of members and organizations with text, images, a video or a link card."""

from datetime import date

from dravo.platforms.base import Config, Platform
from dravo.platforms.linkedin.adapter import LinkedInAdapter
from dravo.platforms.linkedin.budgets import BUDGETS
from dravo.platforms.linkedin.client import HOST, UPLOAD_HOST
from dravo.platforms.linkedin.config import LinkedInConfig
from dravo.platforms.linkedin.forms import attachments, image_form
from dravo.platforms.linkedin.limits import check
from dravo.platforms.linkedin.oauth import refresh
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.versions import concern


def _concern(config: Config, today: date) -> str | None:
    return concern(LinkedInConfig.model_validate(config).version, today)


PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    options=LinkedInOptions,
    check=check,
    adapter=LinkedInAdapter(),
    hosts=frozenset({HOST, UPLOAD_HOST}),
    config=LinkedInConfig,
    image_form=image_form,
    attachments=attachments,
    refresh=refresh,
    concern=_concern,
    budgets=BUDGETS,
)

__all__ = ["PLATFORM"]
