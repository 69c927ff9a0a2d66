"""LinkedIn (versioned REST API): posts of members and organizations with text, images and link cards."""

from dravo.platforms.base import Platform
from dravo.platforms.linkedin.adapter import LinkedInAdapter
from dravo.platforms.linkedin.client import HOST, UPLOAD_HOST
from dravo.platforms.linkedin.limits import check
from dravo.platforms.linkedin.options import LinkedInOptions

PLATFORM = Platform(
    name="linkedin",
    title="LinkedIn",
    options=LinkedInOptions,
    check=check,
    adapter=LinkedInAdapter(),
    hosts=frozenset({HOST, UPLOAD_HOST}),
)

__all__ = ["PLATFORM"]
