"""The journal: what a delivery has done and may not do twice. The engine's side of `platforms.base.Run`.

A step's answer is kept and given back to a second run in place of the call. A commit's intent is stored before the call and
its answer after; an intent without an answer is looked for on the network, never sent again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dravo.deliveries import queries
from dravo.deliveries.claimed import Claimed
from dravo.deliveries.commits import Commits
from dravo.deliveries.retry import Suspended
from dravo.kit.crashpoints import passing
from dravo.kit.crypto import Unreadable
from dravo.models import Commit, Step
from dravo.platforms.base import Call, CommitName, Find
from dravo.platforms.errors import StepsExpired, Unsettled

A = TypeVar("A", bound=BaseModel)


class Journal:
    """One claim's view of a delivery's journal; see `platforms.base.Run` for what the methods promise an adapter."""

    def __init__(self, claimed: Claimed, steps: dict[str, tuple[Step, bool]], commits: list[Commit]) -> None:
        self.claimed = claimed
        self._steps = steps
        self._commits = Commits(claimed, commits)
        self._doing = "look"

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been done for the delivery yet."""
        return not self._steps and not self._commits.rows

    @property
    def sent(self) -> bool:
        return self.claimed.publish_state in {"open", "confirmed"}

    @property
    def times_refuted(self) -> int:
        since = self.claimed.delivery.first_generation
        return sum(row.state == "refuted" and row.generation >= since for row in self._commits.rows)

    # -- steps ---------------------------------------------------------------------------------------------------------

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        assert not call.effect, f"{name} has an effect and must be a commit"
        fingerprint = call.request.fingerprint()
        kept = self._kept(name, call.answer, fingerprint)
        if kept is not None:
            return kept
        answer = await self.claimed.ask(name, "step", call)
        passing("step-answered", self.claimed.delivery.id)
        await self._keep(name, fingerprint, answer, keep_for=keep_for, secret=call.secret)
        return answer

    def _kept(self, name: str, model: type[A], fingerprint: str | None) -> A | None:
        """The kept answer, if it counts. Raises StepsExpired when it did and has died.

        Once something was sent, what was prepared for it is history: it neither dies nor is prepared again.
        """
        step, over = self._steps.get(name, (None, False))
        if step is None or (step.answer is None and step.sealed is None):
            return None
        if fingerprint is not None and step.request_hash != fingerprint and not self.sent:
            return None
        answer = self._parsed(step, model)
        if answer is None and self.claimed.publish_state == "open":
            raise Unsettled(
                "The answer to a call that publishes was lost, and what was prepared for it cannot be read any more."
            )
        if answer is not None and over and not self.sent:
            raise StepsExpired(name)
        return answer

    def _parsed(self, step: Step, model: type[A]) -> A | None:
        try:
            value = step.answer
            if step.sealed is not None:
                value = self.claimed.cipher.open(step.sealed, place=self._place(step.name))
            return None if value is None else model.model_validate(value)
        except (ValidationError, Unreadable):
            return None  # an answer that older code kept: the step is done again

    async def _keep(
        self, name: str, fingerprint: str, answer: BaseModel | None, *, keep_for: timedelta | None, secret: bool = False
    ) -> None:
        value = None if answer is None else answer.model_dump(mode="json")
        step = self._steps.get(name, (None, False))[0]
        values: dict[str, Any] = {
            "generation": self.claimed.delivery.generation,
            "name": name,
            "request_hash": fingerprint,
            "answer": None if secret else value,
            "sealed": self.claimed.cipher.seal(value, place=self._place(name)) if secret else None,
            "questions": 0 if step is None else step.questions + 1,
            "started_at": self.claimed.now,
            "kept_until": None if keep_for is None else self.claimed.now + keep_for,
        }
        async with self.claimed.db.transaction() as session:
            await self.claimed.fence(session)
            await queries.save_step(session, self.claimed.key, values)
        passing("step-kept", self.claimed.delivery.id)
        self._steps[name] = (
            Step(
                **values if step is None else values | {"started_at": step.started_at},
                delivery_id=self.claimed.delivery.id,
            ),
            False,
        )

    def _place(self, name: str) -> str:
        return f"steps/{self.claimed.delivery.id}/{self.claimed.delivery.generation}/{name}"

    # -- commits ----------------------------------------------------------------------------------------------------------

    async def commit(
        self, name: CommitName, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        self._doing = name
        return await self._commits.commit(name, call, find=find, binds=binds)

    def refute(self, name: CommitName, evidence: Mapping[str, Any]) -> None:
        assert name == "publish", "only a publish can be refuted"
        assert self.claimed.delivery.publish_state == "confirmed", "only a confirmed publish can be refuted"
        self.claimed.refuted = self.claimed.safe(dict(evidence)) or {}

    # -- looking and waiting -------------------------------------------------------------------------------------------

    async def look(self, call: Call[A]) -> A:
        assert not call.effect, "a look has no effect"
        return await self.claimed.ask(self._doing, "look", call)

    async def probe(self, call: Call[A], *, within: timedelta) -> A | None:
        return await self._commits.probe(call, within=within)

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
        step = self._steps[name][0]
        if self.claimed.now - step.started_at >= at_most:
            if self.claimed.publish_state == "confirmed":
                raise Unsettled(
                    "The network took the post and does not say whether it came of it. Look at the account."
                )
            raise StepsExpired(name)
        raise Suspended(name, every[min(step.questions, len(every) - 1)] * self.claimed.patience_factor)

    def warn(self, code: str, message: str) -> None:
        self.claimed.warn(code, message)
