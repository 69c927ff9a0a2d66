"""A video on its way to TikTok: the place for it, then all its chunks but the last, which is the one that posts.

Sources: TikTok docs `content-posting-api-reference-direct-post`, `-upload-video` and `content-posting-api-media-transfer-guide`
(read 2026-11-23). Without its bytes nothing is posted, so a place may be asked for again, and one that nobody fills ends by itself.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pydantic import Field

from dravo.platforms.base import Call, Run
from dravo.platforms.errors import PlatformError, Rejected, StepsExpired, Transient
from dravo.platforms.marks import reached_before, was_reached
from dravo.platforms.media import Medium
from dravo.platforms.tiktok import post_info
from dravo.platforms.tiktok.audits import with_audience_to_blame
from dravo.platforms.tiktok.chunks import ChunkSent, Plan, UploadLost, send_chunk
from dravo.platforms.tiktok.client import Answer, named, pointer_of, post
from dravo.platforms.tiktok.error_table import FAILURES, UPLOADED_ANEW_AFTER, anew
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.statuses import ENDS, Status, evidence, failure, told

KEPT_FOR = timedelta(minutes=50)
"""An upload's address lives for an hour."""

SENT_AGAIN = 5
"""How often TikTok may ask for bytes that it has been sent; then the upload is lost."""

PROGRESS_EVERY = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15))
PROGRESS_WITHIN = timedelta(minutes=2)


class Place(Answer):
    """Where a video goes, and what TikTok calls the post. The address holds a secret."""

    publish_id: str = Field(min_length=1)
    upload_url: str = Field(min_length=1, repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A video of which TikTok lacks nothing but the last chunk."""

    place: Place
    medium: Medium
    plan: Plan


def start_upload(text: str, medium: Medium, options: TikTokOptions) -> Call[Place]:
    """POST video/init for a direct post; inbox/video/init for a draft, which takes neither text nor settings."""
    plan = Plan.of(medium.size_bytes)
    source = {"video_size": plan.size, "chunk_size": plan.chunk_size, "total_chunk_count": plan.count}
    body: dict[str, Any] = {"source_info": {"source": "FILE_UPLOAD", **source}}
    path = "/v2/post/publish/inbox/video/init/"
    if options.posts_directly():
        path = "/v2/post/publish/video/init/"
        body = {"post_info": post_info.of_video(text, options), **body}
    return replace(with_audience_to_blame(post(path, body, Place), options), secret=True)


async def upload_video(run: Run, text: str, medium: Medium, options: TikTokOptions) -> Upload:
    """Bring all chunks there but the last, in the upload that was begun last. One that is lost is followed by another, twice.

    Raises Rejected, naming the video, and the verdict where an upload was lost.
    """
    lost = 0
    while await was_reached(run, f"upload-lost-{lost + 1}"):
        lost += 1
    try:
        return await _brought(run, "video" if lost == 0 else f"video-{lost + 1}", text, medium, options)
    except UploadLost as loss:
        await reached_before(run, f"upload-lost-{lost + 1}")
        raise anew("upload_failed", loss.message, loss.raw, lost, after=UPLOADED_ANEW_AFTER) from loss


async def _brought(run: Run, begun_as: str, text: str, medium: Medium, options: TikTokOptions) -> Upload:
    """Each chunk is a step of its own, so that a run that dies goes on with the one it died in."""
    try:
        place = await run.step(begun_as, start_upload(text, medium, options), keep_for=KEPT_FOR)
    except Rejected as refused:
        raise named(refused, pointer_of(medium)) from refused
    upload = Upload(place, medium, Plan.of(medium.size_bytes))
    at, number, again = 0, 0, 0
    while at < upload.plan.last_start:
        name = f"{begun_as}-chunk-{number:04}"
        sent = await run.step(name, send_chunk(place.upload_url, medium, upload.plan, at))
        received = await _asked(run, name, upload) if sent.received is None else sent.received
        again += received <= at
        if again > SENT_AGAIN:
            raise UploadLost("TikTok asks for the same part of the upload again and again.")
        at, number = received, number + 1
    return upload


async def _asked(run: Run, name: str, upload: Upload) -> int:
    """How many bytes TikTok has, where it waits for another chunk and does not say which.

    Raises UploadLost where TikTok has ended it or does not say, as in the midst of a chunk, and the verdict where it failed for good.
    """

    async def ready() -> ChunkSent | None:
        seen = await told(run, upload.place.publish_id)
        if seen is None:
            return None
        if seen.status in ENDS:
            raise _ended(upload, seen, run.times_refuted)
        received = upload.plan.boundary(seen.uploaded_bytes)
        return None if received is None else ChunkSent(received=received)

    try:
        progress = await run.wait(
            f"{name}-progress", ready, answer=ChunkSent, every=PROGRESS_EVERY, at_most=PROGRESS_WITHIN
        )
    except UploadLost:
        raise
    except StepsExpired as waited:
        raise UploadLost("TikTok does not say which part of the upload it wants.") from waited
    assert progress.received is not None
    return progress.received


def _ended(upload: Upload, seen: Status, earlier: int) -> PlatformError | UploadLost:
    """Why TikTok has ended an upload under way. What may pass, or has no reason that is known, is begun anew."""
    if seen.status == "FAILED" and seen.fail_reason in FAILURES:
        verdict = failure(upload.place.publish_id, seen, pointer_of(upload.medium), earlier)
        if not isinstance(verdict, Transient):
            return verdict
    message = f"TikTok has ended the upload ({(seen.fail_reason or seen.status)[:100]})."
    return UploadLost(message, raw=evidence(upload.place.publish_id, seen))
