"""Runs for tests that pin an adapter's bytes on the wire: one that sends everything, once, in order, and one with a memory."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from dravo.kit.http import NetworkHttp, network_client
from dravo.platforms.base import Call, Find, Found, Sent
from dravo.platforms.errors import OutcomeUnknown, Unsettled

A = TypeVar("A", bound=BaseModel)
TOKEN = "token-of-the-test"

SENT_AT = datetime.now(UTC)
"""When every call was sent: one moment, for answers that are written while tests are collected and read minutes later."""


def real_hosts() -> NetworkHttp:
    """The transport of the live environment; under respx it never reaches a socket."""
    return NetworkHttp(network_client(), simulator_url=None)


@dataclass
class MemoryRun:
    """Does what the engine does when nothing goes wrong, and looks once when an answer is lost."""

    http: NetworkHttp = field(default_factory=real_hosts)
    names: list[str] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)
    times_refuted: int = 0
    """How often earlier runs were told that nothing came of the post."""
    may_probe: bool = False
    """Whether the time for a probe is right; the engine decides that by the commit's intent."""

    @property
    def sent(self) -> bool:
        return False

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        assert not call.effect, f"step {name} sends a call with an effect"
        assert name not in self.names, f"step {name} is named twice"
        return await self._send(name, call)

    async def commit(
        self, name: str, call: Call[A], *, find: Find[A], binds: Callable[[A], str | None] | None = None
    ) -> A:
        assert call.effect, f"commit {name} sends a call without an effect"
        try:
            return await self._send(name, call)
        except OutcomeUnknown as error:
            found = await find(Sent(SENT_AT))
            if isinstance(found, Found):
                return found.answer
            raise Unsettled("looked and not settled") from error

    async def look(self, call: Call[A]) -> A:
        assert not call.effect
        return call.read(await self.http.send(call.request, token=TOKEN))

    async def probe(self, call: Call[A], *, within: timedelta) -> A | None:
        assert call.effect, "a probe sends a commit's call once more"
        if not self.may_probe:
            return None
        self.may_probe = False
        return await self._send("probe", call)

    async def wait(
        self,
        name: str,
        ready: Callable[[], Awaitable[A | None]],
        *,
        answer: type[A],
        every: Sequence[timedelta],
        at_most: timedelta,
    ) -> A:
        self.names.append(name)
        for _ in range(10):
            if (seen := await ready()) is not None:
                assert isinstance(seen, answer)
                return seen
        raise AssertionError(f"{name} was not ready after 10 questions")

    def refute(self, name: str, evidence: Mapping[str, Any]) -> None:
        self.refuted.append(name)

    def warn(self, code: str, message: str) -> None:
        self.warnings.append((code, message))

    async def _send(self, name: str, call: Call[A]) -> A:
        self.names.append(name)
        return call.read(await self.http.send(call.request, token=TOKEN))


class Paused(BaseException):
    """The delivery waits for `name`; the worker does something else and comes `after` a while. Like the engine's own, no Exception."""

    def __init__(self, name: str, after: timedelta) -> None:
        super().__init__(name)
        self.name = name
        self.after = after


@dataclass
class KeepingRun(MemoryRun):
    """A run that may die and be run again: answers of steps and waits are kept, and waiting leaves the adapter.

    `kept` and `questions` are what one run leaves to the next. `spans` says for how long each step is kept.
    """

    kept: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    spans: dict[str, timedelta | None] = field(default_factory=dict)

    async def step(self, name: str, call: Call[A], *, keep_for: timedelta | None = None) -> A:
        assert not call.effect, f"step {name} sends a call with an effect"
        fingerprint, answer = self.kept.get(name, ("", {}))
        if fingerprint == call.request.fingerprint():
            return call.answer.model_validate(answer)
        answered = await self._send(name, call)
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
        seen = await ready()
        if seen is None:
            asked = self.questions[name] = self.questions.get(name, -1) + 1
            raise Paused(name, every[min(asked, len(every) - 1)])
        self.kept[name] = ("", seen.model_dump(mode="json"))
        return seen

    def next_run(self) -> "KeepingRun":
        """The same delivery, taken up by another worker."""
        return KeepingRun(kept=self.kept, questions=self.questions, spans=self.spans)
