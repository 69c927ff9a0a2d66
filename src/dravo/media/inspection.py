"""Asks the probe what a file is, from a safe distance: a child process with limits and a deadline."""

import asyncio
import json
import os
import sys
from typing import IO, Literal

from dravo.media.probe import TYPES, Facts

SECONDS = 20.0
_AT_ONCE = asyncio.Semaphore(4)
"""Children of one process at the same time; each may take up to the probe's memory limit."""

_SENTENCES = {
    "unknown": "The file is none of JPEG, PNG, WebP, GIF, MP4, MOV and WebM, judged by its bytes.",
    "damaged": "The file begins like a picture or video that we take, but it is damaged or cut short.",
    "too_many_pixels": "The picture has more than 100 million pixels; send a smaller one.",
}


class UnusableMedia(Exception):
    """The bytes are no medium that we take: `unknown` type, `damaged`, or `too_many_pixels`; the text is for the user."""

    def __init__(self, reason: Literal["unknown", "damaged", "too_many_pixels"]) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


async def inspect(file: IO[bytes]) -> Facts:
    """Type, size in pixels and length of a file on disk (it needs a descriptor). Raises UnusableMedia."""
    async with _AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "dravo.media.probe",
            stdin=file.fileno(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # A decoder that is broken into finds no key and no database address in its environment.
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            async with asyncio.timeout(SECONDS):
                said, _ = await child.communicate()
        except TimeoutError:
            raise UnusableMedia("damaged") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    return _understood(said)


def _understood(said: bytes) -> Facts:
    """The child's word, checked like a stranger's: it has read the file, and may no longer be itself."""
    try:
        answer = json.loads(said)
    except ValueError:
        raise UnusableMedia("damaged") from None  # it crashed, or the system ended it
    match answer:
        case {"refused": "unknown" | "damaged" | "too_many_pixels" as reason}:
            raise UnusableMedia(reason)
        case {"content_type": str(content_type), "width": int(width), "height": int(height), "duration_ms": length} if (
            content_type in TYPES and width > 0 and height > 0 and (length is None or isinstance(length, int))
        ):
            return Facts(content_type, width, height, length)
    raise UnusableMedia("damaged")
