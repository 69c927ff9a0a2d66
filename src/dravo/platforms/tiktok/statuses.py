"""How far TikTok is with a post that it has taken, and how it ends.

Source: TikTok docs `content-posting-api-reference-get-video-status` (read 2026-11-23). A post that fails is told with HTTP 200
and the code `ok`. The list of ids is spelled as TikTok spells it; it is filled for public posts only, after moderation.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from dravo.platforms.base import Call, Run
from dravo.platforms.errors import CredentialsExpired, PlatformError, Rejected
from dravo.platforms.marks import too_often
from dravo.platforms.tiktok.client import Answer, named, post
from dravo.platforms.tiktok.error_table import A_MINUTE, FAILURES, UNKNOWN_FAILURE, UPLOADED_ANEW_AFTER, anew, as_error
from dravo.platforms.tiktok.fields import Count, Ids, Word

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 15, 60))
PATIENCE = timedelta(hours=6)
"""Posts have been seen in progress for more than half an hour without ever failing (postiz-app#1883)."""

POSTED = frozenset({"PUBLISH_COMPLETE"})
DELIVERED = frozenset({"SEND_TO_USER_INBOX", "PUBLISH_COMPLETE"})
"""A draft's end is the inbox; the creator may have posted it already when we ask."""
ENDS = DELIVERED | {"FAILED"}

ID_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 15, 30, 60))
"""Moderation usually takes less than a minute, and may take hours: after these the post is published without an id."""

UNFINISHED = 3
"""So many questions must find that TikTok lacks bytes before its refusal of a video's end is believed. The first comes with the
refusal and the others a minute apart: a refusal may be a gateway's, and a status may be behind what has arrived.
"""


class Status(Answer):
    """How far TikTok is. `uploaded_bytes` is told of uploads, and not always: the number of bytes, or the last one's position."""

    status: str
    fail_reason: Word = None
    publicaly_available_post_id: Ids = None
    uploaded_bytes: Count = None

    @property
    def public_id(self) -> str | None:
        """The post's id. A draft that its creator posted several times has several; each is a post of ours, so the first will do."""
        return next(iter(self.publicaly_available_post_id or ()), None)

    def has_whole(self, size: int) -> bool:
        """Whether TikTok says that it has got all bytes of an upload of this size."""
        return self.status in ENDS or (self.uploaded_bytes is not None and self.uploaded_bytes >= size - 1)

    def lacks_bytes(self, size: int) -> bool:
        """Whether TikTok says that bytes of an upload of this size are missing. False also where it says nothing of it."""
        is_told = self.status == "PROCESSING_UPLOAD" and self.uploaded_bytes is not None
        return is_told and not self.has_whole(size)


def status(publish_id: str) -> Call[Status]:
    """POST status/fetch."""
    return post("/v2/post/publish/status/fetch/", {"publish_id": publish_id}, Status)


async def told(run: Run, publish_id: str) -> Status | None:
    """The status; None where TikTok refuses the question, which says nothing about the post."""
    try:
        return await run.look(status(publish_id))
    except Rejected:
        return None


async def processed(
    run: Run, publish_id: str, done: Collection[str], media: str, *, size: int = 0, refused: int | None = None
) -> Status:
    """The post's end at TikTok. Raises the verdict, having refuted the publish, when nothing came of it.

    `media` points to the media in the request. The last chunk of a video of `size` bytes that was `refused`, with that HTTP
    status, may have arrived all the same: the publish is refuted only where TikTok goes on to say that it lacks bytes.
    """

    async def ready() -> Status | None:
        seen = await told(run, publish_id)
        if seen is None or seen.status in done:
            return seen
        if seen.status == "FAILED":
            run.refute("publish", evidence(publish_id, seen))
            raise failure(publish_id, seen, media, run.times_refuted)
        if refused and seen.lacks_bytes(size) and await too_often(run, "seen-unfinished", UNFINISHED - 1):
            run.refute("publish", evidence(publish_id, seen))
            raise _unfinished(publish_id, seen, refused, run.times_refuted)
        return None

    pauses = [A_MINUTE] if refused else PAUSES
    return await run.wait("processed", ready, answer=Status, every=pauses, at_most=PATIENCE)


async def with_public_id(run: Run, publish_id: str, posted: Status) -> Status:
    """The status with the public post's id, which may come a moment later. It is not waited for long.

    The post is there: whatever becomes of a question costs the id at most.
    """
    if posted.public_id:
        return posted

    async def ready() -> Status | None:
        try:
            seen = await told(run, publish_id)
        except CredentialsExpired:
            return posted
        except PlatformError:
            seen = None
        if seen is not None and seen.public_id:
            return seen
        return posted if await too_often(run, "asked-for-the-id", len(ID_PAUSES)) else None

    # The number of questions bounds it and no time does: what waits for too long ends without a result.
    return await run.wait("public-id", ready, answer=Status, every=ID_PAUSES, at_most=timedelta.max)


def failure(publish_id: str, seen: Status, media: str, earlier: int) -> PlatformError:
    """Why a post that TikTok took came to nothing, as a verdict. `earlier` says how often it has before."""
    reason = seen.fail_reason or ""
    row = FAILURES.get(reason, UNKNOWN_FAILURE)
    words = f" TikTok calls it {reason[:100]}." if reason and row is UNKNOWN_FAILURE else ""
    verdict = as_error(row, evidence(publish_id, seen), words, earlier=earlier)
    return named(verdict, media) if isinstance(verdict, Rejected) else verdict


def _unfinished(publish_id: str, seen: Status, refused: int, earlier: int) -> PlatformError:
    raw = evidence(publish_id, seen) | {"refused": refused}
    message = f"TikTok did not take the last part of the upload (HTTP {refused}) and has posted nothing."
    return anew("upload_failed", message, raw, earlier, after=UPLOADED_ANEW_AFTER)


def evidence(publish_id: str, seen: Status) -> dict[str, Any]:
    """What TikTok said of the post, for the record."""
    return {"publish_id": publish_id, **seen.model_dump(mode="json", exclude_none=True)}
