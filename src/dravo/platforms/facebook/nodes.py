"""How far Facebook is with a video or reel.

Sources: Video API guide `reels-publishing` (page of 2026-07-30), Page reference `videos` (read 2026-09-11), fbsamples#47. The
documentation and live answers spell differently: `complete` and `completed`, `error` and `errors`, `bytes_transferred` and
`bytes_transfered`. All are read.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from dravo.platforms._graph.error_table import row_of, row_of_subcode
from dravo.platforms._graph.wire import UNREADABLE, Answer
from dravo.platforms.base import Call, Run
from dravo.platforms.errors import Misconfigured, Rejected, Transient
from dravo.platforms.facebook.client import MEDIA, Page

DONE = frozenset({"complete", "completed"})
OVER = frozenset({"error", "expired", "upload_failed"})


def _object(value: Any) -> Any:
    return {} if value is None else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else None


Word = Annotated[str, BeforeValidator(_text)]


class Phase(Answer):
    """One of a video's three phases. An empty status: nothing is said of it."""

    status: Word = ""
    publish_status: Word = ""
    bytes_transferred: Annotated[int | None, BeforeValidator(_count)] = Field(
        None, validation_alias=AliasChoices("bytes_transferred", "bytes_transfered")
    )
    error: Any = None
    errors: Any = None

    @property
    def is_done(self) -> bool:
        return self.status in DONE

    @property
    def is_faulty(self) -> bool:
        return "error" in {self.status, self.publish_status} or any(self.faults())

    def faults(self) -> Iterator[Mapping[str, Any]]:
        """What is said to be wrong, whether as one object or a list of them."""
        for said in (self.error, self.errors):
            yield from (
                each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict) and each
            )


Told = Annotated[Phase, BeforeValidator(_object)]


class Status(Answer):
    """`video_status` and the phases beside it."""

    video_status: Word = ""
    uploading_phase: Told = Phase()
    processing_phase: Told = Phase()
    publishing_phase: Told = Phase()


class VideoNode(Answer):
    """A video as its Page sees it."""

    status: Annotated[Status, BeforeValidator(_object)] = Status()
    published: bool | None = None
    permalink_url: str | None = None
    post_id: str | None = None

    def holds(self, size_bytes: int) -> bool | None:
        """Whether all bytes have arrived; None where nothing is said of it."""
        phase = self.status.uploading_phase
        if phase.is_done or self.status.video_status in {"upload_complete", "processing", "ready"}:
            return True
        if phase.bytes_transferred is not None and phase.bytes_transferred >= size_bytes:
            return True
        return False if phase.status or self.status.video_status else None

    @property
    def is_working(self) -> bool:
        return self.status.video_status == "processing" or self.status.processing_phase.status == "in_progress"

    @property
    def is_out(self) -> bool:
        """Whether people see it."""
        phase = self.status.publishing_phase
        if phase.publish_status == "published":
            return True
        if phase.publish_status or self.is_failed:
            return False
        if phase.is_done:
            return True
        ready = self.status.video_status == "ready"
        return ready and (self.published is True or (self.published is None and not phase.status))

    @property
    def is_being_published(self) -> bool:
        """Whether Facebook has taken the order to publish it, for all that is said."""
        phase = self.status.publishing_phase
        return self.is_out or phase.status == "in_progress" or phase.publish_status == "scheduled"

    @property
    def is_held_back(self) -> bool:
        """Whether Facebook says that it is a draft and does nothing with it any more. Unseen alone is none: it may still come."""
        status = self.status
        phases = status.uploading_phase, status.processing_phase, status.publishing_phase
        at_work = status.video_status not in {"ready", ""} or any(phase.status == "in_progress" for phase in phases)
        return status.publishing_phase.publish_status == "draft" and not self.published and not at_work

    @property
    def is_failed(self) -> bool:
        phases = self.status.processing_phase, self.status.publishing_phase
        return (
            self.status.video_status in OVER
            or self.status.uploading_phase.status == "error"
            or any(phase.is_faulty for phase in phases)
        )

    def failure(self) -> Rejected:
        """What is wrong with a video that is failed, in Meta's words where it has some."""
        status = self.status
        phases = status.uploading_phase, status.processing_phase, status.publishing_phase
        faults = [fault for phase in phases for fault in phase.faults()]
        said = next((str(fault["message"]) for fault in faults if fault.get("message")), "")
        words = f" Meta says: {said[:300]}" if said else ""
        raw = {"status": status.model_dump(mode="json", exclude_defaults=True)}
        for fault in faults:
            row = _row_of(fault)
            if row is not None:
                return Rejected(row.code, row.message + words, raw=raw, pointer=row.pointer or f"{MEDIA}/0")
        if status.publishing_phase.is_faulty and not status.processing_phase.is_faulty:
            message = "Facebook took the video and could not publish it; look at the Page, then post again."
            return Rejected("publish_failed", message + words, raw=raw)
        state = f" ({status.video_status})" if status.video_status in OVER else ""
        message = f"Facebook could not process the video{state}; convert it to MP4 with H.264 and AAC and post again."
        return Rejected("media_processing_failed", message + words, raw=raw, pointer=f"{MEDIA}/0")


def _row_of(fault: Mapping[str, Any]) -> Any:
    """The table's row for a fault, if that is a final one. Its code may be what is a subcode elsewhere."""
    code, subcode = _count(fault.get("code")), _count(fault.get("error_subcode"))
    row = (row_of_subcode(code) if code is not None else None) or row_of(code, subcode)
    return row if row is not None and row.kind == "rejected" else None


def node_of(page: Page, video_id: str) -> Call[VideoNode]:
    """GET /{video}: one that Facebook does not show at the moment (100/33) is Transient."""
    fields = "status,published,permalink_url,post_id"
    return page.graph.get((video_id,), VideoNode, {"fields": fields})


async def shown(run: Run, page: Page, video_id: str) -> VideoNode | None:
    """The video; None where Facebook does not show it, which says nothing about it.

    It has answered 100/33 for days on end about things that were there (postiz-app#1562), and may refuse a field.
    """
    try:
        return await run.look(node_of(page, video_id))
    except (Rejected, Misconfigured):
        return None
    except Transient as hidden:
        if hidden.code != UNREADABLE:
            raise
        return None
