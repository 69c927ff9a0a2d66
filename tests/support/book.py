"""The book, written and read directly: accounts, posts and deliveries without the API in front."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from dravo.accounts.connect import Tenant, connect
from dravo.deliveries import queries
from dravo.kit.ids import Key, new_id
from dravo.models import Account, Base, Commit, Delivery, Post, Step, TimelineEntry, WebhookEvent
from dravo.resources import Resources

TOKEN = "token-that-nobody-may-see-1234567890"


@dataclass
class Book:
    """One workspace's rows in the test environment."""

    resources: Resources
    workspace_id: str
    environment: str = "test"

    def key(self, row_id: str) -> Key:
        return Key(self.workspace_id, self.environment, row_id)

    async def now(self) -> datetime:
        """The database's time."""
        async with self.resources.db.transaction() as session:
            return await queries.clock(session)

    async def account(
        self, platform: str, *, token: str = TOKEN, traits: dict[str, Any] | None = None, **secrets: str
    ) -> str:
        """Connect a profile whose token has been known for an hour; `secrets` are further credentials."""
        async with self.resources.db.transaction() as session:
            made = await connect(
                session,
                self.resources.cipher,
                Tenant(self.workspace_id, self.environment),
                platform=platform,
                platform_account_id=new_id("profile"),
                handle="handle",
                display_name="Somebody",
                connection_type="manual",
                traits=traits or {},
                credentials={"access_token": token, **secrets},
                token_expires_at=None,
            )
            await session.execute(
                text("UPDATE accounts SET token_since = token_since - interval '1 hour' WHERE id = :id"), {"id": made}
            )
            return made

    async def post(
        self,
        *accounts: str,
        words: str = "Hello",
        options: dict[str, Any] | None = None,
        scheduled_in: timedelta | None = None,
        **changes: Any,
    ) -> list[Key]:
        """Store a post with one delivery per account; the deliveries' keys. `changes` are columns of the deliveries."""
        async with self.resources.db.transaction() as session:
            now = await queries.clock(session)
            at = now if scheduled_in is None else now + scheduled_in
            status = "queued" if scheduled_in is None else "scheduled"
            post = Post(
                **self._tenant,
                id=new_id("post"),
                text=words,
                media_urls=[],
                platform_options=options or {},
                account_ids=list(accounts),
                status=changes.get("status", status),
                scheduled_at=None if scheduled_in is None else at,
                created_at=now,
            )
            session.add(post)
            await session.flush()
            rows = []
            for position, account_id in enumerate(accounts):
                account = await session.get_one(Account, (self.workspace_id, self.environment, account_id))
                fields: dict[str, Any] = {
                    "id": new_id("del"),
                    "post_id": post.id,
                    "account_id": account_id,
                    "platform": account.platform,
                    "position": position,
                    "status": status,
                    "due_at": at,
                    "due_since": at,
                    "generation": 1,
                    "attempts": 0,
                    "wake": 0,
                    "warnings": [],
                    "raw_response": {},
                    "created_at": now,
                }
                rows.append(Delivery(**self._tenant, **(fields | changes)))
            session.add_all(rows)
        return [self.key(row.id) for row in rows]

    async def one_post(self, platform: str, **more: Any) -> Key:
        """A post to one new account."""
        return (await self.post(await self.account(platform), **more))[0]

    async def delivery(self, key: Key) -> Delivery:
        async with self.resources.db.transaction() as session:
            return await session.get_one(Delivery, tuple(key))

    async def post_of(self, key: Key) -> Post:
        delivery = await self.delivery(key)
        async with self.resources.db.transaction() as session:
            return await session.get_one(Post, tuple(self.key(delivery.post_id)))

    async def account_of(self, key: Key) -> Account:
        delivery = await self.delivery(key)
        async with self.resources.db.transaction() as session:
            return await session.get_one(Account, tuple(self.key(delivery.account_id)))

    async def commits(self, key: Key) -> list[Commit]:
        async with self.resources.db.transaction() as session:
            found = await session.scalars(
                select(Commit).where(Commit.delivery_id == key.id).order_by(Commit.opened_at, Commit.id)
            )
            return list(found)

    async def commit_states(self, key: Key) -> list[tuple[str, str]]:
        return [(commit.name, commit.state) for commit in await self.commits(key)]

    async def steps(self, key: Key) -> dict[str, Step]:
        async with self.resources.db.transaction() as session:
            found = await session.scalars(
                select(Step).where(Step.delivery_id == key.id).order_by(Step.generation, Step.name)
            )
            return {step.name: step for step in found}

    async def timeline(self, key: Key) -> list[TimelineEntry]:
        async with self.resources.db.transaction() as session:
            found = await session.scalars(
                select(TimelineEntry)
                .where(TimelineEntry.delivery_id == key.id)
                .order_by(TimelineEntry.started_at, TimelineEntry.id)
            )
            return list(found)

    async def events(self) -> list[str]:
        async with self.resources.db.transaction() as session:
            return list(await session.scalars(select(WebhookEvent.event_type).order_by(WebhookEvent.id)))

    async def run(self, sql: str, **values: Any) -> None:
        """Change rows behind everybody's back."""
        async with self.resources.db.transaction() as session:
            await session.execute(text(sql), values)

    async def everything(self) -> str:
        """All rows of all tables as text, to look for what must not be there."""
        found = []
        async with self.resources.db.transaction() as session:
            for table in Base.metadata.sorted_tables:
                rows = await session.execute(text(f"SELECT to_jsonb(t) FROM {table.name} t"))
                found += [json.dumps(row) for (row,) in rows]
        return "\n".join(found)

    @property
    def _tenant(self) -> dict[str, str]:
        return {"workspace_id": self.workspace_id, "environment": self.environment}
