"""The command line: sentences for people, exit codes for scripts."""

import asyncio
import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from dravo.auth import api_keys, service
from dravo.cli.errors import sentences
from dravo.cli.main import app
from dravo.local.ports import free_port
from dravo.resources import opened
from dravo.settings import Settings
from support.clock import Clock


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


class Shell:
    """Runs `dravo` with exactly these variables."""

    def __init__(self, settings: Settings) -> None:
        (key_id, secret), *_ = settings.encryption_keys
        self.environment = {
            "PATH": os.environ["PATH"],
            "DRAVO_DATABASE_URL": settings.database_url.get_secret_value(),
            "DRAVO_ENCRYPTION_KEYS": f"{key_id}:{secret.get_secret_value()}",
            "DRAVO_STORAGE_URL": settings.storage_url,
            "DRAVO_SIMULATOR_URL": "http://127.0.0.1:9",
        }

    async def run(self, *arguments: str, **changes: str | None) -> Done:
        """In a thread of its own, since a command has an event loop of its own."""
        environment = {name: value for name, value in (self.environment | changes).items() if value is not None}
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            await asyncio.to_thread(sentences, lambda: app(list(arguments)))
        return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    async def refused(self, *arguments: str, **changes: str | None) -> str:
        done = await self.run(*arguments, **changes)
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stdout == ""
        return done.stderr


@pytest.fixture
def shell(settings: Settings, clock: Clock) -> Shell:
    """A shell over an empty database."""
    return Shell(settings)


async def test_key_is_made_with_its_workspace_and_shown_once(shell: Shell, settings: Settings) -> None:
    done = await shell.run("keys", "create", "--name", "ci", "--scope", "posts:read")
    assert done.returncode == 0, done.stderr
    key = done.stdout.strip()
    parsed = api_keys.parse(key)
    assert parsed is not None
    assert parsed.environment == "test"
    again = await shell.run("keys", "create", "--name", "ci", "--environment", "live")
    async with opened(settings) as resources:
        caller = await service.authenticate(resources, f"Bearer {key}")
        other = await service.authenticate(resources, f"Bearer {again.stdout.strip()}")
    assert caller.scopes == {"posts:read"}
    assert (other.workspace_id, other.environment) == (caller.workspace_id, "live")


async def test_test_key_without_a_simulator_is_not_made(shell: Shell) -> None:
    assert "DRAVO_SIMULATOR_URL" in await shell.refused("keys", "create", "--name", "a", DRAVO_SIMULATOR_URL=None)


async def test_wrong_options_of_a_key_are_named(shell: Shell) -> None:
    assert "posts:read" in await shell.refused("keys", "create", "--name", "a", "--scope", "everything")
    assert "--environment" in await shell.refused("keys", "create", "--name", "a", "--environment", "prod")
    assert "--name" in await shell.refused("keys", "create", "--name", "a" * 81)
    await shell.run("keys", "create", "--name", "a")
    assert "(Default)" in await shell.refused("keys", "create", "--name", "a", "--workspace", "nobody")


async def test_missing_and_wrong_variables_are_named(shell: Shell) -> None:
    said = await shell.refused("accounts", "list", DRAVO_DATABASE_URL=None, DRAVO_ENCRYPTION_KEYS="short")
    assert "DRAVO_DATABASE_URL is not set" in said
    assert "DRAVO_ENCRYPTION_KEYS is wrong" in said
    assert "openssl rand -base64 32" in said
    assert "DRAVO_DATABASE_URL" in await shell.refused("api", DRAVO_DATABASE_URL=None)
    for name, value in (
        ("DRAVO_DATABASE_URL", "mysql://a:hunter2@b/c"),
        ("DRAVO_DATABASE_URL", "postgresql://a:hunter2@b:port/c"),
        ("DRAVO_REDIS_URL", "hunter2"),
        ("DRAVO_STORAGE_URL", "somewhere"),
        ("DRAVO_SIMULATOR_URL", "127.0.0.1:8801"),
    ):
        said = await shell.refused("accounts", "list", **{name: value})
        assert f"{name} is wrong" in said
        assert "hunter2" not in said


async def test_unreachable_servers_are_named(shell: Shell) -> None:
    nowhere = "postgresql://a:hunter2@127.0.0.1:9/x"
    for command in (["accounts", "list"], ["keys", "create", "--name", "a"], ["db", "upgrade"]):
        said = await shell.refused(*command, DRAVO_DATABASE_URL=nowhere)
        assert "database cannot be reached" in said
        assert "hunter2" not in said
    assert "dravo simulator" in await shell.refused("accounts", "simulate", "--platform", "x")


async def test_database_without_the_schema_is_told_to_be_upgraded(shell: Shell) -> None:
    elsewhere = shell.environment["DRAVO_DATABASE_URL"].rsplit("/", 1)[0] + "/postgres"
    assert "dravo db upgrade" in await shell.refused("accounts", "list", DRAVO_DATABASE_URL=elsewhere)


async def test_unknown_networks_are_refused(shell: Shell) -> None:
    assert "no network" in await shell.refused("accounts", "simulate", "--platform", "threads")
    assert "no network" in await shell.refused("worker", "--platforms", "x,threads")


async def test_simulated_accounts_are_connected_and_listed(shell: Shell, tmp_path: Path) -> None:
    port = free_port()
    simulator = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dravo", "simulator", "--port", str(port), env=shell.environment, cwd=tmp_path
    )
    try:
        url = f"http://127.0.0.1:{port}"
        await _answers(port)
        done = await shell.run("accounts", "simulate", "--handle", "demo", DRAVO_SIMULATOR_URL=url)
        assert done.returncode == 0, done.stderr
        made = dict(line.split() for line in done.stdout.splitlines())
        assert list(made) == ["facebook", "instagram", "tiktok", "linkedin", "x"]
        again = await shell.run("accounts", "simulate", "--handle", "demo", "--platform", "x", DRAVO_SIMULATOR_URL=url)
        assert again.stdout.split() == ["x", made["x"]]
        listed = await shell.run("accounts", "list", DRAVO_SIMULATOR_URL=url)
        assert [line.split()[0] for line in listed.stdout.splitlines()] == list(made.values())[::-1]
        assert "access_token" not in listed.stdout
        special = ["accounts", "simulate", "--platform", "x", "--handle", "star", "--attributes"]
        assert (await shell.run(*special, '{"premium": true}', DRAVO_SIMULATOR_URL=url)).returncode == 0
        assert "not JSON" in await shell.refused(*special, "premium", DRAVO_SIMULATOR_URL=url)
        assert "premiun" in await shell.refused(*special, '{"premiun": true}', DRAVO_SIMULATOR_URL=url)
    finally:
        simulator.terminate()
        await simulator.wait()


async def _answers(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError("the simulator did not start")


def test_module_is_the_command() -> None:
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", "dravo", "api"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("DRAVO_DATABASE_URL is not set.")
