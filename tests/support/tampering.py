"""The transport to the networks with somebody sitting on the wire: calls are counted, and one of them is disturbed."""

from collections.abc import Awaitable, Callable

from dravo.kit.http import NetworkHttp, Reply, Request

Before = Callable[[Request], Awaitable[Reply | None]]
After = Callable[[Request], Awaitable[None]]


class ProcessDeath(BaseException):
    """Stands for kill -9: nothing of ours can catch it, and nothing runs after it but `finally`."""


class Tampered(NetworkHttp):
    """Passes calls on. `before` may answer in the network's place or raise; `after` has the answer, and may raise.

    Both are asked for the call number `at` (from 0) only, or for every call when it is None.
    """

    def __init__(
        self, inner: NetworkHttp, *, at: int | None = None, before: Before | None = None, after: After | None = None
    ) -> None:
        self.sent: list[Request] = []
        self._inner, self._at, self._before, self._after = inner, at, before, after

    def host_of(self, request: Request) -> str:
        return self._inner.host_of(request)

    async def send(self, request: Request, *, token: str, before: float | None = None) -> Reply:
        mine = self._at is None or len(self.sent) == self._at
        self.sent.append(request)
        if mine and self._before is not None and (answer := await self._before(request)) is not None:
            return answer
        answer = await self._inner.send(request, token=token, before=before)
        if mine and self._after is not None:
            await self._after(request)
        return answer


async def die(_request: Request) -> None:
    raise ProcessDeath
