"""Ask a server on a port whether it is there, in the first bytes of its own protocol."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Probe:
    """One question to 127.0.0.1 and how to judge the first bytes of the answer; no answer means no.

    `await probe()` asks from an event loop, `probe.ask()` without one.
    """

    port: int
    question: bytes = field(repr=False)  # may hold a password
    is_good: Callable[[bytes], bool]
    timeout_seconds: float = 2.0

    async def __call__(self) -> bool:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(self.question)
                    return self.is_good(await reader.read(1024))
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):  # the answer counts, not how the goodbye went
                        await writer.wait_closed()
        except OSError:
            return False

    def ask(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), self.timeout_seconds) as connection:
                connection.sendall(self.question)
                return self.is_good(connection.recv(1024))
        except OSError:
            return False


def http_probe(port: int, path: str) -> Probe:
    """Ask an HTTP server: good is any answer of 200."""
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    return Probe(port, question, lambda answer: answer.split(b" ", 2)[1:2] == [b"200"])
