from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
from sqlalchemy import delete, func, select

from dravo.api.app import create_app
from dravo.auth.service import create_key
from dravo.kit.db import now
from dravo.kit.http import GuardedHttp
from dravo.kit.ids import new_id
from dravo.models.media import MediaAsset
from dravo.models.posts import Post, PostMedium
from dravo.resources import Resources
from dravo.settings import Settings
from support.web import URL, Web


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


@pytest.fixture
async def post_id(resources: Resources, workspace: str) -> AsyncIterator[str]:
    """A post with one foreign medium; removed at the end, before its asset may go."""
    post_id = new_id("post")
    tenant = {"workspace_id": workspace, "environment": "live"}
    async with resources.db.transaction() as session:
        session.add(
            Post(
                **tenant,
                id=post_id,
                text="Hello",
                media_urls=[URL],
                platform_options={},
                account_ids=[],
                status="queued",
                created_at=now(),
            )
        )
        await session.flush()
        session.add(PostMedium(**tenant, post_id=post_id, position=0, url=URL))
    yield post_id
    async with resources.db.transaction() as session:
        await session.execute(delete(Post))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    served = Web()

    async def fetch_into(_self: GuardedHttp, url: str, sink: IO[bytes], **_: Any) -> str:
        return await served.answer(url, sink)

    monkeypatch.setattr(GuardedHttp, "fetch_into", fetch_into)
    return served
