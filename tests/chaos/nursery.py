"""Workers as processes of their own, forked from one that has imported everything: real pids, really killed, at no second each.

Run as `python -m chaos.nursery`, it reads orders from standard input and answers on standard output, a JSON line each. It ends,
and its workers with it, when its standard input ends.
"""

import asyncio
import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from dravo import worker
from dravo.deliveries import sending

_PR_SET_PDEATHSIG = 1
_PAUSE_SECONDS = 0.01


@dataclass
class Forked:
    """A worker process. `status` is set when it is dead: its exit code, negative for a signal."""

    pid: int
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    status: int | None = None

    def signal(self, number: signal.Signals) -> None:
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):  # it has just died, and nobody has told yet
                os.kill(self.pid, number)


class Nursery:
    """The test's side: asks for workers and is told of their deaths."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._workers: dict[int, Forked] = {}
        self._births: asyncio.Queue[int] = asyncio.Queue()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls) -> "Nursery":
        path = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "chaos.nursery", stdin=pipe, stdout=pipe, env=env
        )
        return cls(process)

    async def fork(self, platforms: Sequence[str], env: Mapping[str, str], log: Path, *, hours: float = 0) -> Forked:
        """A worker for these networks; its wall clock is wrong by so many hours."""
        assert self._process.stdin is not None
        order = {"platforms": list(platforms), "env": dict(env), "log": str(log), "hours": hours}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        pid = await self._births.get()
        return self._workers[pid]

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "born" in said:
                self._workers[said["born"]] = Forked(said["born"])
                self._births.put_nowait(said["born"])
            else:
                gone = self._workers[said["died"]]
                gone.status = said["status"]
                gone.dead.set()


def main() -> None:
    """Fork what is asked for, tell of what has died, until nobody asks any more."""
    _die_with_parent(signal.SIGTERM)
    gc.collect()
    gc.freeze()
    children: set[int] = set()
    while True:
        ready, _, _ = select.select([0], [], [], _PAUSE_SECONDS)
        if ready:
            line = sys.stdin.buffer.readline()
            if not line:
                break
            children.add(_fork(json.loads(line)))
        for pid in list(children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.discard(pid)
                _say(died=pid, status=os.waitstatus_to_exitcode(status))
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _say(**said: int) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _work(order)
    _say(born=pid)
    return pid


def _work(order: dict[str, Any]) -> NoReturn:
    _die_with_parent(signal.SIGKILL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(order["env"])
    if order["hours"]:
        _mistake_the_time(order["hours"])
    try:
        worker.main(order["platforms"])
    except BaseException:  # noqa: BLE001 - the log is all that is left of it
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _mistake_the_time(hours: float) -> None:
    """A wall clock that is wrong, as a machine without time service has it. Waiting is not touched."""
    true_time = time.time
    time.time = lambda: true_time() + hours * 3600

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(hours=hours)

    vars(sending)["datetime"] = Wrong  # the one module of a worker that asks its own clock for the date


def _die_with_parent(number: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


if __name__ == "__main__":
    main()
