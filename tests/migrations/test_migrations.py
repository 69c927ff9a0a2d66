"""The schema: up, down and up again, and the same as the models say."""

import asyncio
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint

from dravo.cli.db import alembic_config
from dravo.models import Base

NAME = "test_migrations"


@pytest.fixture
def empty_database(server_urls: tuple[str, str], worker_number: int) -> Iterator[str]:
    """An empty database of this test's own. Alembic brings its own event loop, so everything here is plain code."""
    server = server_urls[0].rsplit("/", 1)[0]
    name = f"{NAME}_{worker_number}"
    asked(f"{server}/postgres", f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    yield f"{server}/{name}"
    asked(f"{server}/postgres", f'DROP DATABASE IF EXISTS "{name}"')


@pytest.fixture
def migrations(empty_database: str) -> Config:
    config = alembic_config(empty_database)
    config.stdout = io.StringIO()
    return config


def asked(url: str, *statements: str) -> list[Any]:
    """The rows of the last statement."""

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return list(await connection.fetch(statements[-1]))
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(ask())).result()


def tables(url: str) -> set[str]:
    found = asked(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return {row["table_name"] for row in found}


def functions(url: str) -> set[str]:
    found = asked(url, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    return {row["proname"] for row in found}


def test_up_and_down_and_up_again(migrations: Config, empty_database: str) -> None:
    modelled = {table.name for table in Base.metadata.sorted_tables}
    command.upgrade(migrations, "head")
    assert tables(empty_database) == modelled | {"alembic_version"}
    assert functions(empty_database) == {"dravo_now"}
    command.downgrade(migrations, "base")
    assert tables(empty_database) == {"alembic_version"}
    assert functions(empty_database) == set()
    command.upgrade(migrations, "head")
    command.upgrade(migrations, "head")
    assert tables(empty_database) == modelled | {"alembic_version"}


def test_the_migrations_make_what_the_models_say(migrations: Config) -> None:
    command.upgrade(migrations, "head")
    command.check(migrations)  # raises when autogenerate would still find something to do


CONSTRAINTS = """
SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS meaning
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'c'
"""


def test_check_constraints_are_the_same_in_migrations_and_models(migrations: Config, empty_database: str) -> None:
    """Autogenerate does not compare these."""
    command.upgrade(migrations, "head")
    migrated = {(row["table"], row["name"]) for row in asked(empty_database, CONSTRAINTS)}
    modelled = {
        (table.name, str(constraint.name))
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert migrated == modelled


def test_one_line_of_revisions_with_one_head(migrations: Config) -> None:
    script = ScriptDirectory.from_config(migrations)
    assert len(script.get_heads()) == 1
    assert all(not revision.is_branch_point and not revision.is_merge_point for revision in script.walk_revisions())


def test_the_clock_of_a_migrated_database_is_the_real_one(migrations: Config, empty_database: str) -> None:
    command.upgrade(migrations, "head")
    (row,) = asked(empty_database, "SELECT dravo_now() - clock_timestamp() < interval '1 second' AS real")
    assert row["real"]


OF_NO_TENANT = {"workspaces", "holds"}
"""A hold concerns a network for the whole deployment."""


@pytest.mark.parametrize(
    "table", [table for table in Base.metadata.sorted_tables if table.name not in OF_NO_TENANT], ids=str
)
def test_every_primary_key_begins_with_workspace_and_environment(table: Any) -> None:
    assert [column.name for column in table.primary_key.columns][:2] == ["workspace_id", "environment"]


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=str)
def test_every_foreign_key_carries_the_tenant(table: Any) -> None:
    for key in table.foreign_key_constraints:
        columns = [column.name for column in key.columns]
        target = key.referred_table.name
        assert columns[:2] == ["workspace_id", "environment"] or target == "workspaces", key.name
