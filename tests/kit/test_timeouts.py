"""How long a call may take is the call's own affair, and nobody else's default cuts it short."""

import httpx
import pytest

from dravo.kit.http import NetworkHttp, Request


@pytest.mark.parametrize("seconds", [5.0, 30.0, 600.0])
async def test_a_request_has_the_time_that_it_asks_for(seconds: float) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=30) as client:
        call = Request(method="GET", host="a.test", path="/", timeout_seconds=seconds)
        await NetworkHttp(client, simulator_url=None).send(call, token="t")
    timeout = asked[0].extensions["timeout"]
    assert (timeout["read"], timeout["write"], timeout["connect"]) == (seconds, seconds, 10)


def test_a_request_shows_nothing_that_may_be_secret() -> None:
    assert "secret" not in repr(Request(method="GET", host="a.test", path="/", query={"access_token": "secret"}))
    assert "secret" not in repr(Request(method="PUT", url="https://a.test/?upload_token=secret"))
