"""The demo of everything, over a real Postgres and real sockets: what it says is what the networks show."""

from collections.abc import Sequence
from typing import Any

import httpx
from sqlalchemy import select

from conformance.house import House
from dravo.accounts.simulate import simulate
from dravo.api.app import create_app
from dravo.cli.demo import said
from dravo.cli.demo.said import Saying
from dravo.cli.demo.side_by_side import Posted, body_of, draw, id_on_x, side_by_side
from dravo.deliveries import runner
from dravo.lifecycle.states import FINAL
from dravo.models import Delivery
from dravo.platforms.registry import PLATFORMS
from support.door import make_key


async def test_the_networks_show_what_was_said_and_what_they_show_otherwise_is_seen(house: House) -> None:
    accounts = {
        name: await simulate(house.resources, house.book.workspace_id, name, "in_full", said.ATTRIBUTES[name])
        for name in PLATFORMS
    }
    drawn = draw()
    key = await make_key(house.resources, house.book.workspace_id)
    headers = {"authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(create_app(house.resources))
    async with httpx.AsyncClient(transport=transport, base_url="http://house.test", headers=headers) as http:
        addresses = {}
        for name, drawing in drawn.items():
            answer = await http.post("/v1/media", files={"file": (name, drawing.content, drawing.content_type)})
            addresses[name] = answer.json()["public_url"]

        async def published(sayings: Sequence[Saying]) -> list[Posted]:
            posted = []
            for saying in sayings:
                accepted = await http.post("/v1/posts", json=body_of(saying, accounts, addresses))
                assert accepted.status_code == 202, accepted.text
                await _deliver(house, accepted.json()["id"])
                posted.append((saying, (await http.get(f"/v1/posts/{accepted.json()['id']}")).json()))
            return posted

        posted = await published(said.to_everybody("now", addresses))
        posted += await published(said.to_some("now", addresses, id_on_x(posted)))
    ledger = (await house.control.http.get("/_control/ledger")).json()["items"]

    compared = side_by_side(posted, drawn, addresses, ledger)
    verdicts = {
        (network, each.post, row.option): row.verdict
        for network, posts in compared.items()
        for each in posts
        for row in each.rows
    }
    assert {key: verdict for key, verdict in verdicts.items() if verdict != "same"} == {
        ("instagram", "story, draft", "text"): "warned",
        ("tiktok", "video", "first_comment"): "warned",
    }
    for posts in side_by_side(posted, drawn, addresses, [_altered(entry) for entry in ledger]).values():
        for each in posts:
            unseen = {row.option for row in each.rows if row.verdict == "same"}
            assert unseen <= {"id"} | ({"media"} if each.post == "text" else set())

    twice = [*ledger, *(entry | {"id": f"{entry['id']}!"} for entry in ledger)]
    for posts in side_by_side(posted, drawn, addresses, twice).values():
        assert [each.post for each in posts if "post" not in {row.option for row in each.rows}] == []


async def _deliver(house: House, post_id: str) -> None:
    async with house.resources.db.transaction() as session:
        deliveries = (await session.scalars(select(Delivery.id).where(Delivery.post_id == post_id))).all()
    for key in map(house.book.key, deliveries):
        for _ in range(30):
            await house.time.move_to((await house.book.delivery(key)).due_at)
            await runner.deliver(house.resources, key, random=lambda: 0.5)
            if (await house.book.delivery(key)).status in FINAL:
                break


def _altered(entry: dict[str, Any]) -> dict[str, Any]:
    """The same post with everything else in it changed."""
    ids = {name: entry[name] for name in ("network", "id")}
    video = {"video_id": entry["options"]["video_id"]} if "video_id" in entry["options"] else {}
    changed: dict[str, Any] = _other(entry)
    kept = {"parent": entry["parent"]} if entry["kind"] == "comment" and "poll" not in entry["options"] else {}
    return changed | ids | kept | {"options": changed["options"] | video}


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}!"
        case list():
            return [_other(each) for each in value]
        case dict():
            return {name: _other(each) for name, each in value.items()}
        case _:
            return value
