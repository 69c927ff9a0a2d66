"""A caller that does not wait for the answer takes nothing away from what its call has done."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from dravo_simulator.arrival import MOST_IN_MEMORY
from simulator.harness import JSON, MEDIA_ORIGIN, Sim, bearer, picture, serving
from simulator.linkedin_calls import ask_upload
from simulator.x_calls import TWEETS, UPLOAD

SECONDS = 0.2
FAULTS: dict[str, JSON] = {
    "delay": {"action": "delay", "seconds": SECONDS},
    "drop_after": {"action": "drop_after"},
    "status_after": {"action": "status_after"},
}


def written(sim: Sim, method: str, path: str, headers: dict[str, str], **content: Any) -> tuple[bytes, bytes]:
    """Head and body of a request, as they go over the wire."""
    request = sim.client.build_request(method, path, headers=headers, **content)
    head = [f"{method} {request.url.raw_path.decode()} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*head, "", ""]).encode(), request.read()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():  # noqa: ASYNC110 - nothing announces what the simulator has seen, it is looked up
            await asyncio.sleep(0.01)


async def send_and_leave(sim: Sim, address: str, head: bytes, body: bytes) -> None:
    """Sends, waits until the simulator has it, and closes the connection without reading."""
    _, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(head + body)
    await writer.drain()

    async def has_come() -> bool:
        return bool(calls := await sim.calls()) and calls[-1]["body_bytes"] == len(body)

    await until(has_come)
    writer.close()
    await writer.wait_closed()


async def is_published(sim: Sim) -> bool:
    return bool(await sim.ledger())


async def test_a_delayed_call_takes_effect_though_its_caller_gave_up(
    sim: Sim, caplog: pytest.LogCaptureFixture
) -> None:
    account = await sim.account("x")
    await sim.fault("x", **FAULTS["delay"])
    async with serving(sim.app) as address:
        await send_and_leave(sim, address, *written(sim, "POST", TWEETS, bearer(account), json={"text": "late"}))
        assert await sim.ledger() == [], "it left while the call was delayed"
        await until(lambda: is_published(sim))
    assert [item["text"] for item in await sim.ledger()] == ["late"]
    assert [call["status"] for call in await sim.calls()] == [None]
    assert caplog.records == []


async def test_a_delayed_call_is_answered_when_its_caller_waits(sim: Sim) -> None:
    account = await sim.account("x")
    await sim.fault("x", **FAULTS["delay"])
    async with serving(sim.app) as address, httpx.AsyncClient(base_url=address) as client:
        answer = await client.post(TWEETS, json={"text": "late"}, headers=bearer(account))
    assert answer.status_code == 201
    assert [call["status"] for call in await sim.calls()] == [201]


@pytest.mark.parametrize("action", sorted(FAULTS))
async def test_a_large_upload_arrives_in_full_before_the_disturbance(sim: Sim, action: str) -> None:
    account, content = await sim.account("linkedin"), picture() + bytes(2 * MOST_IN_MEMORY)
    asked = await ask_upload(sim, account)
    await sim.fault("linkedin", method="PUT", **FAULTS[action])
    async with serving(sim.app) as address:
        path = asked["uploadUrl"].removeprefix("http://sim.test")
        await send_and_leave(sim, address, *written(sim, "PUT", path, bearer(account), content=content))

        async def is_kept() -> bool:
            image = sim.app.world.store.get("linkedin", "image", asked["image"])
            return image is not None and image.data.get("sha256") is not None

        await until(is_kept)
        image = sim.app.world.store.get("linkedin", "image", asked["image"])
        assert image is not None
        blob = sim.app.world.store.blob(image.data["sha256"])
        assert blob is not None
        assert blob.path.read_bytes() == content


@pytest.mark.parametrize("action", [None, *sorted(FAULTS)])
@pytest.mark.parametrize("kind", ["json", "form", "stream"])
async def test_who_leaves_in_the_middle_of_a_body_has_done_nothing(
    sim: Sim, caplog: pytest.LogCaptureFixture, kind: str, action: str | None
) -> None:
    account = await sim.account("linkedin" if kind == "stream" else "x")
    headers = bearer(account)
    if kind == "json":
        head, body = written(sim, "POST", TWEETS, headers, json={"text": "half a sentence"})
    elif kind == "form":
        head, body = written(sim, "POST", UPLOAD, headers, files={"media": ("a.png", picture())})
    else:
        asked = await ask_upload(sim, account)
        path = asked["uploadUrl"].removeprefix("http://sim.test")
        head, body = written(sim, "PUT", path, headers, content=picture())
    if action:
        await sim.fault(account["network"], **FAULTS[action])
    async with serving(sim.app) as address:
        await send_and_leave(sim, address, head, body[:-5])
    assert (await sim.calls())[-1]["status"] is None
    assert await sim.ledger() == []
    assert list(sim.app.world.store.blobs.part("any").parent.iterdir()) == []
    assert caplog.records == []


async def test_what_a_network_still_works_on_is_done_without_its_caller(caplog: pytest.LogCaptureFixture) -> None:
    is_asked, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow_host(_request: httpx.Request) -> httpx.Response:
        is_asked.set()
        await may_go_on.wait()
        return httpx.Response(200, content=picture(), headers={"content-type": "image/jpeg"})

    sim = Sim(hosts=httpx.MockTransport(slow_host))
    page = await sim.account("facebook")
    path, form = "/graph.facebook.com/v26.0/me/photos", {"url": f"{MEDIA_ORIGIN}/a.jpg"}
    async with serving(sim.app) as address:
        await send_and_leave(sim, address, *written(sim, "POST", path, bearer(page), data=form))
        await is_asked.wait()
        may_go_on.set()
        await until(lambda: is_published(sim))
    assert [call["status"] for call in await sim.calls()] == [None]
    assert caplog.records == []
    await sim.close()


async def test_parts_that_are_gone_leave_nothing_behind(sim: Sim) -> None:
    """The simulator is reset while it puts a video together: neither an open file nor a piece of one stays."""
    blobs = sim.app.world.store.blobs
    with pytest.raises(FileNotFoundError):
        await blobs.join([blobs.part("gone")])
    assert list(blobs.part("any").parent.iterdir()) == []
