"""The simulated networks as a process of their own, and their control door."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dravo.local.ports import free_port
from dravo.local.probe import http_probe
from dravo.local.process import Child, ChildSpec

JSON = dict[str, Any]


@dataclass
class Simulator:
    """A running simulator. It dies with this process."""

    url: str
    child: Child

    @classmethod
    def start(cls, folder: Path, *, verified_origin: str) -> "Simulator":
        """Start one on a free port; it pulls media from `verified_origin` only."""
        port = free_port()
        command = [sys.executable, "-m", "dravo_simulator", "--host", "127.0.0.1", "--port", str(port)]
        probe = http_probe(port, "/healthz")
        spec = ChildSpec(
            name="simulator", argv=[*command, "--verified-origin", verified_origin], data_dir=folder, ready=probe
        )
        child = Child(spec)
        try:
            child.wait_ready(probe.ask)
        except BaseException:
            child.stop()
            raise
        return cls(f"http://127.0.0.1:{port}", child)


@dataclass
class Control:
    """What a test may order of the simulated networks, and the record of what they have seen."""

    http: httpx.AsyncClient

    async def reset(self) -> None:
        """An empty world, without quotas, that takes the same content twice: a double send must show in the ledger."""
        await self._order("/_control/reset")
        await self._order("/_control/settings", refuse_duplicates=False, rate_limits=False)

    async def settings(self, **changed: Any) -> None:
        """Change the switches that are named."""
        await self._order("/_control/settings", **changed)

    async def calls(self, network: str) -> list[JSON]:
        """Every call that a network has received, in order."""
        return list((await self.http.get("/_control/calls", params={"network": network})).json()["items"])

    async def account(self, network: str, handle: str, attributes: JSON) -> JSON:
        answer = await self._order("/_control/accounts", network=network, handle=handle, attributes=attributes)
        return dict(answer.json())

    async def fault(self, network: str, action: str, **more: Any) -> None:
        """Disturb the next call to a network."""
        await self._order("/_control/faults", network=network, action=action, **more)

    async def effects(self, account: str, kind: str = "post") -> list[JSON]:
        """What readers of a network can see of an account."""
        items = (await self.http.get("/_control/ledger")).json()["items"]
        return [item for item in items if item["account"] == account and item["kind"] == kind]

    async def _order(self, where: str, /, **body: Any) -> httpx.Response:
        answer = await self.http.post(where, json=body)
        assert answer.is_success, answer.text
        return answer
