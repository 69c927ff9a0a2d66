"""Calls that the world can see: their intent is stored before the call and their answer after.

An intent without an answer is looked for on the network, and sent again only where the network proves that nothing came of it.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar, cast

from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from dravo.deliveries import queries
from dravo.deliveries.claimed import Claimed
from dravo.deliveries.looks import SENT_AGAIN, SHOWN_AFTER, StillUnknown
from dravo.deliveries.retry import Suspended, comment_verdict
from dravo.kit.crashpoints import Place, passing
from dravo.kit.ids import new_id
from dravo.kit.leases import LeaseLost
from dravo.kit.unbroken import unbroken
from dravo.models import Commit
from dravo.platforms.base import Call, CommitName, Find, Found, NotFound, Sent
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    StepsExpired,
    Transient,
    Unsettled,
)

A = TypeVar("A", bound=BaseModel)

ABSENT = "looked_for_absent"
"""The evidence of a commit that the network proved absent."""


_NOT_SHOWN = "The network was looked at and does not show it."
_NOT_SURELY = "The network was looked at and shows nothing that is surely it, so far: its lists may lag."
_NOT_ALLOWED = "The network does not let this account look for it."
_NO_WAY = "This network offers no way to look for it."
_SEEN = (_NOT_SHOWN, _NOT_SURELY, _NOT_ALLOWED, _NO_WAY)


class Commits:
    """The commits of one claimed delivery. `open` is the one that is being looked for now."""

    def __init__(self, claimed: Claimed, rows: list[Commit]) -> None:
        self._claimed = claimed
        self.rows = rows
        self.open: Commit | None = None

    async def commit(
        self, name: CommitName, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        assert call.effect, f"{name} has no effect and must be a step"
        live = next((row for row in self.rows if row.name == name and row.state in {"open", "confirmed"}), None)
        if live is not None:
            return await self._resume(live, call, find, binds)
        return await unbroken(self._send(name, call, binds))

    async def _send(self, name: CommitName, call: Call[A], binds: Callable[[A], str | None] | None) -> A:
        """Intent, call, answer."""
        await self._claimed.take(call)
        passing(_place(name, "before-intent"), self._claimed.delivery.id)
        commit, send_before = await self._intend(name, call)
        passing(_place(name, "intent-kept"), self._claimed.delivery.id)
        try:
            answer = await self._claimed.sender.ask(name, "commit", call, before=send_before)
            passing(_place(name, "answered"), self._claimed.delivery.id)
        except OutcomeUnknown:
            raise
        except StepsExpired as expired:  # the network refuses it, because what was prepared for it has lapsed
            await self._close(commit, "refused", evidence={"code": "steps_expired", "message": str(expired)})
            raise
        except PlatformError as failure:
            await self._close(commit, "refused", evidence={"code": failure.code, "message": failure.message})
            await self._renew_or_raise(commit, failure)
            return await self._send(name, call, binds)
        await self._confirm(commit, answer, binds)
        return answer

    async def _renew_or_raise(self, refused: Commit, failure: PlatformError) -> None:
        """After a proven refusal: new tokens where those were refused, so that it may be sent again; else the verdict."""
        try:
            if not isinstance(failure, CredentialsExpired):
                raise failure
            await self._claimed.renew(failure)
        except PlatformError as verdict:
            if refused.name != "first_comment":
                raise
            earlier = sum(row.name == refused.name and row.state == "refused" for row in self.rows) - 1
            raise comment_verdict(verdict, earlier, self._claimed.now, late=self._claimed.late) from verdict

    async def _intend(self, name: CommitName, call: Call[A]) -> tuple[Commit, float]:
        """Store the intent, in the statement that also finds the lease live and makes it outlive the call.

        Answers the intent and the `time.monotonic()` instant after which the call must not begin any more.
        """
        bounds = self._claimed.sender.bounds
        seconds = bounds.commit_seconds + bounds.margin_seconds
        asked_at = time.monotonic()
        values: dict[str, Any] = {
            "id": new_id("cmt"),
            "name": name,
            "generation": self._claimed.delivery.generation,
            "request_hash": call.request.fingerprint(),
        }
        async with self._claimed.db.transaction() as session:
            values["send_before"] = await queries.clock(session) + timedelta(seconds=bounds.margin_seconds)
            if not await queries.open_commit(
                session, self._claimed.key, self._claimed.lease.token, values, lease_seconds=seconds
            ):
                raise LeaseLost
        self._claimed.lease.renewed(asked_at, seconds)
        commit = Commit(**values, state="open", opened_at=self._claimed.now, looks=0)
        self.rows.append(commit)
        if name == "publish":
            self._claimed.delivery.publish_state = "open"
        return commit, asked_at + bounds.margin_seconds

    async def _resume(self, commit: Commit, call: Call[A], find: Find[A], binds: Callable[[A], str | None] | None) -> A:
        """A commit of an earlier run: its kept answer, or what a look at the network says."""
        if commit.state == "confirmed":
            try:
                return call.answer.model_validate(commit.answer)
            except ValidationError:
                pass  # kept by older code: it is looked for, never sent again
        self.open = commit
        async with self._claimed.db.transaction() as session:
            bound = await queries.bound_posts(session, self._claimed.delivery)
            unnamed = await queries.is_any_unnamed(session, self._claimed.delivery, commit.opened_at)
        sender = self._claimed.sender
        sender.looks = sender.looks_answered = 0
        found = await self._looked(find, Sent(commit.opened_at, bound, unnamed))
        passing("looked", self._claimed.delivery.id)
        shown = _shown(found, sender.looks, sender.looks_answered)
        sender.remark(shown)
        if isinstance(found, Found):
            await self._confirm(commit, found.answer, binds)
            return found.answer
        if found is not NotFound.unknown and commit.state == "open":
            await self._absent(commit, found, shown)
        await self._count(commit)
        raise self._look_again(commit, found, shown, can_be_asked=sender.looks > 0 or unnamed)

    async def _absent(self, commit: Commit, found: NotFound, shown: str) -> None:
        """The network says that nothing came of it. Said once, it is asked again later; said twice, the call was refused.

        Returns where that does not count yet: then the look was one of many.
        """
        looks, now = self._claimed.looks, self._claimed.now
        if now < looks.absence_counts_from(commit, found):
            return
        if not looks.is_second(commit, now):
            async with self._claimed.db.transaction() as session:
                await self._claimed.fence(session)
                commit.absent_at = commit.absent_at or await queries.note_absence(session, self._claimed.key, commit)
            raise StillUnknown(
                f"{self._doubt()} {shown} It is asked once more before it is sent again.",
                look_at=commit.absent_at + looks.quarantine,
                shown=False,
            )
        if self._proved_absent(commit.name) >= SENT_AGAIN:
            raise Unsettled(f"{self._doubt()} {shown} It was sent {SENT_AGAIN + 1} times: look at the account.")
        await self._close(commit, "refused", evidence={"code": ABSENT, "message": shown})
        failure = Transient(
            "looked_for_absent", "The answer was lost; the network was asked twice and has nothing of it."
        )
        await self._renew_or_raise(commit, failure)

    def _proved_absent(self, name: str) -> int:
        """How often such a call was, since the post was made or retried by hand."""
        since = self._claimed.delivery.first_generation
        mine = [row for row in self.rows if row.name == name and row.generation >= since]
        return sum((row.evidence or {}).get("code") == ABSENT for row in mine)

    async def _count(self, commit: Commit) -> None:
        """A look that settled nothing; what the network said before of its absence counts no more."""
        async with self._claimed.db.transaction() as session:
            await self._claimed.fence(session)
            await queries.count_look(session, self._claimed.key, commit)
        commit.looks += 1

    def _look_again(
        self, commit: Commit, found: NotFound, shown: str, *, can_be_asked: bool
    ) -> Unsettled | StillUnknown:
        """StillUnknown while there is a look left, and Unsettled after the last."""
        looks, now = self._claimed.looks, self._claimed.now
        ends = commit.name == "first_comment" and commit.looks >= SHOWN_AFTER  # the post is not held back for it
        look_at = looks.next_one(commit, now) if can_be_asked and not ends else None
        if look_at is None:
            return Unsettled(f"{self._doubt()} {shown} Look at the account before you post again.")
        if found is not NotFound.unknown and (counts_from := looks.absence_counts_from(commit, found)) > now:
            look_at = min(look_at, counts_from)
        return StillUnknown(
            f"{self._doubt()} {shown} It is looked at again.", look_at=look_at, shown=commit.looks >= SHOWN_AFTER
        )

    def _doubt(self) -> str:
        """Why it is not known what came of the call: what was said when that became so, if it is still at hand."""
        delivery = self._claimed.delivery
        said = delivery.error_message if delivery.error_code == "outcome_unknown" else None
        for seen in _SEEN:  # what earlier looks have added to it
            said = said and said.partition(f" {seen}")[0]
        return said or "The call was sent and its answer lost."

    async def _looked(self, find: Find[A], sent: Sent) -> Found[A] | NotFound:
        """What a look says. One that failed only for the moment is made again later; one that is not allowed says nothing."""
        try:
            return await find(sent)
        except PlatformError as failure:  # it stands in the timeline
            may_pass = isinstance(failure, Transient | RateLimited)
            if may_pass or (isinstance(failure, Misconfigured) and failure.scope == "deployment"):
                raise
            return NotFound.unknown

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
        async with self._claimed.persistent() as session:
            await queries.close_commit(
                session, self._claimed.key, commit, state, answer=answer, evidence=self._claimed.safe(evidence)
            )
            if post_id is not None:
                await queries.bind_post(session, self._claimed.key, post_id)
        passing(_place(commit.name, "answer-kept"), self._claimed.delivery.id)
        commit.state, commit.answer, commit.evidence = state, answer, evidence
        if commit.name == "publish":
            self._claimed.delivery.publish_state = state

    async def probe(self, call: Call[A], *, within: timedelta) -> A | None:
        """See `platforms.base.Run.probe`."""
        assert call.effect, "a probe sends a commit's call once more"
        assert self.open is not None, "only a look probes"
        if call.request.fingerprint() != self.open.request_hash:
            return None  # the network would take another body for another post
        await self._claimed.take(call)
        bounds, lease = self._claimed.sender.bounds, self._claimed.lease
        arrived_by = self.open.send_before + timedelta(seconds=bounds.commit_seconds)
        asked_at, seconds = time.monotonic(), bounds.commit_seconds + bounds.margin_seconds
        async with self._claimed.db.transaction() as session:
            await self._claimed.fence(session)
            time_now = await queries.clock(session)
            if time_now < arrived_by:
                raise Suspended("look", arrived_by - time_now)
            if not await queries.open_probe(session, self._claimed.key, self.open, within):
                return None
            if not await queries.renew(session, self._claimed.key, lease.token, seconds):
                raise LeaseLost
        lease.renewed(asked_at, seconds)
        return await unbroken(self._claimed.sender.ask(self.open.name, "probe", call))


def _place(name: str, place: Literal["before-intent", "intent-kept", "answered", "answer-kept"]) -> Place:
    return cast("Place", f"comment-{place}" if name == "first_comment" else place)


def _shown(found: Found[Any] | NotFound, looks: int, answered: int) -> str:
    """What came of looking, as a sentence for the user."""
    if isinstance(found, Found):
        return "The network shows it."
    if found is not NotFound.unknown:
        return _NOT_SHOWN
    if answered:
        return _NOT_SURELY
    return _NOT_ALLOWED if looks else _NO_WAY
