"""What people see of a delivery: every call, redacted, and of each name the first and the last few."""

import json
from datetime import timedelta

from dravo.deliveries import timeline
from dravo.kit.http import AnswerLost, NotSent
from dravo.platforms.base import Found
from support.book import TOKEN
from support.engine import Engine
from support.network import Id, reply


async def test_every_call_and_every_attempt_leaves_an_entry(engine: Engine) -> None:
    engine.network.on("/publish", AnswerLost("reset"))
    engine.adapter.find = Found(Id(id="p1"))
    key = await engine.post()
    await engine.until_final(key)
    entries = await engine.book.timeline(key)
    told = [(entry.kind, entry.name, entry.outcome, entry.attempt) for entry in entries]
    assert sorted(told) == [
        ("attempt", "delivery", "published", 2),
        ("attempt", "delivery", "waiting", 1),
        ("commit", "publish", "answer lost", 1),
        ("look", "publish", "done", 2),
        ("step", "prepare", "done", 1),
    ]
    looked = next(entry for entry in entries if entry.outcome == "waiting")
    assert looked.next_attempt_at is not None
    assert looked.reason is not None
    step = next(entry for entry in entries if entry.kind == "step")
    assert step.request == {"method": "POST", "url": "https://fake.test/prepare", "json": {"v": 1}}
    assert step.answer is not None
    assert step.answer["status"] == 200


async def test_a_call_that_did_not_leave_says_so(engine: Engine) -> None:
    engine.network.on("/publish", NotSent("no route"))
    key = await engine.post()
    await engine.run(key)
    assert ("publish", "not sent") in {(entry.name, entry.outcome) for entry in await engine.book.timeline(key)}


async def test_what_a_network_says_is_shown_without_the_token(engine: Engine) -> None:
    engine.network.on("/prepare", reply({"id": "x", "echo": f"Bearer {TOKEN}", "a\0b": "\0", "access_token": "new"}))
    key = await engine.post(words=f"my token is {TOKEN}")
    assert (await engine.run(key)).status == "published"
    shown = json.dumps([[entry.request, entry.answer] for entry in await engine.book.timeline(key)])
    assert TOKEN not in shown
    assert '"access_token": "[hidden]"' in shown


async def test_a_poll_of_hours_keeps_its_first_and_last_twenty_entries(engine: Engine) -> None:
    engine.adapter.waits = True
    engine.adapter.every = (timedelta(seconds=1),)
    engine.adapter.at_most = timedelta(days=1)
    engine.network.on("/ready", *[reply({"id": f"no {number}"}) for number in range(45)], reply({"id": "yes"}))
    key = await engine.post()
    assert (await engine.until_final(key, runs=50)).status == "published"
    entries = [entry for entry in await engine.book.timeline(key) if entry.name == "ready"]
    seen = [entry.answer["body"]["id"] for entry in entries if entry.answer]
    assert len(seen) == 2 * timeline.KEPT_ENTRIES
    assert seen == [f"no {number}" for number in [*range(20), *range(26, 45)]] + ["yes"]


async def test_one_name_does_not_push_out_another(engine: Engine) -> None:
    key = await engine.post()
    await engine.run(key)
    async with engine.resources.db.transaction() as session:
        await timeline.trim(session, key)
    assert {entry.name for entry in await engine.book.timeline(key)} == {"prepare", "publish", "delivery"}
