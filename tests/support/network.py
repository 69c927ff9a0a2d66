"""A network that says what it is told to, in place of sockets, and an entry in the registry that speaks to it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from dravo.kit.http import NetworkHttp, Reply, Request
from dravo.kit.schemas import StrictModel
from dravo.platforms.base import (
    Call,
    Findings,
    Found,
    NotFound,
    Platform,
    Published,
    PublishJob,
    Run,
    Sent,
)
from dravo.platforms.first_comment import first_comment

NAME = "fake"


def reply(body: Any = None, status: int = 200) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {}, content)


Hook = Callable[[Request], Awaitable[Reply]]
Say = Reply | BaseException | Hook


class ScriptedNetwork(NetworkHttp):
    """Stands in for the transport. `on` says what a path answers, call by call; the last answer is repeated."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.tokens: list[str] = []
        self._script: dict[str, list[Say]] = {}
        self._simulator_url = None

    def on(self, path: str, *answers: Say) -> None:
        self._script[path] = list(answers)

    def count(self, path: str) -> int:
        return self.calls.count(path)

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        self.calls.append(request.path)
        self.tokens.append(token)
        answers = self._script.get(request.path, [reply({"id": f"{request.path}-{len(self.calls)}"})])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Reply) else await answer(request)


class Id(BaseModel):
    id: str


class FakeOptions(StrictModel):
    first_comment: str | None = None


@dataclass
class FakeAdapter:
    """Prepare, wait when asked to, publish, comment: every kind of call that an adapter can make."""

    read: Callable[[Reply], Id] = field(default=lambda answer: Id.model_validate(answer.json()))
    waits: bool = False
    every: tuple[timedelta, ...] = (timedelta(seconds=2), timedelta(seconds=30))
    at_most: timedelta = timedelta(minutes=10)
    keep_for: timedelta | None = None
    secret: bool = False
    find: Found[Id] | NotFound = NotFound.unknown
    looked: list[Sent] = field(default_factory=list)
    """What each look was told of the call whose answer was lost."""
    prepare: Mapping[str, Any] = field(default_factory=lambda: {"v": 1})
    after_publish: Callable[[Run], Awaitable[None]] | None = None

    async def publish(self, job: PublishJob[FakeOptions], run: Run) -> Published:
        prepared = await run.step("prepare", self._call("/prepare", json=self.prepare), keep_for=self.keep_for)
        if self.waits:
            await run.wait("ready", self._asker(run), answer=Id, every=self.every, at_most=self.at_most)
        body = {"text": job.text, "prepared": prepared.id}
        post = await run.commit("publish", self._call("/publish", effect=True, json=body), find=self._finder(run))
        if self.after_publish is not None:
            await self.after_publish(run)
        if job.options.first_comment:
            comment = self._call("/comment", effect=True, json={"text": job.options.first_comment})
            await first_comment(run, comment, find=self._finder(run))
        return Published(post.id, f"https://fake.test/{post.id}", raw={"id": post.id})

    def _call(self, path: str, *, effect: bool = False, json: Mapping[str, Any]) -> Call[Id]:
        request = Request(method="POST", host="fake.test", path=path, json=dict(json))
        return Call(request, Id, self.read, effect=effect, secret=self.secret and not effect)

    def look(self, path: str) -> Call[Id]:
        return Call(Request(method="GET", host="fake.test", path=path), Id, self.read)

    def _asker(self, run: Run) -> Callable[[], Awaitable[Id | None]]:
        async def ready() -> Id | None:
            seen = await run.look(self.look("/ready"))
            return seen if seen.id == "yes" else None

        return ready

    def _finder(self, run: Run) -> Callable[[Sent], Awaitable[Found[Id] | NotFound]]:
        async def find(sent: Sent) -> Found[Id] | NotFound:
            self.looked.append(sent)
            await run.look(self.look("/find"))
            return self.find

        return find


def platform(adapter: FakeAdapter) -> Platform:
    return Platform(
        name=NAME,
        title="Fake",
        options=FakeOptions,
        check=lambda _draft: Findings(),
        adapter=adapter,
        hosts=frozenset({"fake.test"}),
    )
