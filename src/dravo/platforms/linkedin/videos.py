"""Videos on their way to LinkedIn: in parts, each to an address of its own. Source: LinkedIn docs `videos-api` (read 2026-09-19)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import AliasChoices, BaseModel, Field

from dravo.kit.http import Reply, Request, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.client import pointer_of, refuse, rest
from dravo.platforms.media import Medium

KEPT_FOR = timedelta(days=29)
"""Upload addresses of videos last about 30 days."""


class Part(BaseModel):
    """One part of the file, from its first byte to its last (both included), and the address it goes to."""

    upload_url: str = Field(validation_alias=AliasChoices("uploadUrl", "upload_url"), min_length=1)
    first_byte: int = Field(validation_alias=AliasChoices("firstByte", "first_byte"), ge=0)
    last_byte: int = Field(validation_alias=AliasChoices("lastByte", "last_byte"), ge=0)


class VideoUpload(BaseModel):
    """The parts that LinkedIn wants the file in, and the URN that the video will have. The addresses are secrets."""

    video: str = Field(min_length=1)
    upload_token: str | None = Field("", validation_alias=AliasChoices("uploadToken", "upload_token"))
    parts: list[Part] = Field(validation_alias=AliasChoices("uploadInstructions", "parts"), min_length=1)


class PartUploaded(BaseModel):
    """A part has arrived; LinkedIn knows it by its ETag."""

    etag: str = Field(min_length=1)


class Finalized(BaseModel):
    """LinkedIn has all the parts."""


def start_upload(owner: Author, medium: Medium, version: str) -> Call[VideoUpload]:
    """POST /rest/videos?action=initializeUpload. The owner must be the post's author."""
    request = rest(
        "POST",
        "/rest/videos",
        version,
        query={"action": "initializeUpload"},
        json={
            "initializeUploadRequest": {
                "owner": owner.urn,
                "fileSizeBytes": medium.size_bytes,
                "uploadCaptions": False,
                "uploadThumbnail": False,
            }
        },
    )

    def read(reply: Reply) -> VideoUpload:
        refuse(reply, "video", author=owner, medium=pointer_of(medium))
        answer = reply.json()
        upload = VideoUpload.model_validate(answer.get("value") if isinstance(answer, dict) else None)
        upload.parts.sort(key=lambda part: part.first_byte)
        if not _is_whole(upload.parts, medium.size_bytes):
            raise UnreadableAnswer("the parts that LinkedIn asks for are not the file")
        return upload

    return Call(request, VideoUpload, read, secret=True)


def _is_whole(parts: Sequence[Part], size_bytes: int) -> bool:
    """Whether the parts in their order are the file, without gap or overlap."""
    at = 0
    for part in parts:
        if part.first_byte != at or part.last_byte < at:
            return False
        at = part.last_byte + 1
    return at == size_bytes


def send_part(part: Part, medium: Medium) -> Call[PartUploaded]:
    """PUT one part, cut by the range that LinkedIn gave. The address takes no token.

    The length of a part is LinkedIn's affair: the documentation's own example cuts a byte short of the range beside it.
    """
    content = replace(
        medium.part(part.first_byte, part.last_byte + 1),
        content_type="application/octet-stream",
    )
    request = Request(method="PUT", url=part.upload_url, content=content, auth="none", timeout_seconds=120)

    def read(reply: Reply) -> PartUploaded:
        refuse(reply, "video_part", medium=pointer_of(medium))
        return PartUploaded(etag=reply.headers.get("etag", ""))

    return Call(request, PartUploaded, read)


def finalize(owner: Author, medium: Medium, upload: VideoUpload, etags: Sequence[str], version: str) -> Call[Finalized]:
    """POST /rest/videos?action=finalizeUpload, with the parts' ETags in the order of the parts, as they came.

    Quotes around an ETag belong to it: the documentation shows it without, and says nothing of taking them off.
    """
    request = rest(
        "POST",
        "/rest/videos",
        version,
        query={"action": "finalizeUpload"},
        json={
            "finalizeUploadRequest": {
                "video": upload.video,
                "uploadToken": upload.upload_token,
                "uploadedPartIds": list(etags),
            }
        },
    )

    def read(reply: Reply) -> Finalized:
        refuse(reply, "video", author=owner, medium=pointer_of(medium))
        if reply.body.strip():  # an edge's page is no receipt
            reply.json()
        return Finalized()

    return Call(request, Finalized, read)
