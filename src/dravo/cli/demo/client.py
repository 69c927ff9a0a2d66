"""Our own API as a client with a key calls it, and the simulator's control calls."""

from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from dravo.cli.house import House
from dravo.kit.http import NetworkHttp, Payload, Request, network_client
from dravo.local.errors import LocalError


class Client:
    """Calls the API of a house. To be used as a context manager."""

    def __init__(self, house: House) -> None:
        assert house.seeded is not None
        self._house = house
        self._api_key = house.seeded.api_key
        self._connections = network_client()
        self._http = NetworkHttp(self._connections, simulator_url=None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()

    async def ingest(self, file: Payload) -> str:
        """The public address of a medium of ours."""
        media = await self._send(Request(method="POST", url="/v1/media", files={"file": file}))
        return str(media["public_url"])

    async def create(self, post: dict[str, Any]) -> dict[str, Any]:
        """The post as it was accepted: its id and status."""
        accepted: dict[str, Any] = await self._send(Request(method="POST", url="/v1/posts", json=post))
        return accepted

    async def post(self, post_id: str) -> dict[str, Any]:
        """The post with what has become of it on each account."""
        found: dict[str, Any] = await self._send(Request(method="GET", url=f"/v1/posts/{post_id}"))
        return found

    async def ledger(self) -> list[dict[str, Any]]:
        """All that readers of the simulated networks have come to see, in order."""
        request = Request(method="GET", url=f"{self._house.simulator_url}/_control/ledger", auth="none")
        reply = await self._http.send(request, token="")
        if not reply.ok:
            raise LocalError(f"The simulator answered {reply.status} when it was asked for its ledger.")
        items: list[dict[str, Any]] = reply.json()["items"]
        return items

    async def _send(self, request: Request) -> Any:
        reply = await self._http.send(replace(request, url=self._house.base_url + request.url), token=self._api_key)
        if not reply.ok:
            said = reply.json()
            reasons = [f"{each['pointer']}: {each['message']}" for each in said.get("errors", ())]
            raise LocalError(
                "\n  ".join(
                    [
                        f"The API answered {reply.status} to {request.method} {request.url}: {said.get('detail')}",
                        *reasons,
                    ]
                )
            )
        return reply.json()
