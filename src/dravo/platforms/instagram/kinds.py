"""The four kinds of a post to Instagram, which its media and the option `story` decide."""

from collections.abc import Sequence
from typing import Literal

from dravo.platforms.base import Draft, PublishJob
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import DraftMedium, Medium

Kind = Literal["image", "reel", "carousel", "story"]


def kind_of(post: Draft[InstagramOptions] | PublishJob[InstagramOptions]) -> Kind | None:
    """None where there is no medium, or where it hangs on one that is not known yet.

    One video is a reel: Instagram has retired other single videos (page `ig-user/media`, 2023-11-09).
    """
    media: Sequence[DraftMedium | Medium] = post.media
    if not media:
        return None
    if post.options.story:
        return "story"
    if len(media) > 1:
        return "carousel"
    if media[0].kind is None:
        return None
    return "reel" if media[0].kind == "video" else "image"
