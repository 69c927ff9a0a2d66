"""A Valkey of one's own, on 127.0.0.1 only, with a password, and nothing kept on disk: it is a bell, not a book."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dravo.local.binaries import find_valkey
from dravo.local.ports import same_port
from dravo.local.private import kept_secret, write_private
from dravo.local.probe import Probe
from dravo.local.process import ChildSpec, end_leftover
from dravo.local.server import Server, server_environment
from dravo.local.server import running as running_server

NAME = "valkey"


def prepare(data_dir: Path, *, port: int | None = None) -> Server:
    """Answer a server ready to start, its settings in `data_dir`.

    Without `port` it stays on the port of last time while that is free. Raises MissingServerError, AlreadyRunningError.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = find_valkey()
    password = kept_secret(data_dir / "valkey.password")
    end_leftover(data_dir / "run" / f"{NAME}.pid")  # before the port is chosen, which it may still hold
    port = port or same_port(data_dir / "valkey.port")
    settings = data_dir / "valkey.conf"
    write_private(settings, _settings(port, password))  # in a file, because everybody can read a command line
    # Signed in, so that a stranger's server on this port is not taken for ours.
    probe = Probe(port, f"AUTH {password}\r\n".encode(), lambda answer: answer.startswith(b"+OK"))
    argv = [str(program), str(settings)]
    spec = ChildSpec(name=NAME, argv=argv, data_dir=data_dir, env=server_environment(), ready=probe)
    return Server(spec, port, probe, f"redis://:{password}@127.0.0.1:{port}/0")


@asynccontextmanager
async def running(data_dir: Path, *, port: int | None = None) -> AsyncIterator[Server]:
    """Prepare, start, and stop at the end of the block."""
    async with running_server(prepare(data_dir, port=port)) as server:
        yield server


def _settings(port: int, password: str) -> str:
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        "daemonize no",
    ]
    return "\n".join(lines) + "\n"
