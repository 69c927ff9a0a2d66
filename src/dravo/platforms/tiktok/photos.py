"""Photos: TikTok pulls them from our addresses, so the call that names them is the one that posts.

Source: TikTok docs `content-posting-api-reference-photo-post` (read 2026-11-23).
"""

from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.media import Medium
from dravo.platforms.tiktok import post_info
from dravo.platforms.tiktok.audits import with_audience_to_blame
from dravo.platforms.tiktok.client import Answer, post
from dravo.platforms.tiktok.options import TikTokOptions


class _Accepted(Answer):
    publish_id: str = Field(min_length=1)


class PhotoPost(Answer):
    """A post that TikTok works on under its publish_id, or one whose answer was lost and that was found by its own id."""

    publish_id: str | None = None
    post_id: str | None = None

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.publish_id is None and self.post_id is None:
            raise ValueError("a post without any id")
        return self


def publish_photos(text: str, media: Sequence[Medium], options: TikTokOptions) -> Call[PhotoPost]:
    """POST content/init: have TikTok pull the photos and post them, or put them into the creator's inbox."""
    body = {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST" if options.posts_directly() else "MEDIA_UPLOAD",
        "post_info": post_info.of_photos(text, options),
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [medium.public_url for medium in media],
            "photo_cover_index": options.photo_cover_index or 0,
        },
    }
    call = with_audience_to_blame(post("/v2/post/publish/content/init/", body, _Accepted, effect=True), options)

    def read(reply: Reply) -> PhotoPost:
        return PhotoPost(publish_id=call.read(reply).publish_id)

    return Call(call.request, PhotoPost, read, effect=True)
