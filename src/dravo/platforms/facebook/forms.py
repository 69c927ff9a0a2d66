"""The form in which Facebook takes still pictures.

Sources: Page reference `photos` (read 2026-09-11), which names JPEG, BMP, PNG, GIF and TIFF of up to 10 MB; an error text of
live use (subcode 1366046) names 4 MB. What fits the smaller reading fits both. Whether WebP is taken is not known, so it is
written anew.
"""

from dravo.platforms.base import Draft
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import DraftMedium, ImageForm

TYPES = ("image/jpeg", "image/png", "image/gif")
MOST_BYTES = 4_000_000
MOST_MOVING_BYTES = 10 * 1024 * 1024
"""A picture that moves is never written anew: what exceeds both readings of the documented "10 MB" is known to fail."""


def image_form(_draft: Draft[FacebookOptions], medium: DraftMedium) -> ImageForm | None:
    """The form of one picture. A moving one cannot be brought into another form, nor can a video."""
    if medium.kind == "video" or medium.moves:
        return None
    return ImageForm(TYPES, MOST_BYTES)
