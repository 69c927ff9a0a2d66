"""X's calls for media: pictures in one go, what moves in parts.

Sources: X docs `media/introduction`, `media/quickstart/media-upload-chunked` and `openapi.json` 2.167 (read 2026-08-22). The
older form, one address with a `command`, is announced as replaced and not spoken. An upload that no post names expires by itself.
"""

from datetime import timedelta
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.media import Medium
from dravo.platforms.x.answers import reader
from dravo.platforms.x.client import HOST
from dravo.platforms.x.picture_limits import GIF
from dravo.platforms.x.refusals import problem_of, refusal

UPLOAD = "/2/media/upload"

MEDIA_LIVES_FOR = timedelta(hours=23)
"""Uploaded media can be used for 24 hours; the hour is for the post to be sent."""

PART_BYTES = 4 * 1024 * 1024
"""X's own tool (xurl) sends parts of this size; 5 MB have been refused with 431 (twitteroauth#1257). X takes 1000 parts, far
more than its largest video has."""

TRANSFER_SECONDS = 120.0
"""The longest that a call may take which carries bytes, or waits for X to put them together."""

Category = Literal["tweet_image", "tweet_gif", "tweet_video"]


class Processing(BaseModel):
    """How far X is with a medium: `pending`, `in_progress`, `succeeded` or `failed`.

    An `error` makes it failed whatever the state is: X has left media `in_progress` at 99 % for ever beside one
    (twitteroauth#1185). The specification does not list the field.
    """

    state: str = ""
    check_after_secs: float | None = Field(None, allow_inf_nan=False)
    error: Any = None

    @property
    def failed(self) -> bool:
        return self.state == "failed" or bool(self.error)

    @property
    def reason(self) -> str:
        """X's code, name and message, as far as there are any."""
        if not isinstance(self.error, dict):
            return str(self.error or "no reason given")[:300]
        return ", ".join(str(self.error[part]) for part in ("code", "name", "message") if part in self.error)[:300]


class UploadedMedia(BaseModel):
    """A medium that a post can name within 24 hours, once it is processed. `processing_info` only where there is something to do.

    `refused` is what X said when it refused to put the parts together.
    """

    id: str = Field(min_length=1)
    processing_info: Processing | None = None
    refused: dict[str, Any] | None = None


class Taken(BaseModel):
    """X has taken a part. What else it answers (when the upload expires) is not needed."""


def category_of(medium: Medium) -> Category:
    """X's word for what the medium is. A GIF of one frame is a picture."""
    if medium.kind == "video":
        return "tweet_video"
    return "tweet_gif" if medium.content_type == GIF and medium.details.frames != 1 else "tweet_image"


def pointer_of(medium: Medium) -> str:
    return f"/media_urls/{medium.index}"


def upload_image(medium: Medium) -> Call[UploadedMedia]:
    """POST /2/media/upload in one go; for still pictures only."""
    request = Request(
        method="POST",
        host=HOST,
        path=UPLOAD,
        form={"media_category": "tweet_image"},
        files={"media": medium.payload()},
        timeout_seconds=TRANSFER_SECONDS,
    )
    return Call(request, UploadedMedia, reader(UploadedMedia, medium=pointer_of(medium)))


def initialize(medium: Medium) -> Call[UploadedMedia]:
    """POST …/initialize: announce type, length and kind of what comes in parts."""
    body = {
        "media_type": medium.content_type,
        "total_bytes": medium.size_bytes,
        "media_category": category_of(medium),
    }
    request = Request(method="POST", host=HOST, path=f"{UPLOAD}/initialize", json=body)
    return Call(request, UploadedMedia, reader(UploadedMedia, medium=pointer_of(medium)))


def append(media_id: str, medium: Medium, segment: int) -> Call[Taken]:
    """POST …/append: one part, counted from 0; it may be sent again. Parts are bounded, since they are held in memory."""
    start = segment * PART_BYTES
    request = Request(
        method="POST",
        host=HOST,
        path=f"{UPLOAD}/{quote(media_id, safe='')}/append",
        form={"segment_index": str(segment)},
        files={"media": medium.part(start, min(start + PART_BYTES, medium.size_bytes))},
        timeout_seconds=TRANSFER_SECONDS,
    )

    def read(reply: Reply) -> Taken:
        if reply.ok:
            if reply.body and not isinstance(reply.json(), dict):  # some edge's page is no word of X's
                raise UnreadableAnswer(f"HTTP {reply.status} with JSON that is no object")
            return Taken()
        raise refusal(reply, effect=False, medium=pointer_of(medium))

    return Call(request, Taken, read)


def segments(medium: Medium) -> range:
    """The numbers of a medium's parts."""
    return range(-(-medium.size_bytes // PART_BYTES))


def finalize(media_id: str, medium: Medium) -> Call[UploadedMedia]:
    """POST …/finalize: have the parts put together.

    A 400 is an answer: it may be the second call after the first one's answer was lost, and X may take offence at that.
    """
    path = f"{UPLOAD}/{quote(media_id, safe='')}/finalize"
    request = Request(method="POST", host=HOST, path=path, timeout_seconds=TRANSFER_SECONDS)
    accepted = reader(UploadedMedia, medium=pointer_of(medium))

    def read(reply: Reply) -> UploadedMedia:
        if reply.status == 400:
            return UploadedMedia(id=media_id, refused=problem_of(reply))
        return accepted(reply)

    return Call(request, UploadedMedia, read)


def status(media_id: str, medium: Medium) -> Call[UploadedMedia]:
    """GET the state of processing. X answers 400 where there is nothing to process."""
    request = Request(method="GET", host=HOST, path=UPLOAD, query={"command": "STATUS", "media_id": media_id})
    return Call(request, UploadedMedia, reader(UploadedMedia, medium=pointer_of(medium)))
