"""Instagram's calls as a client makes them, for the tests of the simulated Instagram."""

from typing import Any

import httpx

from simulator.harness import JSON, Sim, bearer, picture, video

INSTAGRAM = "/graph.instagram.com/v26.0"
FACEBOOK = "/graph.facebook.com/v26.0"
BY_FACEBOOK: JSON = {"login": "facebook"}


def host_of(account: JSON) -> str:
    return FACEBOOK if account["attributes"]["login"] == "facebook" else INSTAGRAM


async def call(sim: Sim, account: JSON, edge: str, **form: Any) -> httpx.Response:
    return await sim.client.post(f"{host_of(account)}/{edge}", data=form, headers=bearer(account))


async def read(sim: Sim, account: JSON, path: str, fields: str = "id", **more: Any) -> JSON:
    query = {"fields": fields, **more}
    answer = await sim.client.get(f"{host_of(account)}/{path}", params=query, headers=bearer(account))
    return dict(answer.json())


async def make(sim: Sim, account: JSON, **form: Any) -> httpx.Response:
    """A container; with a picture when the form names no medium."""
    if not {"image_url", "video_url", "children", "upload_type"} & set(form):
        form["image_url"] = photo(sim)
    return await call(sim, account, "me/media", **form)


async def container(sim: Sim, account: JSON, **form: Any) -> str:
    answer = await make(sim, account, **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def ready(sim: Sim, account: JSON, **form: Any) -> str:
    """A container that is done with processing."""
    creation_id = await container(sim, account, **form)
    assert await status(sim, account, creation_id) == "IN_PROGRESS"
    sim.clock.now += 2
    assert await status(sim, account, creation_id) == "FINISHED"
    return creation_id


async def status(sim: Sim, account: JSON, creation_id: str) -> str:
    return str((await read(sim, account, creation_id, "status_code"))["status_code"])


async def fault_of(sim: Sim, account: JSON, **form: Any) -> str:
    """The text of a container that must fail."""
    creation_id = await container(sim, account, **form)
    sim.clock.now += 2
    shown = await read(sim, account, creation_id, "status_code,status")
    assert shown["status_code"] == "ERROR", shown
    return str(shown["status"])


async def publish(sim: Sim, account: JSON, creation_id: str) -> httpx.Response:
    return await call(sim, account, "me/media_publish", creation_id=creation_id)


async def published(sim: Sim, account: JSON, **form: Any) -> str:
    answer = await publish(sim, account, await ready(sim, account, **form))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def refusal(answer: httpx.Response) -> tuple[int, int | None]:
    """Code and subcode."""
    assert answer.status_code >= 400, answer.text
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


def photo(sim: Sim, path: str = "/a.jpg", **more: Any) -> str:
    return sim.host(path, picture(**more))


def film(sim: Sim, path: str = "/a.mp4", **more: Any) -> str:
    """A video that Instagram takes, but for what is said otherwise."""
    return sim.host(path, video(**{"seconds": 3, "fps": 24, **more}))
