"""Waiting until people see a video that Facebook has been told to publish.

The order's answer is an acknowledgement only: Facebook processes the video afterwards, and may find fault with it then.
"""

from datetime import timedelta

from dravo.platforms._graph.marks import too_often
from dravo.platforms._graph.wire import UNREADABLE
from dravo.platforms.base import Run
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.facebook.client import Page
from dravo.platforms.facebook.nodes import VideoNode, node_of

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 10, 20, 30, 60))
PATIENCE = timedelta(hours=1)
"""Minutes are usual; other publishers give up after eight, and some videos never end (fbsamples#47)."""

HELD_BACK = 5
"""So many questions in a row must find a video ready and unseen before it counts as a draft: publishing takes a moment."""


async def published(run: Run, page: Page, video_id: str) -> VideoNode:
    """The video once people see it. Raises Rejected, having refuted the publish, when nothing came of it.

    A question that Facebook refuses says nothing about the video: it has answered 100/33 for days on end about things that
    were there (postiz-app#1562).
    """

    async def ready() -> VideoNode | None:
        try:
            node = await run.look(node_of(page, video_id))
        except Rejected:
            return None
        except Transient as hidden:
            if hidden.code != UNREADABLE:
                raise
            return None
        if node.is_out:
            return node
        if node.is_failed:
            run.refute("publish", _evidence(video_id, node))
            raise node.failure()
        if node.is_held_back and await too_often(run, "seen-held-back", HELD_BACK - 1):
            run.refute("publish", _evidence(video_id, node))
            raise Rejected(
                "left_as_draft",
                "Facebook keeps the video as a draft that nobody sees; publish it by hand in Meta Business Suite, or post it as a "
                "reel.",
                raw=_evidence(video_id, node),
            )
        return None

    return await run.wait("published", ready, answer=VideoNode, every=PAUSES, at_most=PATIENCE)


def _evidence(video_id: str, node: VideoNode) -> dict[str, object]:
    return {"video_id": video_id, **node.model_dump(mode="json", exclude_defaults=True)}
