"""`dravo holds`: what an operator sees of holds, and ends."""

import json
from typing import Any

import pytest

from cli.test_cli import Shell
from dravo.resources import Resources
from dravo.settings import Settings
from support.book import Book
from support.clock import Clock
from support.neighbours import another_workspace


@pytest.fixture
def shell(settings: Settings, clock: Clock) -> Shell:
    return Shell(settings)


@pytest.fixture
def book(resources: Resources, workspace: str) -> Book:
    return Book(resources, workspace)


async def held(book: Book, scope: str, scope_id: str, platform: str = "x") -> None:
    await book.run(
        "INSERT INTO holds (environment, platform, scope, scope_id, code, reason, config, since, canary_at)"
        " VALUES ('test', :platform, :scope, :scope_id, 'permission_missing', 'A permission is missing.', '{}',"
        " dravo_now(), dravo_now() + interval '10 minutes')",
        platform=platform,
        scope=scope,
        scope_id=scope_id,
    )


async def waiting(book: Book, account: str) -> Any:
    """A delivery that a hold keeps back for ten minutes."""
    [key] = await book.post(account, waiting_for="configuration", error_code="permission_missing")
    await book.run("UPDATE deliveries SET due_at = dravo_now() + interval '10 minutes' WHERE id = :id", id=key.id)
    return key


async def test_nothing_is_held(shell: Shell) -> None:
    assert (await shell.run("holds", "list")).stdout == ""
    assert json.loads((await shell.run("holds", "list", "--json")).stdout) == []
    assert (await shell.run("holds", "release", "--all")).returncode == 0


async def test_holds_are_listed_with_what_waits_for_them(shell: Shell, book: Book) -> None:
    account = await book.account("x", client_id="app-1")
    await waiting(book, account)
    await held(book, "account", account)
    await held(book, "app", f"{book.workspace_id}:app-1")
    await held(book, "deployment", "", "linkedin")
    table = (await shell.run("holds", "list")).stdout
    header, *lines = table.splitlines()
    assert header.split() == ["environment", "platform", "scope", "id", "code", "waiting", "since", "next_try_at"]
    assert len(lines) == 6
    assert "A permission is missing." in table
    told = json.loads((await shell.run("holds", "list", "--json")).stdout)
    assert [(hold["platform"], hold["scope"], hold["id"], hold["waiting"]) for hold in told] == [
        ("linkedin", "deployment", "", 0),
        ("x", "account", account, 1),
        ("x", "app", f"{book.workspace_id}:app-1", 1),
    ]
    only = json.loads((await shell.run("holds", "list", "--json", "--scope", "app")).stdout)
    assert [hold["scope"] for hold in only] == ["app"]


async def test_one_hold_is_released_and_lets_go_what_it_kept(shell: Shell, book: Book) -> None:
    account, other = await book.account("x"), await book.account("x")
    key, else_kept = await waiting(book, account), await waiting(book, other)
    before = (await book.delivery(key)).due_since
    await held(book, "account", account)
    await held(book, "account", other)
    done = await shell.run("holds", "release", "--scope", "account", "--id", account, "--json")
    assert [hold["id"] for hold in json.loads(done.stdout)] == [account]
    released, kept = await book.delivery(key), await book.delivery(else_kept)
    assert released.due_at <= await book.now() < kept.due_at
    assert released.due_since < before, "what it did not wait is taken back"
    left = json.loads((await shell.run("holds", "list", "--json")).stdout)
    assert [hold["id"] for hold in left] == [other]


async def test_an_app_is_released_for_its_own_workspace_alone(shell: Shell, book: Book) -> None:
    strangers = await another_workspace(book)
    ours = await waiting(book, await book.account("x", client_id="app-1"))
    theirs = await waiting(strangers, await strangers.account("x", client_id="app-1"))
    for owner in (book, strangers):
        await held(book, "app", f"{owner.workspace_id}:app-1")
    await shell.run("holds", "release", "--id", f"{book.workspace_id}:app-1")
    now = await book.now()
    assert (await book.delivery(ours)).due_at <= now < (await strangers.delivery(theirs)).due_at


async def test_all_are_released_at_once(shell: Shell, book: Book) -> None:
    keys = [await waiting(book, await book.account(platform)) for platform in ("x", "linkedin")]
    await held(book, "deployment", "", "linkedin")
    await held(book, "deployment", "", "x")
    assert (await shell.run("holds", "release", "--all")).stdout.count("permission_missing") == 2
    now = await book.now()
    assert all([(await book.delivery(key)).due_at <= now for key in keys])
    assert (await shell.run("holds", "list")).stdout == ""


async def test_what_to_release_must_be_said_and_be_there(shell: Shell, book: Book) -> None:
    assert "--all" in await shell.refused("holds", "release")
    assert "--all" in await shell.refused("holds", "release", "--all", "--scope", "app")
    assert "no such hold" in await shell.refused("holds", "release", "--scope", "app")
    assert "account, app, deployment, network" in await shell.refused("holds", "release", "--scope", "post")
    assert "no network" in await shell.refused("holds", "list", "--platform", "threads")
    assert "live, test" in await shell.refused("holds", "list", "--environment", "prod")
