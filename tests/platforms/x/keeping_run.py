"""A run that may die and be run again: steps are kept, and waiting gives the worker back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from dravo.platforms.base import Call
from platforms.memory_run import MemoryRun

A = TypeVar("A", bound=BaseModel)


class GivenBack(BaseException):
    """The worker was given back, to come again after a pause."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(after)
        self.after = after


@dataclass
class KeepingRun(MemoryRun):
    """`kept` and `questions` are what one run leaves to the next. `spans` says for how long each step was kept."""

    kept: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    spans: dict[str, timedelta | None] = field(default_factory=dict)

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        fingerprint, answer = self.kept.get(name, ("", {}))
        if fingerprint == call.request.fingerprint():
            return call.answer.model_validate(answer)
        answered = await super().step(name, call, keep_for=keep_for)
        self.kept[name] = (call.request.fingerprint(), answered.model_dump(mode="json"))
        self.spans[name] = keep_for
        return answered

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        if name in self.kept:
            return answer.model_validate(self.kept[name][1])
        self.names.append(name)
        seen = await ready()
        if seen is None:
            asked = self.questions[name] = self.questions.get(name, -1) + 1
            raise GivenBack(every[min(asked, len(every) - 1)])
        self.kept[name] = ("", seen.model_dump(mode="json"))
        return seen

    def next_run(self) -> "KeepingRun":
        """The same delivery, taken up by another worker."""
        return KeepingRun(kept=self.kept, questions=self.questions, spans=self.spans)
