"""How long something takes that a network works on after a call, and how it ends: the same for every network.

An object remembers its course in its data (``begin``); ``look`` tells where it stands now.
"""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request

from dravo_simulator.faults import processing_fault
from dravo_simulator.store import JSON
from dravo_simulator.world import World


@dataclass(frozen=True)
class Course:
    state: Literal["running", "done", "failed"]
    progress: int
    """Percent, 0 to 100."""
    seconds_left: float
    """On the simulator's clock; 0 when only being asked, or nothing at all, ends it."""
    reason: str | None
    """Why it failed; with ``running`` it has failed without admitting it."""


def begin(request: Request, world: World, seconds: float) -> JSON:
    """A course that starts now, as an ordered fault bends it. Keep it under the key ``processing``."""
    fault = processing_fault(request)
    course: JSON = {"from": world.now(), "until": world.now() + seconds, "polls": 0, "stuck": False, "reason": None}
    if fault is None:
        return course
    if fault.action == "slow":
        course |= {"until": course["until"] + (fault.seconds or 0), "polls": fault.polls or 0}
    elif fault.action == "stuck":
        course["stuck"] = True
    else:
        course |= {"reason": fault.reason or "internal", "while_in_progress": fault.while_in_progress}
    return course


def asked(course: JSON) -> JSON:
    """The course after the caller has asked once more."""
    return course | {"polls": max(0, course["polls"] - 1)}


def failed(course: JSON, reason: str) -> JSON:
    """The course of something that will turn out to be bad; an ordered reason comes first."""
    return course | {"reason": course["reason"] or reason}


def look(world: World, course: JSON) -> Course:
    """Where it stands."""
    left = max(0.0, course["until"] - world.now())
    if course["stuck"] or left > 0 or course["polls"] > 0:
        total = course["until"] - course["from"]
        progress = min(99, int(100 * (1 - left / total))) if total > 0 else 99
        return Course("running", progress, left, None)
    if course["reason"] is None:
        return Course("done", 100, 0, None)
    if course.get("while_in_progress"):
        return Course("running", 99, 0, course["reason"])
    return Course("failed", progress=0, seconds_left=0, reason=course["reason"])
