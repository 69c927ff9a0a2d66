"""A network's answer may name an address to upload to; the account's token goes to the network's own hosts only."""

from dataclasses import replace

import pytest

from dravo.kit.http import NetworkHttp, Request, network_client
from dravo.platforms.base import Call
from dravo.platforms.registry import PLATFORMS
from support.engine import Engine
from support.network import NAME, FakeAdapter, Id, reply


class Uploading(FakeAdapter):
    """Prepares by sending to an address, with or without the token."""

    address = ""
    auth = "bearer"

    def _call(self, path: str, *, effect: bool = False, json: object) -> Call[Id]:
        if path != "/prepare":
            return super()._call(path, effect=effect, json=json)  # type: ignore[arg-type]  # as above
        return Call(Request(method="PUT", url=self.address, auth=self.auth), Id, self.read)  # type: ignore[arg-type]


@pytest.fixture
def uploading(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Uploading:
    adapter = Uploading()
    monkeypatch.setitem(PLATFORMS, NAME, replace(PLATFORMS[NAME], adapter=adapter))
    return adapter


@pytest.mark.parametrize(
    ("address", "auth", "goes"),
    [
        ("https://fake.test/upload", "bearer", True),
        ("https://fake.test.evil.example/upload", "bearer", False),
        ("https://evil.example/fake.test", "bearer", False),
        ("https://fake.test@evil.example/", "bearer", False),
        ("https://evil.example/upload", "none", True),
    ],
)
async def test_a_token_goes_to_the_networks_own_hosts_only(
    engine: Engine, uploading: Uploading, address: str, auth: str, *, goes: bool
) -> None:
    uploading.address, uploading.auth = address, auth
    engine.network.on("", reply({"id": "1"}))
    delivery = await engine.run(await engine.post())
    assert (delivery.status == "published") == goes
    assert delivery.error_code == (None if goes else "unexpected_address")
    assert ("" in engine.network.calls) == goes


@pytest.mark.parametrize(
    ("simulator", "address", "host"),
    [
        (None, "https://www.linkedin.com/dms-uploads/1", "www.linkedin.com"),
        ("http://127.0.0.1:8801", "http://127.0.0.1:8801/www.linkedin.com/dms-uploads/1", "www.linkedin.com"),
        ("http://127.0.0.1:8801", "http://127.0.0.1:88011/www.linkedin.com/x", "127.0.0.1"),
    ],
)
async def test_the_host_of_an_address_is_known_also_in_the_simulator(
    simulator: str | None, address: str, host: str
) -> None:
    client = network_client()
    assert NetworkHttp(client, simulator_url=simulator).host_of(Request(method="PUT", url=address)) == host
    await client.aclose()
