"""Runs one of this room's programs on a stranger's file, from a safe distance: a child process with a deadline."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import IO

_AT_ONCE = asyncio.Semaphore(4)
"""Children of one process at the same time; each may take up to `confinement.MEMORY_BYTES`."""

_MOST_WORDS = 64 * 1024
"""Bytes; an answer has some hundred."""


class TooSlow(Exception):
    """The program did not end in its time; a busy machine is one reason, a file that never ends another."""


async def said_by(
    program: str, file: IO[bytes], *, seconds: float, arguments: Sequence[str] = (), lent: Sequence[int] = ()
) -> bytes | None:
    """What `python -m program` prints about a file on disk (it needs a descriptor); None when it says too much. Raises TooSlow.

    Its standard input is the file; `lent` are further descriptors that it may use. What it prints is to be read like a
    stranger's word: it has decoded the file, and may no longer be itself.
    """
    async with _AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            program,
            *arguments,
            stdin=file.fileno(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=lent,
            # A decoder that is broken into finds no key and no database address in its environment.
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            async with asyncio.timeout(seconds):
                said = await _read(child)
                if said is not None:
                    await child.wait()
        except TimeoutError:
            raise TooSlow from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    return said


async def _read(child: asyncio.subprocess.Process) -> bytes | None:
    """All of its words, or None where they do not end: they may not fill our memory instead of its own."""
    assert child.stdout is not None
    try:
        await child.stdout.readexactly(_MOST_WORDS)
    except asyncio.IncompleteReadError as ended:
        return ended.partial
    return None
