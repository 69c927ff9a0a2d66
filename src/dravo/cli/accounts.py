"""`dravo accounts`: the accounts that posts go to."""

import json
from typing import Annotated, Any

import typer

from dravo.accounts import queries
from dravo.accounts.schemas import health
from dravo.accounts.simulate import simulate
from dravo.cli.errors import Stop
from dravo.cli.work import chosen_workspace, with_resources
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources

app = typer.Typer(no_args_is_help=True, help="Connected accounts.")

WorkspaceOption = Annotated[str | None, typer.Option(help="Id or name; needed when there are several.")]


@app.command("simulate")
def simulate_command(
    platform: Annotated[list[str] | None, typer.Option(help="May be repeated. Default: every network.")] = None,
    handle: Annotated[str | None, typer.Option(help="The handle that it shall have.")] = None,
    attributes: Annotated[
        str,
        typer.Option(help="What is special about it, as JSON: '{\"premium\": true}'; docs/simulator.md lists them."),
    ] = "{}",
    workspace: WorkspaceOption = None,
) -> None:
    """Connect accounts on the simulated networks to the test environment."""
    for name in platform or []:
        if name not in PLATFORMS:
            raise Stop(f"There is no network {name}; there are: {', '.join(PLATFORMS)}")
    special = _object(attributes)
    with_resources(lambda resources: _simulate(resources, platform or list(PLATFORMS), handle, special, workspace))


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Stop(f"--attributes is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Stop("--attributes is a JSON object, such as '{\"premium\": true}'.")
    return value


async def _simulate(
    resources: Resources, platforms: list[str], handle: str | None, attributes: dict[str, Any], workspace: str | None
) -> None:
    async with resources.db.transaction() as session:
        owner = await chosen_workspace(session, workspace)
    for platform in platforms:
        typer.echo(f"{platform:<10} {await simulate(resources, owner.id, platform, handle, attributes)}")


@app.command("list")
def list_command(
    environment: Annotated[str, typer.Option(help="live or test")] = "test", workspace: WorkspaceOption = None
) -> None:
    """List the connected accounts of an environment, newest first."""
    if environment not in {"live", "test"}:
        raise Stop("--environment is live or test.")
    with_resources(lambda resources: _list(resources, environment, workspace))


async def _list(resources: Resources, environment: str, workspace: str | None) -> None:
    before_id: str | None = None
    async with resources.db.transaction() as session:
        owner = await chosen_workspace(session, workspace)
        while True:
            accounts, _, at = await queries.page(
                session, owner.id, environment, platform=None, q=None, before_id=before_id, limit=100
            )
            for account in accounts:
                typer.echo(f"{account.id}  {account.platform:<10} {health(account, at):<16} {account.handle}")
            if len(accounts) < 100:
                return
            before_id = accounts[-1].id
