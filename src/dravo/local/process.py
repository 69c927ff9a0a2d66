"""Children that never outlive their parent: how one is described, started, ended, and found again after a crash."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dravo.local import launch
from dravo.local.errors import AlreadyRunningError, ChildFailedError
from dravo.local.launch import started

_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class ChildSpec:
    """One child of the house. `argv` is seen by everybody on the machine; secrets go into `env` or a file.

    `env` replaces the parent's environment when given. `ready` is asked until it says yes, for at most
    `ready_within_seconds`. To end the child `signals` are sent in turn, each with `grace_seconds` to obey, then
    SIGKILL; the first of them is what the kernel sends when the parent dies. `ordinary_user` lets a child of root be
    somebody else by name (see `launch`).
    """

    name: str
    argv: Sequence[str]
    data_dir: Path
    env: Mapping[str, str] | None = field(default=None, repr=False)
    ready: Callable[[], Awaitable[bool]] | None = None
    ready_within_seconds: float = 30.0
    signals: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    grace_seconds: float = 10.0
    ordinary_user: bool = False

    @property
    def log_file(self) -> Path:
        return self.data_dir / "logs" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.data_dir / "run" / f"{self.name}.pid"

    def log_tail(self, lines: int = 20) -> str:
        """The last lines of the child's log."""
        if not self.log_file.exists():
            return ""
        with self.log_file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 16_384))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


class Child:
    """A child that was started and not yet ended. Waiting exists twice: for plain code and for an event loop."""

    def __init__(self, spec: ChildSpec) -> None:
        """Start it, in a session of its own: the terminal's Ctrl-C reaches only the parent.

        Raises AlreadyRunningError when the child of a living process stands in its pid file.
        """
        if threading.current_thread() is not threading.main_thread():
            # The kernel counts the death of the *thread* that forked as the death of the parent.
            raise RuntimeError(f"Start {spec.name} from the main thread, or it dies with this one.")
        self.spec = spec
        end_leftover(spec.pid_file)
        for file in (spec.log_file, spec.pid_file):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = os.open(spec.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the commands are this program's own
                launch_command(spec.argv, spec=spec),
                env=None if spec.env is None else dict(spec.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            os.close(log)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether it runs; the first look after its death also sweeps up what it has started itself."""
        if self._process.returncode is not None:
            return False
        if self._process.poll() is None:
            return True
        _signal_group(self.pid, signal.SIGKILL)
        return False

    @property
    def was_killed(self) -> bool:
        """Whether it is dead by SIGKILL, which no child sends itself."""
        return self._process.returncode == -signal.SIGKILL

    def wait_ready(self, ask: Callable[[], bool]) -> None:
        """Block until `ask` says yes. Raises ChildFailedError when the child dies or takes too long."""
        late = time.monotonic() + self.spec.ready_within_seconds
        while not ask():
            self._still_on_its_way(late)
            time.sleep(_PAUSE_SECONDS)
        self._still_on_its_way(late)

    async def until_ready(self) -> None:
        """Wait until `spec.ready` says yes. Raises ChildFailedError when the child dies or takes too long."""
        if self.spec.ready is None:
            return
        late = time.monotonic() + self.spec.ready_within_seconds
        while not await self.spec.ready():
            self._still_on_its_way(late)
            await asyncio.sleep(_PAUSE_SECONDS)
        # A yes may have come from a stranger on the same port, while ours has died of finding it taken.
        self._still_on_its_way(late)

    async def until_dead(self) -> None:
        while self.is_alive():  # noqa: ASYNC110 - one waitpid per pause, where asyncio would keep a thread per child
            await asyncio.sleep(5 * _PAUSE_SECONDS)

    def stop(self) -> None:
        """End it and block until it is gone."""
        for pause in self._ending():
            time.sleep(pause)

    async def end(self) -> None:
        """End it and wait until it is gone. When cancelled, it is killed at once."""
        try:
            for pause in self._ending():
                await asyncio.sleep(pause)
        except asyncio.CancelledError:
            self.kill()
            raise

    def kill(self) -> None:
        if self.is_alive():
            _signal_group(self.pid, signal.SIGKILL)
            self._process.wait()
        self.spec.pid_file.unlink(missing_ok=True)

    def _ending(self) -> Iterator[float]:
        yield from _endings(self.pid, self.spec.signals, self.spec.grace_seconds, self.is_alive)
        self.spec.pid_file.unlink(missing_ok=True)

    def _still_on_its_way(self, late: float) -> None:
        if not self.is_alive():
            trouble = f"ended with {_exit_word(self._process.returncode)} before it was ready"
        elif time.monotonic() > late:
            trouble = f"was not ready within {self.spec.ready_within_seconds:g} s"
        else:
            return
        raise child_failed(self.spec, trouble)


def child_failed(spec: ChildSpec, trouble: str) -> ChildFailedError:
    """Make the error that names the child, its trouble and the end of its log."""
    return ChildFailedError(f"{spec.name} {trouble}. The end of {spec.log_file}:\n{spec.log_tail()}")


def launch_command(argv: Sequence[str], *, spec: ChildSpec | None = None, ordinary_user: bool = False) -> list[str]:
    """Answer the command that starts `argv` so that it dies with this process; to be started by this process."""
    orders = {
        "parent": os.getpid(),
        "ordinary": spec.ordinary_user if spec else ordinary_user,
        "signals": list(spec.signals) if spec else [signal.SIGTERM],
        "grace_seconds": spec.grace_seconds if spec else 0,
        "pid_file": str(spec.pid_file) if spec else None,
    }
    return [sys.executable, "-I", "-S", launch.__file__, json.dumps(orders), *argv]


def end_leftover(pid_file: Path) -> None:
    """End the child on record here if the process that started it is dead; block until it is gone.

    A pid that was given to another process since then is left alone. Raises AlreadyRunningError when the starter lives.
    """
    if not pid_file.exists():
        return
    record = json.loads(pid_file.read_text())

    def is_alive() -> bool:
        return bool(started(record["pid"]) == record["started"])

    if is_alive():
        if started(record["owner"]) == record["owner_started"]:
            raise AlreadyRunningError(
                f"{pid_file.stem} (process {record['pid']}) already runs on {pid_file.parent.parent}, "
                f"started by process {record['owner']}. Stop that one first, or choose another folder."
            )
        signals = tuple(signal.Signals(number) for number in record["signals"])
        for pause in _endings(record["pid"], signals, record["grace_seconds"], is_alive):
            time.sleep(pause)
    pid_file.unlink(missing_ok=True)


def end_leftovers(data_dir: Path) -> None:
    """End all children on record in this folder whose starter is dead; see `end_leftover`."""
    for pid_file in sorted((data_dir / "run").glob("*.pid")):
        end_leftover(pid_file)


def _endings(
    pid: int, signals: Sequence[signal.Signals], grace_seconds: float, is_alive: Callable[[], bool]
) -> Iterator[float]:
    """Do what ends a process, and give the pauses to whoever can wait for them."""
    for number in signals:
        late = time.monotonic() + grace_seconds
        if is_alive():
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        while is_alive() and time.monotonic() < late:
            yield _PAUSE_SECONDS
    if is_alive():
        _signal_group(pid, signal.SIGKILL)
    while is_alive():
        yield _PAUSE_SECONDS


def _signal_group(leader: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nobody is left in it (macOS: only zombies are)
        os.killpg(leader, number)


def _exit_word(returncode: int | None) -> str:
    if returncode is None or returncode >= 0:
        return f"code {returncode}"
    return signal.Signals(-returncode).name
