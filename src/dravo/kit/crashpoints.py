"""Places in the code where a test may have the process die or freeze, to see what becomes of its deliveries.

In production nothing is armed and passing a place costs one comparison. A test arms a process with a folder; from then on a file
in that folder named `<place>@<subject>` is an order for the next pass: whoever removes it obeys the signal that it holds.
"""

import os
import signal
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, get_args

Place = Literal[
    "claimed",
    "step-answered",
    "step-kept",
    "before-intent",
    "intent-kept",
    "first-byte",
    "answered",
    "answer-kept",
    "comment-before-intent",
    "comment-intent-kept",
    "comment-first-byte",
    "comment-answered",
    "comment-answer-kept",
    "before-settle",
    "settled",
    "refresh-asked",
    "refresh-answered",
    "upload-chunk",
    "looking",
    "looked",
    "reaping",
    "stopping",
]
PLACES: tuple[Place, ...] = get_args(Place)

_folder: Path | None = None
_leaving: ContextVar[tuple[Place, str] | None] = ContextVar("_leaving", default=None)


def arm(folder: Path) -> None:
    """Obey the orders in `folder` from now on; in processes that a test has started, nowhere else."""
    global _folder  # noqa: PLW0603 - one process, one folder, set once at its start
    _folder = folder


def passing(place: Place, subject: str) -> None:
    """The process is at this place on behalf of `subject`: a delivery's or an account's id, or `worker`."""
    if _folder is not None:
        _obey(_folder / f"{place}@{subject}")


def will_leave(place: Place, subject: str) -> None:
    """The next request of this task leaves on behalf of `subject`; `first_byte_left` is then at this place."""
    if _folder is not None:
        _leaving.set((place, subject))


def first_byte_left() -> None:
    """The head of a request is on the wire."""
    if _folder is not None and (announced := _leaving.get()) is not None:
        _leaving.set(None)
        passing(*announced)


def _obey(order: Path) -> None:
    try:
        wanted = signal.Signals[order.read_text().strip()]
        order.unlink()  # of several processes at one place, one obeys
    except FileNotFoundError:
        return
    os.kill(os.getpid(), wanted)
