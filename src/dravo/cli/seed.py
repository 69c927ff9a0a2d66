"""What a laptop's house holds from the start: a workspace, a test key, and one simulated account per network."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from dravo.accounts.simulate import simulate
from dravo.auth import api_keys, queries, service
from dravo.local.private import write_private
from dravo.models import Workspace
from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources

WORKSPACE = "Local"
HANDLE = "dravo_demo"
"""Short and plain enough to be a user name on every network."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """The test key's text, and the account of each network by its name."""

    api_key: str
    accounts: dict[str, str]


async def seed(resources: Resources, key_file: Path) -> Seeded:
    """Make what is missing and find the rest again. The key's text is kept in `key_file` (0600), for it stands nowhere else.

    Raises SimulatorUnavailable.
    """
    text = key_file.read_text() if key_file.exists() else ""
    async with resources.db.transaction() as session:
        parsed = api_keys.parse(text)
        key = None if parsed is None else await queries.usable_key(session, parsed.environment, parsed.key_hash)
        if key is None:
            found = await session.scalar(select(Workspace).where(Workspace.name == WORKSPACE).order_by(Workspace.id))
            workspace = found or await service.create_workspace(session, WORKSPACE)
            key, text = await service.create_key(session, workspace.id, "test", "dravo up")
        workspace_id = key.workspace_id
    write_private(key_file, text)
    accounts = {name: await simulate(resources, workspace_id, name, HANDLE) for name in PLATFORMS}
    return Seeded(text, accounts)
