from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from dravo.api.app import create_app
from dravo.auth.service import create_key
from dravo.models.media import MediaAsset
from dravo.resources import Resources
from dravo.settings import Settings


@pytest.fixture
async def client(resources: Resources, workspace: str) -> AsyncIterator[httpx.AsyncClient]:
    """A caller with a live key of the workspace."""
    async with resources.db.transaction() as session:
        _, key = await create_key(session, workspace, "live", "Tests")
    transport = httpx.ASGITransport(create_app(resources))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8800", headers=headers) as opened:
        yield opened


class Stock:
    """What is really there: rows in the book, files in the storage."""

    def __init__(self, resources: Resources, folder: Path) -> None:
        self._resources = resources
        self._folder = folder

    async def rows(self) -> int:
        async with self._resources.db.transaction() as session:
            return await session.scalar(select(func.count()).select_from(MediaAsset)) or 0

    def files(self) -> list[Path]:
        return [path for path in self._folder.rglob("*") if path.is_file()]

    async def is_empty(self) -> bool:
        return await self.rows() == 0 and self.files() == []


@pytest.fixture
def stock(resources: Resources, settings: Settings) -> Stock:
    return Stock(resources, Path(settings.storage_url.removeprefix("file://")))
