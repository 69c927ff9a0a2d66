"""Videos that are no reels, on their way to Facebook: in the parts that Facebook asks for, then the order to publish.

Sources: Page reference `videos` (read 2026-09-11), Video API guide `publishing`; what follows a part that was sent twice is from
Meta's own client (facebook-python-business-sdk, `video_uploader.py`).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, ValidationError

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms._graph.wire import Answer
from dravo.platforms.base import Call, Run
from dravo.platforms.errors import StepsExpired, object_of
from dravo.platforms.facebook.client import Page, about
from dravo.platforms.media import Medium

KEPT_FOR = timedelta(hours=23)
"""Facebook does not say how long an upload may take; photos that nobody uses are dropped after a day."""

MOST_PART_BYTES = 16 * 1024 * 1024
"""A part is held in memory while it is sent, whatever range Facebook asks for."""

ASKED_AGAIN = 10
"""How often Facebook may ask for bytes that it has been sent; then the upload begins anew."""

WRONG_OFFSET = 1363037
"""The subcode for a part that Facebook did not wait for; `error_data` says which it does."""


class Offsets(Answer):
    """The range that Facebook waits for, from its first byte to before its last. An empty one: it has them all."""

    start_offset: int = Field(ge=0)
    end_offset: int = Field(ge=0)


class VideoUpload(Offsets):
    """An upload that has begun."""

    upload_session_id: str = Field(min_length=1)
    video_id: str = Field(min_length=1)


class Accepted(Answer):
    """Facebook has taken the order to publish. `post_id` is named by some, not by the documentation."""

    success: Literal[True]
    post_id: str | None = None


def start_upload(page: Page, medium: Medium) -> Call[VideoUpload]:
    """POST /{page}/videos, phase `start`. The video has its id from here on."""
    form = {"upload_phase": "start", "file_size": str(medium.size_bytes)}
    return page.videos.post((page.id, "videos"), VideoUpload, form, effect=False)


def send_part(page: Page, session: str, medium: Medium, wanted: Offsets) -> Call[Offsets]:
    """POST /{page}/videos, phase `transfer`: as much of the wanted range as one part may hold."""
    end = min(wanted.end_offset, wanted.start_offset + MOST_PART_BYTES, medium.size_bytes)
    part = replace(medium.part(wanted.start_offset, end), content_type="application/octet-stream")
    form = {
        "upload_phase": "transfer",
        "upload_session_id": session,
        "start_offset": str(wanted.start_offset),
    }
    call = page.videos.post(
        (page.id, "videos"), Offsets, form, effect=False, files={"video_file_chunk": part}, timeout_seconds=180
    )

    def read(reply: Reply) -> Offsets:
        answer = _right_offsets(reply) or call.read(reply)
        if answer.start_offset > medium.size_bytes:
            raise UnreadableAnswer("Facebook asks for bytes behind the end of the file")
        return answer

    return replace(call, read=read)


def _right_offsets(reply: Reply) -> Offsets | None:
    """What Facebook waits for instead, where it refuses a part: one whose answer was lost has arrived already."""
    error: Any = (object_of(reply) or {}).get("error")
    if not isinstance(error, dict) or error.get("error_subcode") != WRONG_OFFSET:
        return None
    try:
        return Offsets.model_validate(error.get("error_data"))
    except ValidationError:
        return None


async def upload_video(run: Run, page: Page, medium: Medium) -> VideoUpload:
    """Bring the bytes there. Each part is a step of its own, so that a run that dies goes on with the part it died in.

    Raises Rejected, naming the video, and StepsExpired where Facebook does not come to its end.
    """
    with about(medium):
        upload = await run.step("video", start_upload(page, medium), keep_for=KEPT_FOR)
        wanted: Offsets = upload
        reached, number, again = upload.start_offset, 0, 0
        while wanted.start_offset < min(wanted.end_offset, medium.size_bytes):
            part = send_part(page, upload.upload_session_id, medium, wanted)
            wanted = await run.step(f"video-part-{number:04}", part, keep_for=KEPT_FOR)
            number, again = number + 1, again + (wanted.start_offset <= reached)
            reached = max(reached, wanted.start_offset)
            if again > ASKED_AGAIN:
                raise StepsExpired("Facebook asks for the same bytes of the video again and again")
    return upload


def publish_video(page: Page, upload: VideoUpload, text: str) -> Call[Accepted]:
    """POST /{page}/videos, phase `finish`: the call that the world sees, once Facebook has processed the video."""
    form = {"upload_phase": "finish", "upload_session_id": upload.upload_session_id, "description": text}
    return page.videos.post((page.id, "videos"), Accepted, form, effect=True)
