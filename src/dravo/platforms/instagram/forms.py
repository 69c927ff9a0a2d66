"""The form in which Instagram takes pictures, a reel's cover among them.

Source: Instagram platform page `ig-user/media` (read 2026-09-11): JPEG, at most 8 MB. The error table speaks of 8 MiB; what
fits the smaller reading fits both. A narrow or a wide picture is scaled by Instagram itself.
"""

from collections.abc import Sequence

from dravo.platforms.base import Draft
from dravo.platforms.instagram.kinds import kind_of
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Attachment, DraftMedium, ImageForm

MOST_BYTES = 8_000_000
FORM = ImageForm(("image/jpeg",), most_bytes=MOST_BYTES)


def image_form(_draft: Draft[InstagramOptions], medium: DraftMedium) -> ImageForm | None:
    """The form of one picture. A moving one cannot be brought into another form, nor can a video."""
    return None if medium.kind == "video" or medium.moves else FORM


def attachments(draft: Draft[InstagramOptions]) -> Sequence[Attachment]:
    """The cover of a reel; nothing else has one."""
    url = draft.options.cover_url
    if url is None or kind_of(draft) != "reel":
        return ()
    return (Attachment("cover", url, "/platform_options/instagram/cover_url", FORM),)
