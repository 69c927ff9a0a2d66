"""One server of this machine, prepared and ready to be started."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from dravo.local.probe import Probe
from dravo.local.process import Child, ChildSpec


@dataclass
class Server:
    """Give `spec` to a Supervisor, or run it: start() and stop(), `with server:`, `async with running(server):`."""

    spec: ChildSpec
    port: int
    probe: Probe
    url: str = field(repr=False)  # holds the password
    _child: Child | None = field(default=None, init=False, repr=False)

    @property
    def pid(self) -> int:
        """The pid while it runs under this object. Raises RuntimeError when it was not started here."""
        if self._child is None:
            raise RuntimeError(f"{self.spec.name} was not started.")
        return self._child.pid

    def start(self) -> Self:
        """Start it and block until it takes connections. Raises ChildFailedError with the end of its log."""
        self._child = Child(self.spec)
        try:
            self._child.wait_ready(self.probe.ask)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End it and block until it is gone; nothing happens when it does not run."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def server_environment() -> dict[str, str]:
    """Answer our environment for a server: no stray PGDATA or locale to steer it, and none of our own secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "DRAVO_"))}


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """Run it for the length of the block without blocking the event loop."""
    child = server._child = Child(server.spec)  # noqa: SLF001 - this function belongs to the class
    try:
        await child.until_ready()
        yield server
    finally:
        await child.end()
        server._child = None  # noqa: SLF001 - as above
