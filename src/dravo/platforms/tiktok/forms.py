"""The form in which TikTok takes photos.

Sources: TikTok docs `content-posting-api-media-transfer-guide` (read 2026-11-23): JPEG or WebP, "1080p", 20 MB. Users found that
the shorter side counts, and that one photo outside of it fails them all (postiz-app#1875). What fits the smaller reading of MB
fits both.
"""

from dravo.platforms.base import Draft
from dravo.platforms.media import DraftMedium, ImageForm
from dravo.platforms.tiktok.options import TikTokOptions

FORM = ImageForm(("image/jpeg", "image/webp"), most_bytes=20_000_000, most_short_side=1080)


def image_form(_draft: Draft[TikTokOptions], medium: DraftMedium) -> ImageForm | None:
    """The form of one photo. A moving one cannot be brought into another form, nor can a video."""
    return None if medium.kind == "video" or medium.moves else FORM
