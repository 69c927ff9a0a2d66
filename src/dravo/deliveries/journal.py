"""The journal: what a delivery has done and may not do twice. The engine's side of `platforms.base.Run`.

A step's answer is kept and given back to a second run in place of the call. A commit's intent is stored before the call and
its answer after; an intent without an answer is looked for on the network, never sent again.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.deliveries import queries
from dravo.deliveries.exchanges import redacted
from dravo.deliveries.retry import Suspended, comment_verdict
from dravo.deliveries.sending import Sender
from dravo.kit.crypto import Cipher, Unreadable
from dravo.kit.db import Database, DatabaseUnavailable
from dravo.kit.ids import Key, new_id
from dravo.kit.leases import Lease, LeaseLost
from dravo.models import Commit, Delivery, Step
from dravo.platforms.base import Call, CommitName, Find, Found, NotFound, Sent
from dravo.platforms.errors import (
    OutcomeUnknown,
    PlatformError,
    StepsExpired,
    Unsettled,
)

A = TypeVar("A", bound=BaseModel)


@dataclass(slots=True)
class Journal:
    """One claim's view of a delivery's journal; see `platforms.base.Run` for what the methods promise an adapter."""

    db: Database
    cipher: Cipher
    delivery: Delivery
    lease: Lease
    sender: Sender
    steps: dict[str, tuple[Step, bool]]
    commits: list[Commit]
    now: datetime
    late: bool = False
    warnings: list[dict[str, str]] = field(default_factory=list)
    refuted: Mapping[str, Any] | None = None
    _doing: str = "look"
    _resuming: Commit | None = None

    @property
    def key(self) -> Key:
        return Key(self.delivery.workspace_id, self.delivery.environment, self.delivery.id)

    @property
    def publish_state(self) -> Any:
        """What is true of `publish` now; a refutation counts from the moment it was said."""
        return "refuted" if self.refuted is not None else self.delivery.publish_state

    # -- steps ---------------------------------------------------------------------------------------------------------

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        assert not call.effect, f"{name} has an effect and must be a commit"
        fingerprint = call.request.fingerprint()
        kept = self._kept(name, call.answer, fingerprint)
        if kept is not None:
            return kept
        answer = await self.sender.ask(name, "step", call)
        await self._keep(name, fingerprint, answer, keep_for=keep_for, secret=call.secret)
        return answer

    def _kept(self, name: str, model: type[A], fingerprint: str | None) -> A | None:
        """The kept answer, if it counts. Raises StepsExpired when it did and has died.

        Once something was sent, what was prepared for it is history: it neither dies nor is prepared again.
        """
        step, over = self.steps.get(name, (None, False))
        if step is None or (step.answer is None and step.sealed is None):
            return None
        sent = self.publish_state in {"open", "confirmed"}
        if fingerprint is not None and step.request_hash != fingerprint and not sent:
            return None
        answer = self._parsed(step, model)
        if answer is None and self.publish_state == "open":
            raise Unsettled(
                "The answer to a call that publishes was lost, and what was prepared for it cannot be read any more."
            )
        if answer is not None and over and not sent:
            raise StepsExpired(name)
        return answer

    def _parsed(self, step: Step, model: type[A]) -> A | None:
        try:
            value = step.answer
            if step.sealed is not None:
                value = self.cipher.open(step.sealed, place=self._place(step.name))
            return None if value is None else model.model_validate(value)
        except (ValidationError, Unreadable):
            return None  # an answer that older code kept: the step is done again

    async def _keep(
        self, name: str, fingerprint: str, answer: BaseModel | None, *, keep_for: timedelta | None, secret: bool = False
    ) -> None:
        value = None if answer is None else answer.model_dump(mode="json")
        step = self.steps.get(name, (None, False))[0]
        values: dict[str, Any] = {
            "generation": self.delivery.generation,
            "name": name,
            "request_hash": fingerprint,
            "answer": None if secret else value,
            "sealed": self.cipher.seal(value, place=self._place(name)) if secret else None,
            "questions": 0 if step is None else step.questions + 1,
            "started_at": self.now,
            "kept_until": None if keep_for is None else self.now + keep_for,
        }
        async with self.db.transaction() as session:
            await self._fence(session)
            await queries.save_step(session, self.key, values)
        self.steps[name] = (
            Step(**values if step is None else values | {"started_at": step.started_at}, delivery_id=self.delivery.id),
            False,
        )

    def _place(self, name: str) -> str:
        return f"steps/{self.delivery.id}/{self.delivery.generation}/{name}"

    # -- commits -------------------------------------------------------------------------------------------------------

    async def commit(
        self, name: CommitName, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        assert call.effect, f"{name} has no effect and must be a step"
        live = next((row for row in self.commits if row.name == name and row.state in {"open", "confirmed"}), None)
        if live is not None:
            return await self._resume(live, call, find, binds)
        return await _whole(self._send(name, call, binds))

    async def _send(self, name: CommitName, call: Call[A], binds: Callable[[A], str | None] | None) -> A:
        """Intent, call, answer."""
        commit, send_before = await self._intend(name, call)
        try:
            answer = await self.sender.ask(name, "commit", call, before=send_before)
        except OutcomeUnknown:
            raise
        except StepsExpired as expired:  # the network refuses it, because what was prepared for it has lapsed
            await self._close(commit, "refused", evidence={"code": "steps_expired", "message": str(expired)})
            raise
        except PlatformError as failure:
            refusals = sum(row.name == name and row.state == "refused" for row in self.commits)
            await self._close(commit, "refused", evidence={"code": failure.code, "message": failure.message})
            if name == "first_comment":
                raise comment_verdict(failure, refusals, self.now, late=self.late) from failure
            raise
        await self._confirm(commit, answer, binds)
        return answer

    async def _intend(self, name: CommitName, call: Call[A]) -> tuple[Commit, float]:
        """Store the intent, in the statement that also finds the lease live and makes it outlive the call.

        Answers the intent and the `time.monotonic()` instant after which the call must not begin any more.
        """
        bounds = self.sender.bounds
        seconds = bounds.commit_seconds + bounds.margin_seconds
        asked_at = time.monotonic()
        values: dict[str, Any] = {
            "id": new_id("cmt"),
            "name": name,
            "generation": self.delivery.generation,
            "request_hash": call.request.fingerprint(),
        }
        async with self.db.transaction() as session:
            values["send_before"] = await queries.clock(session) + timedelta(seconds=bounds.margin_seconds)
            if not await queries.open_commit(session, self.key, self.lease.token, values, lease_seconds=seconds):
                raise LeaseLost
        self.lease.renewed(asked_at, seconds)
        commit = Commit(**values, state="open", opened_at=self.now, looks=0)
        self.commits.append(commit)
        if name == "publish":
            self.delivery.publish_state = "open"
        return commit, asked_at + bounds.margin_seconds

    async def _resume(self, commit: Commit, call: Call[A], find: Find[A], binds: Callable[[A], str | None] | None) -> A:
        """A commit of an earlier run: its kept answer, or what a look at the network says."""
        if commit.state == "confirmed":
            try:
                return call.answer.model_validate(commit.answer)
            except ValidationError:
                pass  # kept by older code: it is looked for, never sent again
        self._doing, self._resuming = commit.name, commit
        async with self.db.transaction() as session:
            bound = await queries.bound_posts(session, self.delivery)
        try:
            found = await find(Sent(commit.opened_at, bound))
        except PlatformError:
            found = NotFound.unknown  # the failed look stands in the timeline
        if isinstance(found, Found):
            await self._confirm(commit, found.answer, binds)
            return found.answer
        async with self.db.transaction() as session:
            await self._fence(session)
            await queries.count_look(session, self.key, commit)
        seen = "did not show it" if found is NotFound.absent else "could not be asked"
        raise Unsettled(
            f"The call was sent and its answer lost; the network was looked at and {seen}. Look at the account before you post again."
        )

    async def _confirm(self, commit: Commit, answer: A, binds: Callable[[A], str | None] | None) -> None:
        """The effect is there: keep its answer, and bind the network's post to this delivery before anything follows."""
        post_id = None if binds is None else binds(answer)
        try:
            await self._close(commit, "confirmed", answer=answer.model_dump(mode="json"), post_id=post_id)
        except IntegrityError as error:
            if "uq_deliveries_platform_post" not in str(error.orig):
                raise
            raise Unsettled(
                "The network shows a post that is another delivery's already. Look at the account."
            ) from error

    async def _close(
        self,
        commit: Commit,
        state: str,
        *,
        answer: dict[str, Any] | None = None,
        evidence: dict[str, Any] | None = None,
        post_id: str | None = None,
    ) -> None:
        async with self._persistent() as session:
            await queries.close_commit(session, self.key, commit, state, answer=answer, evidence=self._safe(evidence))
            if post_id is not None:
                await queries.bind_post(session, self.key, post_id)
        commit.state, commit.answer = state, answer
        if commit.name == "publish":
            self.delivery.publish_state = state

    def refute(self, name: CommitName, evidence: Mapping[str, Any]) -> None:
        assert name == "publish", "only a publish can be refuted"
        assert self.delivery.publish_state == "confirmed", "only a confirmed publish can be refuted"
        self.refuted = self._safe(dict(evidence)) or {}

    # -- looking and waiting -------------------------------------------------------------------------------------------

    async def look(self, call: Call[A]) -> A:
        assert not call.effect, "a look has no effect"
        return await self.sender.ask(self._doing, "look", call)

    async def probe(self, call: Call[A], *, within: timedelta) -> A | None:
        assert call.effect, "a probe sends a commit's call once more"
        assert self._resuming is not None, "only a look probes"
        arrives = timedelta(seconds=self.sender.bounds.commit_seconds)
        async with self.db.transaction() as session:
            await self._fence(session)
            if not await queries.open_probe(session, self.key, self._resuming, within, arrives):
                return None
        return await self.sender.ask(self._resuming.name, "probe", call)

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        kept = self._kept(name, answer, None)
        if kept is not None:
            return kept
        self._doing = name
        seen = await ready()
        await self._keep(name, "", seen, keep_for=None)
        if seen is not None:
            return seen
        step = self.steps[name][0]
        if self.now - step.started_at >= at_most:
            if self.publish_state == "confirmed":
                raise Unsettled(
                    "The network took the post and does not say whether it came of it. Look at the account."
                )
            raise StepsExpired(name)
        raise Suspended(name, every[min(step.questions, len(every) - 1)])

    def warn(self, code: str, message: str) -> None:
        warning = {"code": code, "message": message}
        if warning not in self.warnings:
            self.warnings.append(warning)

    @asynccontextmanager
    async def _persistent(self) -> AsyncIterator[AsyncSession]:
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
            await self._fence(session)
            yield session

    async def _fence(self, session: AsyncSession) -> None:
        """The first statement of every write: it fails when the lease is stale, and brings the timeline along."""
        if not await queries.holds(session, self.key, self.lease.token):
            raise LeaseLost
        session.add_all(self.sender.taken_entries())

    def _safe(self, evidence: dict[str, Any] | None) -> dict[str, Any] | None:
        safe: dict[str, Any] | None = redacted(evidence, self.sender.secrets)
        return safe


async def _whole(work: Coroutine[Any, Any, A]) -> A:
    """Run to its end what must not be cut in two, though the run is cancelled meanwhile: a worker that stops would
    otherwise make unknown outcomes itself. It ends by its own timeout.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):  # told already; a second time changes nothing
                await asyncio.shield(asyncio.wait({task}))
        raise
