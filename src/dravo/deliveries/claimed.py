"""A claimed delivery: what its worker knows of it, and the right to write about it for as long as the lease lasts."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import queries
from dravo.deliveries.exchanges import redacted
from dravo.deliveries.looks import Looks
from dravo.deliveries.renewal import Renewal
from dravo.deliveries.retry import comment_verdict
from dravo.deliveries.sending import EntryKind, Sender
from dravo.kit.crypto import Cipher
from dravo.kit.db import Database, DatabaseUnavailable
from dravo.kit.ids import Key
from dravo.kit.leases import Lease, LeaseLost
from dravo.models import Delivery
from dravo.platforms.base import Call, Config
from dravo.platforms.errors import CredentialsExpired, RateLimited

A = TypeVar("A", bound=BaseModel)


@dataclass(slots=True)
class Claimed:
    """`now` is the database's time at the claim; `late` means past its due time for good."""

    db: Database
    cipher: Cipher
    delivery: Delivery
    lease: Lease
    sender: Sender
    now: datetime
    late: bool = False
    patience_factor: float = 1.0
    looks: Looks = field(default_factory=Looks)
    renewal: Renewal | None = None
    config: Config = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)
    refuted: Mapping[str, Any] | None = None

    @property
    def key(self) -> Key:
        return Key(self.delivery.workspace_id, self.delivery.environment, self.delivery.id)

    @property
    def token_version(self) -> int | None:
        """Which of the account's tokens this run uses; None where nobody keeps count."""
        return None if self.renewal is None else self.renewal.version

    @property
    def publish_state(self) -> Any:
        """What is true of `publish` now; a refutation counts from the moment it was said."""
        return "refuted" if self.refuted is not None else self.delivery.publish_state

    async def ask(self, name: str, kind: EntryKind, call: Call[A]) -> A:
        """Send a call without effect; once more with new tokens, where the old ones were refused and can be renewed."""
        while True:
            try:
                return await self.sender.ask(name, kind, call)
            except CredentialsExpired as refusal:
                await self.renew(refusal)  # raises the second time

    async def take(self, call: Call[Any]) -> None:
        """Take a call with an effect from the budgets that count it, before anything is written of it.

        Raises RateLimited when one is used up, and Rejected where a published post would wait too long for what follows it.
        """
        if self.sender.budgets is None:
            return
        try:
            await self.sender.budgets.take(call)
        except RateLimited as used_up:
            if self.publish_state != "confirmed":
                raise
            raise comment_verdict(used_up, 0, self.now, late=self.late) from used_up

    async def renew(self, refusal: CredentialsExpired) -> None:
        """Get new tokens after a refusal, once in a claim. Raises the refusal, or why there are none now."""
        if self.renewal is None:
            raise refusal
        await self.renewal.after(refusal, self.sender, self.now)

    def warn(self, code: str, message: str) -> None:
        warning = {"code": code, "message": message}
        if warning not in self.warnings:
            self.warnings.append(warning)

    @asynccontextmanager
    async def persistent(self) -> AsyncIterator[AsyncSession]:
        """A fenced transaction for what must not be forgotten: while the lease lasts, Postgres is given time to come back."""
        while True:
            try:
                await self.db.ping()
                break
            except DatabaseUnavailable:
                if time.monotonic() + 1 >= self.lease.deadline:
                    raise
                await asyncio.sleep(0.5)
        async with self.db.transaction() as session:
            await self.fence(session)
            yield session

    async def fence(self, session: AsyncSession) -> None:
        """The first statement of every write: it fails when the lease is stale, and brings the timeline along."""
        if not await queries.holds(session, self.key, self.lease.token):
            raise LeaseLost
        session.add_all(self.sender.taken_entries())

    def safe(self, evidence: dict[str, Any] | None) -> dict[str, Any] | None:
        """Without the account's secrets."""
        safe: dict[str, Any] | None = redacted(evidence, self.sender.secrets)
        return safe
