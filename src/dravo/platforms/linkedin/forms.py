"""The form in which LinkedIn takes still pictures, and the picture that an option names.

Source: LinkedIn docs `images-api` (read 2026-09-19). No limit of bytes is published; guides name 5, 8 and 10 MB, and what fits
the smallest of them fits all.
"""

from collections.abc import Sequence

from dravo.platforms.base import Draft
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import Attachment, DraftMedium, ImageForm

TYPES = ("image/jpeg", "image/png", "image/gif")
MOST_PIXELS = 36_152_319
MOST_BYTES = 5_000_000
MOST_SIDE_SCALED = 6_000
"""A picture that must be made smaller is fitted into a square of this, as other publishers do."""


def image_form(_draft: Draft[LinkedInOptions], medium: DraftMedium) -> ImageForm | None:
    """The form of one picture. A moving one cannot be brought into another form, nor can a video."""
    if medium.kind == "video" or medium.moves:
        return None
    too_large = (medium.width or 0) * (medium.height or 0) > MOST_PIXELS
    return ImageForm(TYPES, MOST_BYTES, MOST_PIXELS, most_side=MOST_SIDE_SCALED if too_large else None)


def attachments(draft: Draft[LinkedInOptions]) -> Sequence[Attachment]:
    """The picture of a link card. Beside media there is no card."""
    article = draft.options.article
    if draft.media or article is None or article.thumbnail is None:
        return ()
    form = ImageForm(TYPES, MOST_BYTES, MOST_PIXELS)
    return (Attachment("thumbnail", article.thumbnail, "/platform_options/linkedin/article/thumbnail", form),)
