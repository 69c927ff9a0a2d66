"""`dravo holds`: what is held because its app, its account or its network is wrong or silent, and ending that by hand."""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.cli.errors import Stop
from dravo.cli.work import with_resources
from dravo.deliveries import holds
from dravo.models import Hold
from dravo.models.base import ENVIRONMENTS
from dravo.models.deliveries import HOLD_SCOPES
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources

app = typer.Typer(no_args_is_help=True, help="What is held, and letting it go.")

COLUMNS = ("environment", "platform", "scope", "id", "code", "waiting", "since", "next_try_at")

Environment = Annotated[str | None, typer.Option(help="live or test.")]
Network = Annotated[str | None, typer.Option(help="Only holds of this network.")]
ScopeOption = Annotated[str | None, typer.Option(help=f"Only holds of this scope: {', '.join(HOLD_SCOPES)}.")]
Id = Annotated[str | None, typer.Option("--id", help="Only the hold of this id, as the list shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="A JSON array instead of a table.")]


@app.command("list")
def list_command(
    environment: Environment = None,
    platform: Network = None,
    scope: ScopeOption = None,
    scope_id: Id = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List what is held: since when, why, how many deliveries wait, and when the next one tries."""
    kind = _kind(environment, platform, scope, scope_id)
    _show(with_resources(lambda resources: _listed(resources, kind)), as_json=as_json)


@app.command()
def release(
    environment: Environment = None,
    platform: Network = None,
    scope: ScopeOption = None,
    scope_id: Id = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Release every hold that there is.")] = False,
    as_json: AsJson = False,
) -> None:
    """End holds, and let go what they kept back. What is still wrong is held again by the first delivery that meets it."""
    kind = _kind(environment, platform, scope, scope_id)
    if everything == any(kind.values()):
        raise Stop("Say which holds: --all alone, or some of --environment, --platform, --scope and --id.")
    released = with_resources(lambda resources: _released(resources, kind))
    if not released and not everything:
        raise Stop("There is no such hold; see: dravo holds list")
    _show(released, as_json=as_json)


def _kind(
    environment: str | None, platform: str | None, scope: str | None, scope_id: str | None
) -> dict[str, str | None]:
    known = (
        ("environment", environment, ENVIRONMENTS),
        ("network", platform, PLATFORMS),
        ("scope", scope, HOLD_SCOPES),
    )
    for what, asked, names in known:
        if asked is not None and asked not in names:
            raise Stop(f"There is no {what} {asked}; there are: {', '.join(names)}")
    return {"environment": environment, "platform": platform, "scope": scope, "scope_id": scope_id}


async def _listed(resources: Resources, kind: dict[str, str | None]) -> list[dict[str, Any]]:
    async with resources.db.transaction() as session:
        return await _told(session, await holds.standing(session, **kind))


async def _released(resources: Resources, kind: dict[str, str | None]) -> list[dict[str, Any]]:
    async with resources.db.transaction() as session:
        chosen = await holds.standing(session, **kind)
        told = await _told(session, chosen)
        for hold in chosen:
            await holds.end(session, hold, factor=resources.settings.patience_factor)
    return told


async def _told(session: AsyncSession, chosen: Sequence[Hold]) -> list[dict[str, Any]]:
    return [
        {
            "environment": hold.environment,
            "platform": hold.platform,
            "scope": hold.scope,
            "id": hold.scope_id,
            "code": hold.code,
            "waiting": await holds.count_kept(session, hold),
            "since": f"{hold.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "next_try_at": f"{hold.canary_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "reason": hold.reason,
        }
        for hold in chosen
    ]


def _show(told: list[dict[str, Any]], *, as_json: bool) -> None:
    """A table with the reason in a line of its own under each hold; nothing at all where nothing is held."""
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    lines = [COLUMNS, *(tuple(str(hold[column]) or "-" for column in COLUMNS) for hold in told)] if told else []
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))] if lines else []
    reasons = ["", *(str(hold["reason"]) for hold in told)]
    for line, reason in zip(lines, reasons, strict=False):
        typer.echo("  ".join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip())
        if reason:
            typer.echo(f"  {reason}")
