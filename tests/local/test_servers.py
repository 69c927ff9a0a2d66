import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from dravo.local import postgres, valkey
from dravo.local.errors import AlreadyRunningError, ChildFailedError, DataFolderError
from dravo.local.ports import free_port, is_free
from local.processes import command_line, python

Ours = Callable[[], set[int]]


def private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_postgres_finds_its_data_and_its_port_again(tmp_path: Path) -> None:
    async with postgres.running(tmp_path, durable=False) as first:
        await value(first.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert await value(first.url, "SHOW listen_addresses") == "127.0.0.1"
        assert await value(first.url, "SHOW unix_socket_directories") == ""
        assert await value(first.url, "SHOW server_encoding") == "UTF8"
        with pytest.raises(AlreadyRunningError, match=f"postgres .process {first.pid}.*{tmp_path}"):
            postgres.prepare(tmp_path)
    with postgres.prepare(tmp_path, durable=False) as second:  # the way of plain code
        assert second.url == first.url
        assert await value(second.url, "SELECT answer FROM kept") == 42
    assert is_free(second.port)
    assert private(tmp_path / "postgres.password")
    assert not (tmp_path / "run" / "postgres.pid").exists()

    (tmp_path / "postgres.password").unlink()
    with pytest.raises(DataFolderError, match=r"postgres\.password is gone"):
        postgres.prepare(tmp_path)


async def test_postgres_wants_the_password_and_starts_after_a_crash(tmp_path: Path) -> None:
    server = postgres.prepare(tmp_path, durable=False).start()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await value(server.url.replace("dravo:", "dravo:not-", 1), "SELECT 1")
    assert server.url.split(":")[2].split("@")[0] not in command_line(server.pid)
    os.kill(server.pid, 9)
    server.stop()
    # The pid of the dead server belongs to somebody else by now.
    pid_file = tmp_path / f"postgres-{18}" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with postgres.prepare(tmp_path, durable=False) as again:
        assert await value(again.url, "SELECT 1") == 1


async def test_valkey_wants_the_password_and_keeps_nothing(tmp_path: Path) -> None:
    async with valkey.running(tmp_path) as server:
        async with Redis.from_url(server.url) as bell:
            assert await bell.set("key", "value")
            assert (await bell.config_get("bind"))["bind"] == "127.0.0.1"
        password = server.url.split(":")[2].split("@")[0]
        async with Redis.from_url(server.url.replace(password, "wrong")) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.ping()
        assert password not in command_line(server.pid)
    assert private(tmp_path / "valkey.conf")
    with valkey.prepare(tmp_path) as again:
        assert again.url == server.url
        async with Redis.from_url(again.url) as bell:
            assert await bell.get("key") is None


def test_wanted_port_is_used_and_a_taken_one_is_told(tmp_path: Path, ours: Ours) -> None:
    port = free_port()
    with valkey.prepare(tmp_path / "one", port=port) as first:
        assert first.port == port
        rival = valkey.prepare(tmp_path / "two", port=port)
        with pytest.raises(ChildFailedError, match="valkey ended with code 1 before it was ready") as refusal:
            rival.start()
        assert "in use" in str(refusal.value)
    assert ours() == set()


def test_machine_that_refuses_user_namespaces_is_a_clear_error_for_root(tmp_path: Path) -> None:
    # A user namespace of our own, in which we are root and no further one may be made.
    prepare = python("from pathlib import Path\nfrom dravo.local import postgres\npostgres.prepare(Path(sys.argv[1]))")
    inside = ["sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh", *prepare, str(tmp_path)]
    if subprocess.run(["unshare", "-Ur", "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine gives no user namespaces to ordinary users")
    done = subprocess.run(["unshare", "-Ur", *inside], check=False, capture_output=True, text=True)
    assert "NamespaceRefusedError" in done.stderr
    assert "DRAVO_DATABASE_URL" in done.stderr
    assert list(tmp_path.iterdir()) == []
