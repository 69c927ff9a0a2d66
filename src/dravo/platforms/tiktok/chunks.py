"""The chunks of a video: where each begins and ends, and what TikTok's upload address says to one.

Source: TikTok docs `content-posting-api-media-transfer-guide` (read 2026-11-23). Chunks go one after the other; each but the last
is as long as was agreed, and the last takes the rest along. The address answers by status alone, and tells how far it is in
the header `Content-Range: bytes 0-U/T`. Whether U counts bytes or names the last one is not said; since TikTok takes whole chunks
only, both are understood.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel

from dravo.kit.http import Reply, Request
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown, PlatformError, RateLimited, StepsExpired, Transient
from dravo.platforms.media import Medium
from dravo.platforms.tiktok.error_table import A_MINUTE

LEAST_BYTES = 5 * 1024 * 1024
"""The shortest chunk of a file that has several, whichever MB is meant. The last chunk is the call that posts, which may not
take long: so chunks are short, and all of one length but for some bytes.
"""

SLOWEST = 50_000
"""Bytes a second: a chunk is given the time that it takes at this pace."""

_TOLD = re.compile(r"\s*bytes\s+\d+-(\d+)/\d+\s*")


@dataclass(frozen=True, slots=True)
class Plan:
    """A file of `size` bytes in chunks of `chunk_size`, the last one longer where it takes a rest along."""

    size: int
    chunk_size: int

    @classmethod
    def of(cls, size: int) -> Self:
        """How a file of so many bytes is cut here."""
        return cls(size, size // max(size // LEAST_BYTES, 1))

    @property
    def count(self) -> int:
        return self.size // self.chunk_size

    @property
    def last_start(self) -> int:
        """The first byte of the last chunk."""
        return (self.count - 1) * self.chunk_size

    def end_of(self, start: int) -> int:
        """The byte behind the chunk that begins there."""
        return start + self.chunk_size if start < self.last_start else self.size

    def boundary(self, told: int | None) -> int | None:
        """How many bytes TikTok has, told as their number or as the last one's position; None where no chunk ends there."""
        if told is None:
            return None
        for received in (told, told + 1):
            if received == self.size or (received <= self.last_start and received % self.chunk_size == 0):
                return received
        return None


class UploadLost(StepsExpired):
    """TikTok does not bring this upload to its end. It has posted nothing, so that another one may be begun."""

    def __init__(self, message: str, *, raw: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.raw = raw or {}


class ChunkSent(BaseModel):
    """What TikTok said to a chunk: how many bytes of the file it has now. None: it wants another chunk and does not say which."""

    received: int | None


class LastChunkSent(BaseModel):
    """TikTok has the whole file; or it `refused` its end (an HTTP status), which its status of the post must confirm.

    `publish_id` is what TikTok calls the post whose end was sent; answers that older code kept are without it.
    """

    publish_id: str | None = None
    refused: int | None


def send_chunk(upload_url: str, medium: Medium, plan: Plan, start: int) -> Call[ChunkSent]:
    """PUT a chunk that is not the last one. Raises UploadLost where TikTok refuses it, or has ended the upload."""

    def read(reply: Reply) -> ChunkSent:
        if reply.status in {201, 206}:
            return ChunkSent(received=plan.end_of(start))
        if reply.status == 416:  # it has arrived before, or an earlier one has not
            return ChunkSent(received=plan.boundary(_told(reply)))
        raise _refusal(reply)

    return Call(_put(upload_url, medium, plan, start), ChunkSent, read)


def send_last_chunk(publish_id: str, upload_url: str, medium: Medium, plan: Plan) -> Call[LastChunkSent]:
    """PUT the last chunk: until it arrives nothing can be posted, and with it TikTok begins to post."""

    def read(reply: Reply) -> LastChunkSent:
        if reply.status == 201:
            return LastChunkSent(publish_id=publish_id, refused=None)
        if reply.status == 429:
            raise _slower(reply)
        received = plan.boundary(_told(reply))
        if reply.status in {206, 416} and received == plan.size:
            return LastChunkSent(publish_id=publish_id, refused=None)
        if reply.status in {400, 403, 404} or (reply.status in {206, 416} and received is not None):
            return LastChunkSent(publish_id=publish_id, refused=reply.status)
        message = (
            f"TikTok answered HTTP {reply.status} to the end of the video, which does not tell whether it arrived."
        )
        raise OutcomeUnknown(message, raw={"http_status": reply.status})

    return Call(_put(upload_url, medium, plan, plan.last_start), LastChunkSent, read, effect=True)


def _put(upload_url: str, medium: Medium, plan: Plan, start: int) -> Request:
    """The address is used as it came; it holds its own secret and takes no token."""
    end = plan.end_of(start)
    return Request(
        method="PUT",
        url=upload_url,
        headers={"content-range": f"bytes {start}-{end - 1}/{plan.size}"},
        content=medium.part(start, end),
        auth="none",
        timeout_seconds=60 + (end - start) / SLOWEST,
    )


def _told(reply: Reply) -> int | None:
    """How far TikTok is by the answer's header, in whichever way it counts."""
    found = _TOLD.fullmatch(reply.headers.get("content-range", ""))
    return int(found[1]) if found else None


def _refusal(reply: Reply) -> PlatformError | UploadLost:
    raw = {"http_status": reply.status}
    if reply.status in {400, 403, 404}:  # what it was told of the part, or the upload is over
        return UploadLost(f"TikTok refused a part of the upload (HTTP {reply.status}).", raw=raw)
    if reply.status == 429:
        return _slower(reply)
    message = f"TikTok answered HTTP {reply.status} to a part of the video; it is sent again."
    return Transient("network_unavailable", message, raw=raw)


def _slower(reply: Reply) -> RateLimited:
    raw = {"http_status": reply.status}
    return RateLimited("TikTok asks for fewer calls.", wait=A_MINUTE, scope="post", raw=raw)
