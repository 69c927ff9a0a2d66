"""A caller at the API's door: the application without a socket, a key, and accounts to post to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from dravo.accounts.connect import Tenant, connect
from dravo.api.app import create_app
from dravo.auth import service
from dravo.auth.schemas import SCOPES, Scope
from dravo.kit.ids import new_id
from dravo.models import Account
from dravo.resources import Resources

TABLES = ("posts", "deliveries", "post_media", "idempotency_records", "webhook_events")


class Door:
    """One caller: `http` carries its key."""

    def __init__(
        self, resources: Resources, http: httpx.AsyncClient, workspace_id: str, environment: str, key: str
    ) -> None:
        self.resources = resources
        self.http = http
        self.workspace_id = workspace_id
        self.environment = environment
        self.key = key

    async def account(self, platform: str, *, account_id: str | None = None, **changes: Any) -> str:
        """Connect a profile of its own; `changes` are column values."""
        async with self.resources.db.transaction() as session:
            made = await connect(
                session,
                self.resources.cipher,
                Tenant(self.workspace_id, self.environment),
                platform=platform,
                platform_account_id=new_id("profile"),
                handle=f"{platform}_handle",
                display_name=platform.title(),
                connection_type="manual",
                traits={},
                credentials={"access_token": "very-secret-token"},
                token_expires_at=None,
            )
            account = await session.get_one(Account, (self.workspace_id, self.environment, made))
            for name, value in ({"id": account_id or made} | changes).items():
                setattr(account, name, value)
        return account_id or made

    async def create(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await self.http.post("/v1/posts", json=body, headers=headers)

    async def stored(self) -> dict[str, int]:
        """How many rows there are of what a post is made of."""
        async with self.resources.db.transaction() as session:
            return {
                table: (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in TABLES
            }

    async def nothing_stored(self) -> bool:
        return not any((await self.stored()).values())


async def make_workspace(resources: Resources) -> str:
    async with resources.db.transaction() as session:
        return (await service.create_workspace(session, "Another")).id


async def make_key(
    resources: Resources, workspace_id: str, environment: str = "test", scopes: tuple[Scope, ...] = SCOPES
) -> str:
    async with resources.db.transaction() as session:
        return (await service.create_key(session, workspace_id, environment, "key", scopes))[1]


@asynccontextmanager
async def opened_door(
    resources: Resources, workspace_id: str, environment: str = "test", scopes: tuple[Scope, ...] = SCOPES
) -> AsyncIterator[Door]:
    key = await make_key(resources, workspace_id, environment, scopes)
    transport = httpx.ASGITransport(create_app(resources), raise_app_exceptions=True)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test", headers=headers) as http:
        yield Door(resources, http, workspace_id, environment, key)


@pytest.fixture
async def door(resources: Resources, workspace: str) -> AsyncIterator[Door]:
    """A caller of the test environment with every scope."""
    async with opened_door(resources, workspace) as opened:
        yield opened


def assert_problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is a whole problem document of this status and code."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["code"] == code, document
    assert document["type"] == "https://dravo.dev/problems/" + code.replace("_", "-")
    assert document["title"]
    assert isinstance(document["detail"], str)
    assert document["detail"]
    assert document["request_id"] == response.headers["x-request-id"]
    assert len(response.content) <= 16 * 1024
    for error in document.get("errors", []):
        assert set(error) <= {"pointer", "code", "message", "account_id", "platform"}
    return document


def codes(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(error["pointer"], error["code"]) for error in document["errors"]}
