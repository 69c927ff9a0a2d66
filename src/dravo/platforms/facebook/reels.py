"""Reels on their way to Facebook: the place for one, its bytes in one piece, then the order to publish.

Source: Video API guide `reels-publishing` (page of 2026-07-30).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import Field

from dravo.kit.http import Reply, Request
from dravo.platforms._graph.wire import Answer, reader
from dravo.platforms.base import Call, Run
from dravo.platforms.errors import PlatformError, Rejected, StepsExpired, Transient, object_of
from dravo.platforms.facebook.client import Page, about, pointer_of
from dravo.platforms.facebook.nodes import VideoNode, shown
from dravo.platforms.facebook.videos import Accepted
from dravo.platforms.media import Medium

KEPT_FOR = timedelta(hours=23)
"""As for a video: Facebook does not say how long an upload may take."""

UPLOAD_SECONDS = 600
"""A reel's bytes go in one call, at the pace of the line."""

ARRIVED_EVERY = [timedelta(seconds=seconds) for seconds in (2, 5, 10, 30)]
ARRIVED_WITHIN = timedelta(minutes=10)

_UNFINISHED = "upload is missing"
"""Facebook's words for a reel that is to be published before it has its bytes (trypost PR#32); no code is known."""


class ReelUpload(Answer):
    """A place for a reel, and the address that its bytes go to. The address holds no secret: it wants the Page's token."""

    video_id: str = Field(min_length=1)
    upload_url: str = Field(min_length=1)


class BytesSent(Answer):
    """What Facebook said to the bytes. A refusal is an answer, since they may have arrived with an earlier call.

    `stale`: the place holds other bytes than it should and takes no others.
    """

    refused: str | None = None
    stale: bool = False


def start_upload(page: Page) -> Call[ReelUpload]:
    """POST /{page}/video_reels, phase `start`. The reel has its id from here on."""
    return page.graph.post((page.id, "video_reels"), ReelUpload, {"upload_phase": "start"}, effect=False)


def send_bytes(upload: ReelUpload, medium: Medium) -> Call[BytesSent]:
    """POST the file to the address that Facebook named, streamed. The token goes by the scheme `OAuth` there."""
    request = Request(
        method="POST",
        url=upload.upload_url,
        headers={"offset": "0", "file_size": str(medium.size_bytes)},
        content=replace(medium.payload(), content_type="application/octet-stream"),
        auth="oauth",
        timeout_seconds=UPLOAD_SECONDS,
    )
    usual = reader(_Success, "step")

    def read(reply: Reply) -> BytesSent:
        said = (object_of(reply) or {}).get("debug_info")
        if isinstance(said, dict):
            return _refusal(said)
        try:
            usual(reply)
        except Rejected as refused:
            return BytesSent(refused=refused.message)
        return BytesSent()

    return Call(request, BytesSent, read)


class _Success(Answer):
    success: bool


def _refusal(said: dict[str, Any]) -> BytesSent:
    """An upload host's own kind of error. Raises Transient for what may pass."""
    kind, words = str(said.get("type", ""))[:100], str(said.get("message", ""))[:300]
    if kind == "OffsetInvalidError":
        return BytesSent(refused=words or kind, stale=True)
    if said.get("retriable") is True or kind == "PartialRequestError":
        raise Transient("upload_failed", "Facebook did not take the video's bytes for the moment.", raw={"type": kind})
    return BytesSent(refused=words or kind)


async def upload_reel(run: Run, page: Page, medium: Medium) -> str:
    """The id of a reel that has its bytes. Raises Rejected, naming the video, and StepsExpired where it must begin anew."""
    with about(medium):
        upload = await run.step("reel", start_upload(page), keep_for=KEPT_FOR)
        sent = await run.step("reel-bytes", send_bytes(upload, medium), keep_for=KEPT_FOR)
        await _arrived(run, page, upload.video_id, medium, sent)
    return upload.video_id


async def _arrived(run: Run, page: Page, video_id: str, medium: Medium, sent: BytesSent) -> None:
    """Wait until Facebook says that it has all bytes. Where it says nothing of them, its receipt counts."""

    async def ready() -> VideoNode | None:
        node = await shown(run, page, video_id)
        if node is None:
            return VideoNode() if sent.refused is None else None
        if node.is_failed:
            raise node.failure()
        holds = node.holds(medium.size_bytes)
        if holds or (holds is None and sent.refused is None):
            return node
        if sent.stale:
            raise StepsExpired("the reel's place takes no other bytes")
        if sent.refused is not None:
            message = (
                f"Facebook does not take the video's bytes; convert it to MP4 and post again. Meta says: {sent.refused}"
            )
            raise Rejected("media_invalid", message, pointer=pointer_of(medium))
        return None

    await run.wait("reel-arrived", ready, answer=VideoNode, every=ARRIVED_EVERY, at_most=ARRIVED_WITHIN)


def publish_reel(page: Page, video_id: str, text: str) -> Call[Accepted]:
    """POST /{page}/video_reels, phase `finish`: the call that the world sees, once Facebook has processed the reel."""
    form = {"upload_phase": "finish", "video_id": video_id, "video_state": "PUBLISHED", "description": text}
    call = page.graph.post((page.id, "video_reels"), Accepted, form, effect=True)

    def read(reply: Reply) -> Accepted:
        try:
            return call.read(reply)
        except PlatformError as failure:
            if _UNFINISHED in str(failure.raw).lower():
                raise StepsExpired("the reel had not got its bytes") from failure
            raise

    return replace(call, read=read)
