"""Commands that need what a process of ours holds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth import queries, service
from dravo.cli.errors import Stop
from dravo.models import Workspace
from dravo.resources import Resources, opened
from dravo.settings import Settings

T = TypeVar("T")


def with_resources(work: Callable[[Resources], Awaitable[T]]) -> T:
    """Build the resources from the environment, do the work, close them."""

    async def working() -> T:
        async with opened(Settings()) as resources:
            return await work(resources)

    return asyncio.run(working())


async def chosen_workspace(session: AsyncSession, asked: str | None) -> Workspace:
    """The workspace of that id or name; when none is asked for the only one, made as "Default" when there is none."""
    known = await queries.workspaces(session)
    if asked is None and not known:
        return await service.create_workspace(session, "Default")
    fitting = [workspace for workspace in known if asked in {None, workspace.id, workspace.name}]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(f"{workspace.id} ({workspace.name})" for workspace in known) or "none"
    raise Stop(f"Name one workspace with --workspace; there are: {names}")
