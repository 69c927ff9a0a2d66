"""`dravo db`: the schema."""

import typer
from alembic import command
from alembic.config import Config

from dravo.kit.db import MIGRATIONS

app = typer.Typer(no_args_is_help=True, help="The database schema.")


def alembic_config(url: str) -> Config:
    """Alembic over our migrations; `url` as in DRAVO_DATABASE_URL."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", "postgresql+asyncpg://" + url.partition("://")[2].replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision. Safe to run again."""
    command.upgrade(alembic_config(url), "head")


@app.command("upgrade")
def upgrade_command() -> None:
    """Bring the schema of DRAVO_DATABASE_URL to the newest revision; safe to run again."""
    from dravo.settings import DatabaseSettings

    upgrade(DatabaseSettings().database_url.get_secret_value())
    typer.echo("The database is up to date.")
