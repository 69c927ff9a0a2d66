"""Ports on the loopback address."""

import secrets
import socket
from pathlib import Path

from dravo.local.private import write_private

# Below the range from which Linux (32768) and macOS (49152) give ports to outgoing connections. A client that tries
# again and again to reach a server that is down could otherwise be given the server's own port, and keep it busy.
_FIRST, _LAST = 20_000, 29_999


def is_free(port: int) -> bool:
    """Tell whether a server could listen on 127.0.0.1 at this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a port in TIME_WAIT is free
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """Answer some port of 127.0.0.1 that nobody listens on."""
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if is_free(port):
            return port


def same_port(kept_in: Path) -> int:
    """Answer the port written in this file while it is free, else another one, and keep that."""
    if kept_in.exists():
        kept = kept_in.read_text()
        if kept.isdecimal() and 0 < int(kept) < 65_536 and is_free(int(kept)):
            return int(kept)
    port = free_port()
    write_private(kept_in, str(port))
    return port
