"""A Postgres of one's own in a data folder, on 127.0.0.1 only, with a password."""

import os
import shutil
import signal
import struct
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from dravo.local.binaries import PostgresPrograms, find_postgres
from dravo.local.errors import ChildFailedError, DataFolderError, NamespaceRefusedError, OtherVersionError
from dravo.local.launch import NAMESPACE_REFUSED
from dravo.local.ports import same_port
from dravo.local.private import kept_secret
from dravo.local.probe import Probe
from dravo.local.process import ChildSpec, end_leftover, launch_command
from dravo.local.server import Server, server_environment
from dravo.local.server import running as running_server

NAME = "postgres"
_ROLE = _DATABASE = "dravo"
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def prepare(data_dir: Path, *, port: int | None = None, durable: bool = True) -> Server:
    """Answer a server ready to start, its data and its database `dravo` in `data_dir` (made on first use).

    Without `port` it stays on the port of last time while that is free. `durable=False` is for tests: quicker, and a
    crash of the machine loses the data. Raises MissingServerError, OtherVersionError, NamespaceRefusedError,
    AlreadyRunningError, DataFolderError, ChildFailedError.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    programs = find_postgres()
    _check_namespace(programs)
    cluster = _cluster_folder(data_dir, programs)
    password_file = data_dir / "postgres.password"
    if cluster.exists() and not password_file.exists():
        raise DataFolderError(f"{password_file} is gone; put it back, or move {cluster} away to begin with empty data.")
    password = kept_secret(password_file)
    if not cluster.exists():
        _create_cluster(programs, cluster, password_file, durable=durable)
    end_leftover(data_dir / "run" / f"{NAME}.pid")  # before the port is chosen, which it may still hold
    _forget_dead_postmaster(cluster)
    port = port or same_port(data_dir / "postgres.port")
    probe = Probe(port, _startup_packet(), _asks_for_password)
    spec = ChildSpec(
        name=NAME,
        argv=[programs.postgres, "-D", str(cluster), *_server_options(port, durable=durable)],
        env=server_environment(),
        data_dir=data_dir,
        ready=probe,
        ready_within_seconds=60,
        signals=(signal.SIGINT, signal.SIGQUIT),  # fast shutdown, then immediate
        ordinary_user=_is_root(),
    )
    return Server(spec, port, probe, f"postgresql://{_ROLE}:{password}@127.0.0.1:{port}/{_DATABASE}")


@asynccontextmanager
async def running(data_dir: Path, *, port: int | None = None, durable: bool = True) -> AsyncIterator[Server]:
    """Prepare (which blocks), start, and stop at the end of the block."""
    async with running_server(prepare(data_dir, port=port, durable=durable)) as server:
        yield server


def _server_options(port: int, *, durable: bool) -> list[str]:
    settings = ["listen_addresses=127.0.0.1", "timezone=UTC", "log_timezone=UTC", *(() if durable else _FORGETFUL)]
    return ["-p", str(port), "-k", "", *(word for setting in settings for word in ("-c", setting))]


def _cluster_folder(data_dir: Path, programs: PostgresPrograms) -> Path:
    wanted = data_dir / f"postgres-{programs.major}"
    others = sorted(place.parent for place in data_dir.glob("postgres-*/PG_VERSION") if place.parent != wanted)
    written_by = (wanted / "PG_VERSION").read_text().strip() if wanted.exists() else None
    if written_by == str(programs.major) or (written_by is None and not others):
        return wanted
    found = wanted if written_by else others[-1]
    version = (found / "PG_VERSION").read_text().strip()
    raise OtherVersionError(
        f"The data in {found} was written by Postgres {version}, and the server found is {programs.major} "
        f"({programs.folder}), which cannot open it. Install Postgres {version} (`make install` brings the one of the "
        "local lock), point DRAVO_DATABASE_URL at a running Postgres, or move that folder away to begin anew."
    )


def _create_cluster(programs: PostgresPrograms, cluster: Path, password_file: Path, *, durable: bool) -> None:
    # Under another name until it is whole, so that a first start that was cut off is simply done again.
    unfinished = cluster.with_name(f"unfinished-{cluster.name}")
    shutil.rmtree(unfinished, ignore_errors=True)  # initdb says so when something is left
    initdb = [programs.initdb, "-D", str(unfinished), "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
    initdb += ["-U", _ROLE, f"--pwfile={password_file}", *(() if durable else ("--no-sync",))]
    _run(initdb, step="initialising the data folder")
    alone = [programs.postgres, "--single", "-D", str(unfinished), "-c", "exit_on_error=true"]
    alone += [word for setting in (() if durable else _FORGETFUL) for word in ("-c", setting)]
    _run([*alone, "postgres"], f"CREATE DATABASE {_DATABASE}\n", step=f"creating the database {_DATABASE}")
    unfinished.rename(cluster)


def _run(argv: list[str], text: str = "", *, step: str) -> None:
    done = _launch(argv, text)
    if done.returncode != 0:
        raise ChildFailedError(f"Postgres failed at {step}:\n{done.stdout}{done.stderr}")


def _launch(argv: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - programs of this machine's Postgres
        launch_command(argv, ordinary_user=_is_root()),
        input=text,
        env=server_environment(),
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )


def _check_namespace(programs: PostgresPrograms) -> None:
    """Postgres refuses to run as root by name, so root needs a user namespace; find out before anything is made."""
    if not _is_root():
        return
    tried = _launch([programs.postgres, "--version"])
    if tried.returncode == NAMESPACE_REFUSED:
        raise NamespaceRefusedError(
            "Postgres does not run as root, and this machine refuses the user namespace in which it could "
            f"({tried.stderr.strip()}). Start Dravo as an ordinary user, or point "
            "DRAVO_DATABASE_URL at a running Postgres."
        )
    if tried.returncode != 0:
        raise ChildFailedError(
            f"{programs.postgres} does not run in a user namespace: {tried.stderr.strip()}. Is its folder open "
            "to all users? Start Dravo as its owner, or point DRAVO_DATABASE_URL at a running Postgres."
        )


def _forget_dead_postmaster(cluster: Path) -> None:
    """Remove the pid file of a server that died without a word, if its pid belongs to some other process by now.

    Postgres itself would take any living process of that number for its predecessor and refuse to start.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    command = Path("/proc") / pid_file.read_text().split("\n", 1)[0].strip() / "cmdline"
    with suppress(FileNotFoundError, ProcessLookupError):  # nobody has that pid: Postgres sees that itself
        if b"postgres" not in command.read_bytes():
            pid_file.unlink()


def _startup_packet() -> bytes:
    body = struct.pack("!i", 196_608) + f"user\0{_ROLE}\0database\0{_DATABASE}\0\0".encode()  # protocol 3.0
    return struct.pack("!i", len(body) + 4) + body


def _asks_for_password(answer: bytes) -> bool:
    # 'R' is a request to authenticate; while starting, stopping or recovering the answer is an error, 'E'.
    return answer.startswith(b"R")


def _is_root() -> bool:
    return os.geteuid() == 0
