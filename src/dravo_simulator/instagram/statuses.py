"""Where a container stands, and how that is read."""

from dravo_simulator import processing
from dravo_simulator.store import JSON, Stored
from dravo_simulator.world import World

DAY_SECONDS = 86400
"""How long a container may wait to be published."""
TEXTS = {
    "IN_PROGRESS": "In Progress: Media is still being processed.",
    "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
    "PUBLISHED": "Published: Media has been published.",
    "EXPIRED": "Expired: The container was not published within 24 hours.",
}


def is_waiting(container: Stored) -> bool:
    """Whether its medium has neither come nor been given up."""
    return bool(container.data.get("is_waiting", False))


def status_of(world: World, container: Stored) -> str:
    if container.data["media_id"] is not None:
        return "PUBLISHED"
    if container.at + DAY_SECONDS <= world.now():
        return "EXPIRED"
    if is_waiting(container):
        return "IN_PROGRESS"
    state = processing.look(world, container.data["processing"]).state
    return {"running": "IN_PROGRESS", "done": "FINISHED", "failed": "ERROR"}[state]


def view(world: World, container: Stored) -> JSON:
    """The container as its owner reads it, which counts as asking."""
    if not is_waiting(container):
        with world.store.transaction():
            asked = processing.asked(container.data["processing"])
            container = world.change("instagram", container, processing=asked)
    status = status_of(world, container)
    return {"id": container.id, "status_code": status, "status": _text(container, status)}


def _text(container: Stored, status: str) -> str:
    """The only failure seen in the open is one with a number (postiz-app#1992); an ordered reason may be anything."""
    if status != "ERROR":
        return TEXTS[status]
    reason = str(container.data["processing"]["reason"])
    return f"Error: Media upload has failed with error code {reason}" if reason.isdecimal() else f"Error: {reason}"
