"""Bringing a medium to X, up to the point at which a post can name it."""

from datetime import timedelta

from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected
from dravo.platforms.media import Medium
from dravo.platforms.x import media_client
from dravo.platforms.x.media_client import MEDIA_LIVES_FOR, Processing, UploadedMedia
from dravo.platforms.x.refusals import words_of

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30))
LONGEST_PAUSE = timedelta(seconds=60)
PATIENCE = timedelta(hours=2)
"""A minute is usual. After two hours X has lost it, and it is uploaded anew."""


async def media_id(run: Run, medium: Medium, name: str) -> str:
    """The id by which a post names the medium. `name` is how the names of the steps begin."""
    if media_client.category_of(medium) == "tweet_image":
        uploaded = await run.step(name, media_client.upload_image(medium), keep_for=MEDIA_LIVES_FOR)
    else:
        uploaded = await _in_parts(run, medium, name)
    await _processed(run, medium, name, uploaded)
    return uploaded.id


async def _in_parts(run: Run, medium: Medium, name: str) -> UploadedMedia:
    begun = await run.step(f"{name}-initialize", media_client.initialize(medium), keep_for=MEDIA_LIVES_FOR)
    for segment in media_client.segments(medium):
        part = media_client.append(begun.id, medium, segment)
        await run.step(f"{name}-append-{segment:04d}", part, keep_for=MEDIA_LIVES_FOR)
    whole = await run.step(f"{name}-finalize", media_client.finalize(begun.id, medium), keep_for=MEDIA_LIVES_FOR)
    if whole.refused is None:
        return whole
    try:
        # Perhaps it was put together before, by a call whose answer was lost.
        found = media_client.status(begun.id, medium)
        return await run.step(f"{name}-found", found, keep_for=MEDIA_LIVES_FOR)
    except Rejected as unknown:
        raise Rejected(
            "media_refused",
            f"X refuses the medium; look whether it opens elsewhere, convert it and post again.{words_of(whole.refused)}",
            raw=whole.refused,
            pointer=media_client.pointer_of(medium),
        ) from unknown


async def _processed(run: Run, medium: Medium, name: str, uploaded: UploadedMedia) -> None:
    """Wait until X can use the medium. Only where the answer speaks of processing: X refuses the question elsewhere."""
    if uploaded.processing_info is None or _is_done(uploaded.processing_info, medium):
        return

    async def ready() -> UploadedMedia | None:
        try:
            seen = await run.look(media_client.status(uploaded.id, medium))
        except Rejected:
            return uploaded  # X knows of nothing to process; what the medium is worth, the post will tell
        done = seen.processing_info is None or _is_done(seen.processing_info, medium)
        return seen if done else None

    every = _pauses(uploaded.processing_info.check_after_secs)
    await run.wait(f"{name}-processed", ready, answer=UploadedMedia, every=every, at_most=PATIENCE)


def _is_done(processing: Processing, medium: Medium) -> bool:
    if processing.failed:
        raise Rejected(
            "media_processing_failed",
            f"X could not process the medium ({processing.reason}); convert it and post again.",
            raw=processing.model_dump(mode="json"),
            pointer=media_client.pointer_of(medium),
        )
    return processing.state == "succeeded"


def _pauses(check_after_secs: float | None) -> list[timedelta]:
    """Ever longer, and none shorter than X asked for at first; X's wish counts up to a minute."""
    asked_for = timedelta(seconds=min(max(check_after_secs or 0, 0), LONGEST_PAUSE.total_seconds()))
    return [max(asked_for, pause) for pause in PAUSES]
