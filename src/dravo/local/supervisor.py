"""Keep the children of a house alive, tell when one was started anew, and end them all in reverse order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from dravo.local.errors import ChildFailedError, LocalError
from dravo.local.process import Child, ChildSpec, child_failed

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_STEADY_AFTER_SECONDS = 10.0
_STILLBORN_WITHIN_SECONDS = 1.0
_STILLBIRTHS = 5

OnChange = Callable[[dict[str, int]], Awaitable[None]]


@dataclass
class History:
    """The deaths of one child, and what they say about starting it again."""

    _pause_seconds: float = _FIRST_PAUSE_SECONDS
    _stillbirths: int = 0
    _has_lived: bool = False

    def after_death(self, lived_seconds: float, *, was_ready: bool, killed: bool = False) -> float | None:
        """Answer the seconds to wait before it is started again, or None when it should not be.

        `killed` means by SIGKILL, from outside: that says nothing about the child. One that has lived well before is
        never given up, for the others serve on without it.
        """
        stillborn = (lived_seconds < _STILLBORN_WITHIN_SECONDS or not was_ready) and not killed
        self._stillbirths = self._stillbirths + 1 if stillborn else 0
        if was_ready and lived_seconds >= _STEADY_AFTER_SECONDS:
            self._has_lived = True
            self._pause_seconds = _FIRST_PAUSE_SECONDS
        if self._stillbirths >= _STILLBIRTHS and not self._has_lived:
            return None
        pause = self._pause_seconds
        self._pause_seconds = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return pause


class Supervisor:
    """`async with Supervisor(on_change) as house: await house.start(*specs); await house.watch()`.

    A child that dies is started again after 0.2 s, doubled each time up to 5 s, from the beginning once it has lived
    10 s. One that dies five times in a row within its first second, or before it was ready, ends the run, and so does
    one that lives but is not ready in time. `on_change` gets name and pid of all children started so far whenever one
    has become ready.
    Leaving the block ends the children, however it is left; to be cancelled while doing so kills them at once.
    Must run on the main thread's event loop (see `Child`).
    """

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        self._children: dict[str, Child] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._pids: dict[str, int] = {}
        self._told: list[BaseException] = []
        self._stopping = asyncio.Event()

    async def start(self, *specs: ChildSpec) -> None:
        """Start these in order, each when the one before is ready.

        Raises ChildFailedError when one cannot be started, LocalError when the house is being stopped meanwhile.
        """
        for spec in specs:
            ready = asyncio.Event()
            self._keepers.append(asyncio.create_task(self._keep(spec, ready), name=f"keep {spec.name}"))
            await self._wait_for(ready)
            if self._stopping.is_set():
                raise LocalError(f"Stopped while {spec.name} was being started.")

    async def watch(self) -> None:
        """Wait until `stop` is called. Raises ChildFailedError when a child is given up."""
        await self._wait_for(self._stopping)

    async def stop(self) -> None:
        """End all children in reverse order; `watch` returns."""
        self._stopping.set()
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)  # what they raised is told elsewhere
        try:
            while self._children:
                name, child = next(reversed(self._children.items()))
                await child.end()
                self._children.pop(name, None)  # another call of stop may have been quicker
        finally:
            for child in self._children.values():
                child.kill()
            self._children.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        for failure in self._failures():  # a child that nobody waited for may be why the block failed
            if failure in self._told:
                continue
            if error is None:
                raise failure
            error.add_note(str(failure))

    def _failures(self) -> list[BaseException]:
        ended = [keeper.exception() for keeper in self._keepers if keeper.done() and not keeper.cancelled()]
        return [failure for failure in ended if failure is not None]

    async def _wait_for(self, event: asyncio.Event) -> None:
        """Wait for the event, or for a keeper to give up, whose error is then raised here."""
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({waiting, *self._keepers}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        for failure in self._failures():
            self._told.append(failure)
            raise failure

    async def _keep(self, spec: ChildSpec, ready: asyncio.Event) -> None:
        history = History()
        while True:
            born = time.monotonic()
            child = self._children[spec.name] = Child(spec)
            was_ready = await self._bring_up(child)
            if was_ready:
                ready.set()
                await child.until_dead()
            lived = time.monotonic() - born
            pause = history.after_death(lived, was_ready=was_ready, killed=child.was_killed)
            if pause is None:
                raise child_failed(spec, f"died {_STILLBIRTHS} times at its start")
            await asyncio.sleep(pause)

    async def _bring_up(self, child: Child) -> bool:
        """Wait until it is ready and tell the house; False when it died before that."""
        try:
            await child.until_ready()
        except ChildFailedError:
            if child.is_alive():  # it hangs: to start it once more would only hang again
                raise
            return False
        self._pids[child.spec.name] = child.pid
        await self._on_change(dict(self._pids))
        return True
