"""`dravo keys`: API keys."""

from typing import Annotated

import typer

from dravo.auth import service
from dravo.auth.schemas import DEFAULT_SCOPES, SCOPES, Scope
from dravo.auth.service import NoTestEnvironment
from dravo.cli.errors import Stop
from dravo.cli.work import chosen_workspace, with_resources
from dravo.resources import Resources

app = typer.Typer(no_args_is_help=True, help="API keys.")


@app.callback()
def group() -> None:
    """API keys."""


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What people will recognise the key by, 1 to 80 characters.")],
    environment: Annotated[str, typer.Option(help="live: the real networks; test: the simulator.")] = "test",
    workspace: Annotated[str | None, typer.Option(help="Id or name; needed when there are several.")] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help=f"May be repeated; one of {', '.join(SCOPES)}. Default: all but webhooks.")
    ] = None,
) -> None:
    """Make an API key and print it. It is shown this once: only its hash is kept."""
    if environment not in {"live", "test"}:
        raise Stop("--environment is live or test.")
    if not 1 <= len(name.strip()) <= 80:
        raise Stop("--name has 1 to 80 characters.")
    typer.echo(
        with_resources(lambda resources: _create(resources, name.strip(), environment, workspace, _scopes(scope)))
    )


def _scopes(asked: list[str] | None) -> tuple[Scope, ...]:
    if not asked:
        return DEFAULT_SCOPES
    if unknown := [scope for scope in asked if scope not in SCOPES]:
        raise Stop(f"There is no scope {unknown[0]}; there are: {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in asked)


async def _create(
    resources: Resources, name: str, environment: str, workspace: str | None, scopes: tuple[Scope, ...]
) -> str:
    try:
        service.require_environment(resources, environment)
    except NoTestEnvironment:
        raise Stop("There is no test environment here: set DRAVO_SIMULATOR_URL, or use --environment live.") from None
    async with resources.db.transaction() as session:
        owner = await chosen_workspace(session, workspace)
        _, text = await service.create_key(session, owner.id, environment, name, scopes)
    return text
