"""Clients at the door: one request a hundred times, no connection left for the next, and times that come, or are canceled, at once."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from chaos.house import ALL, ChaosHouse
from chaos.report import Result
from chaos.rows.kills import BY_NAME, CHEAP
from chaos.rows.servers import all_settled, load
from dravo.kit.ids import Key, new_id

POOL_SECONDS = 5.0
"""How long a request waits for a connection to Postgres; there are 30 of them."""


async def one_key(house: ChaosHouse, rounds: int, *, requests: int = 100) -> Result:
    """Identical requests with one Idempotency-Key, all at once."""
    await house.new_world()
    loaded = await load(house, 1)
    broken = []
    keys: list[Key] = []
    async with house.fleet([ALL] * 2):
        for _ in range(rounds):
            body = {"account_ids": loaded.accounts, "text": f"Once {new_id('w')}"}
            headers = {"idempotency-key": new_id("key")}
            answers = await asyncio.gather(
                *(house.api.post("/v1/posts", json=body, headers=headers) for _ in range(requests))
            )
            told = {(answer.status_code, answer.text) for answer in answers}
            if len(told) != 1 or answers[0].status_code != 202:
                broken.append(f"{len(told)} different answers: {sorted(told)[:2]}")
                continue
            async with house.resources.db.transaction() as session:
                rows = await session.execute(
                    text("SELECT workspace_id, environment, id FROM deliveries WHERE post_id = :id"),
                    {"id": answers[0].json()["id"]},
                )
                keys += [Key(*row) for row in rows]
        await house.settled(keys, within=30)
    verdict = await house.judged()
    if verdict.deliveries != rounds:
        broken.append(f"{verdict.deliveries} deliveries of {rounds} posts")
    return Result(f"{requests} requests with one key", rounds, verdict, None, "", tuple(broken))


async def canceled(house: ChaosHouse, rounds: int) -> Result:
    """Posts become due in the very moment in which they are canceled: either answer is right, and what it says holds."""
    await house.new_world()
    keys = [(await house.post(BY_NAME["x"], comment=False)).key for _ in range(rounds)]
    told: dict[str, int] = {}
    async with house.fleet([ALL] * 2) as fleet:
        await fleet.until_at_work()
        await asyncio.gather(*(_race(house, key, index, told) for index, key in enumerate(keys)))
        await house.settled(keys, within=30)
    verdict = await house.judged()
    broken = []
    for key in keys:
        status = (await house.book.delivery(key)).status
        if (told[key.id] == 200) != (status == "canceled"):
            broken.append(f"cancel answered {told[key.id]} and the delivery is {status}")
    note = f"{sum(status == 200 for status in told.values())} of {rounds} cancels won"
    return Result("cancel racing the due time", rounds, verdict, None, note, tuple(broken))


async def _race(house: ChaosHouse, key: Key, index: int, told: dict[str, int]) -> None:
    post = (await house.book.delivery(key)).post_id
    due = timedelta(milliseconds=90 * (index % 10))
    async with house.resources.db.transaction() as session:
        await session.execute(
            text("UPDATE posts SET scheduled_at = dravo_now() + :due WHERE id = :id"), {"due": due, "id": post}
        )
        await session.execute(
            text("UPDATE deliveries SET due_at = dravo_now() + :due WHERE id = :id"), {"due": due, "id": key.id}
        )
    await asyncio.sleep(0.5)
    told[key.id] = (await house.api.post(f"/v1/posts/{post}/cancel")).status_code


async def due_at_once(house: ChaosHouse, number: int) -> Result:
    """Many scheduled posts whose time comes in the same moment."""
    await house.new_world()
    keys = [(await house.post(BY_NAME[CHEAP[index % len(CHEAP)]], comment=False)).key for index in range(number)]
    async with house.fleet([ALL] * 2) as fleet:
        await fleet.until_at_work()
        async with house.resources.db.transaction() as session:
            due = await session.scalar(text("SELECT dravo_now() + interval '0.5 s'"))
            await session.execute(text("UPDATE posts SET scheduled_at = :due"), {"due": due})
            await session.execute(text("UPDATE deliveries SET due_at = :due, due_since = :due"), {"due": due})
        await house.settled(keys, within=30)
    return Result("many posts due in one moment", 1, await house.judged())


async def pool_exhausted(house: ChaosHouse, requests: int = 80) -> Result:
    """Postgres answers nobody for longer than a request waits for a connection: 503, and nothing half of what got none."""
    await house.new_world()
    loaded = await load(house, 6)
    async with house.resources.db.transaction() as session:
        await session.execute(text("LOCK TABLE posts IN SHARE MODE"))
        asking = [
            asyncio.create_task(
                house.api.post(
                    "/v1/posts",
                    json={"account_ids": [loaded.accounts[number % 6]], "text": f"{number} {new_id('w')}"},
                )
            )
            for number in range(requests)
        ]
        await asyncio.sleep(POOL_SECONDS + 2)
    answers = await asyncio.gather(*asking)
    loaded.accepted = [answer.json()["id"] for answer in answers if answer.status_code == 202]
    loaded.refused = [answer for answer in answers if answer.status_code != 202]
    async with house.fleet([ALL] * 2):
        await all_settled(house, within=60)
    verdict = await house.judged(accepted=loaded.accepted)
    broken = loaded.troubles()
    if not loaded.refused or not loaded.accepted:
        broken.append("no request waited in vain, or all did: the row shows nothing")
    if verdict.deliveries != len(loaded.accepted):
        broken.append(f"{verdict.deliveries} deliveries of {len(loaded.accepted)} posts that were accepted")
    note = f"{len(loaded.accepted)} accepted, {len(loaded.refused)} answered 503 with Retry-After"
    return Result("pool exhausted", 1, verdict, None, note, tuple(broken))
