"""Images on their way to LinkedIn. Source: LinkedIn docs `images-api` (read 2026-09-19)."""

from datetime import timedelta

from pydantic import AliasChoices, BaseModel, Field

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import Rejected, StepsExpired
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.client import pointer_of, refuse, rest
from dravo.platforms.media import Medium

KEPT_FOR = timedelta(hours=23)
"""LinkedIn says with each upload address when it lapses; a day was seen, and less than that is safe."""


class ImageUpload(BaseModel):
    """Where an image's bytes go, and the URN that it will have. The address is a secret."""

    # Read under LinkedIn's name from the wire, and under ours from the journal.
    upload_url: str = Field(validation_alias=AliasChoices("uploadUrl", "upload_url"), min_length=1)
    image: str = Field(min_length=1)


class Uploaded(BaseModel):
    """The bytes have arrived; LinkedIn says nothing about them."""


class ThumbnailUpload(BaseModel):
    """The same for a picture without which the post goes out as well: `refused` says why there is none."""

    upload: ImageUpload | None
    refused: str | None


class ThumbnailUploaded(BaseModel):
    """The bytes have arrived, or `refused` says why not."""

    refused: str | None


def start_upload(owner: Author, version: str, medium: str | None = None) -> Call[ImageUpload]:
    """POST /rest/images?action=initializeUpload. The owner must be the post's author; `medium` as in `refusal`."""
    request = rest(
        "POST",
        "/rest/images",
        version,
        query={"action": "initializeUpload"},
        json={"initializeUploadRequest": {"owner": owner.urn}},
    )

    def read(reply: Reply) -> ImageUpload:
        refuse(reply, "image", author=owner, medium=medium)
        answer = reply.json()
        return ImageUpload.model_validate(answer.get("value") if isinstance(answer, dict) else None)

    return Call(request, ImageUpload, read, secret=True)


def send_bytes(upload_url: str, medium: Medium) -> Call[Uploaded]:
    """PUT the bytes to the address that LinkedIn handed out; unlike a video's, an image's takes the token."""
    request = Request(method="PUT", url=upload_url, content=medium.payload(), timeout_seconds=120)

    def read(reply: Reply) -> Uploaded:
        refuse(reply, "image_bytes", medium=pointer_of(medium))
        # The docs know 201 only (images-api, 2026-09-19). Another success is a receipt when it is as empty as that one: an
        # edge's page is none.
        if reply.status != 201 and reply.body.strip():
            raise UnreadableAnswer(
                f"HTTP {reply.status} with a body, where an empty 201 says that the bytes have arrived"
            )
        return Uploaded()

    return Call(request, Uploaded, read)


def start_thumbnail(owner: Author, version: str) -> Call[ThumbnailUpload]:
    """As `start_upload`; a refusal is an answer, so that it is kept and a second run sends the same post."""
    call = start_upload(owner, version, "/platform_options/linkedin/article/thumbnail")

    def read(reply: Reply) -> ThumbnailUpload:
        try:
            return ThumbnailUpload(upload=call.read(reply), refused=None)
        except Rejected as refused:
            return ThumbnailUpload(upload=None, refused=refused.message)

    return Call(call.request, ThumbnailUpload, read, secret=True)


def send_thumbnail(upload_url: str, medium: Medium) -> Call[ThumbnailUploaded]:
    """As `send_bytes`; a refusal is an answer. So is an address that takes nothing: it is not begun anew for a card's picture."""
    call = send_bytes(upload_url, medium)

    def read(reply: Reply) -> ThumbnailUploaded:
        try:
            call.read(reply)
        except Rejected as refused:
            return ThumbnailUploaded(refused=refused.message)
        except StepsExpired:
            return ThumbnailUploaded(refused="LinkedIn's upload address takes nothing any more.")
        return ThumbnailUploaded(refused=None)

    return Call(call.request, ThumbnailUploaded, read)
