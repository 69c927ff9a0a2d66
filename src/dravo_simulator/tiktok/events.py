"""What TikTok tells an app of by itself (webhooks overview, read 2026-11)."""

from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World


def happened(world: World, publish: Stored, event: str, content: JSON) -> None:
    """``event`` of this publish, such as ``post.publish.complete``, with the ``content`` of its webhook."""
