"""How far LinkedIn is with an image or video that it was sent. Sources: LinkedIn docs `images-api`, `videos-api` (read 2026-09-19)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import AliasChoices, BaseModel, Field

from dravo.kit.http import Reply
from dravo.platforms.base import Call, Run
from dravo.platforms.linkedin.client import in_path, refuse, rest


class MediumState(BaseModel):
    """`FORBIDDEN` is ours: this token may not ask."""

    status: Literal["WAITING_UPLOAD", "PROCESSING", "AVAILABLE", "PROCESSING_FAILED", "FORBIDDEN"]
    reason: str | None = Field(None, validation_alias=AliasChoices("processingFailureReason", "reason"))

    @property
    def goes_on(self) -> bool:
        return self.status in {"WAITING_UPLOAD", "PROCESSING"}


def state_of(urn: str, version: str, medium: str | None = None) -> Call[MediumState]:
    """GET /rest/images/{urn} or /rest/videos/{urn}. Members' tokens get 403 for images, which is no failure of theirs.

    `medium` as in `refusal`.
    """
    kind: Literal["image", "video"] = "video" if urn.startswith("urn:li:video:") else "image"
    request = rest("GET", f"/rest/{kind}s/{in_path(urn)}", version)

    def read(reply: Reply) -> MediumState:
        if reply.status == 403:
            return MediumState(status="FORBIDDEN")
        refuse(reply, kind, medium=medium)
        return MediumState.model_validate(reply.json())

    return Call(request, MediumState, read)


async def processed(
    run: Run, name: str, question: Call[MediumState], *, every: Sequence[timedelta], at_most: timedelta
) -> MediumState:
    """Wait for the end of the processing, good or bad, or for the word that this token may not ask."""

    async def ready() -> MediumState | None:
        state = await run.look(question)
        return None if state.goes_on else state

    return await run.wait(name, ready, answer=MediumState, every=every, at_most=at_most)
