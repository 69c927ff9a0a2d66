"""Waiting until people see a video that Facebook has been told to publish.

The order's answer is an acknowledgement only: Facebook processes the video afterwards, and may find fault with it then.
"""

from datetime import timedelta

from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.eligibility import against_reel
from dravo.platforms.facebook.nodes import VideoNode, shown
from dravo.platforms.marks import too_often
from dravo.platforms.media import Medium

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 10, 20, 30, 60))
PATIENCE = timedelta(hours=4)
"""Minutes are usual; other publishers give up after eight, and some videos never end (fbsamples#47)."""

HELD_BACK = 10
"""So many questions must find a video called a draft before it counts as one, some five minutes by the pauses: publishing takes a
moment, and a post that is called failed must not appear afterwards.
"""


async def published(run: Run, page: Page, video_id: str, film: Medium, *, reel: bool) -> VideoNode:
    """The video once people see it. Raises Rejected, having refuted the publish, when nothing came of it.

    `reel` says whether it was published as one.
    """

    async def ready() -> VideoNode | None:
        node = await shown(run, page, video_id)
        if node is None or node.is_out:
            return node
        if node.is_failed:
            run.refute("publish", _evidence(video_id, node))
            raise node.failure()
        if node.is_held_back and await too_often(run, "seen-held-back", HELD_BACK - 1):
            run.refute("publish", _evidence(video_id, node))
            message = f"Facebook keeps the video {video_id} as a draft that nobody sees; publish it by hand in Meta Business Suite"
            raise Rejected("left_as_draft", message + _or_as_reel(film, reel=reel), raw=_evidence(video_id, node))
        return None

    return await run.wait("published", ready, answer=VideoNode, every=PAUSES, at_most=PATIENCE)


def _or_as_reel(film: Medium, *, reel: bool) -> str:
    """The other way out of being a draft, as the end of a sentence: what would be a reel, or what it lacks to be one."""
    if reel:
        return "."
    unfit = against_reel(film.draft())
    if not unfit:
        return ", or post it as a reel with as_reel."
    return f". As a reel it cannot be posted as it is, since its {', its '.join(unfit)}."


def _evidence(video_id: str, node: VideoNode) -> dict[str, object]:
    return {"video_id": video_id, **node.model_dump(mode="json", exclude_defaults=True)}
