"""Clients at the door: the same request a hundred times at once, and a cancel that races the time of its post."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from chaos.checker import check
from chaos.house import ALL, ChaosHouse
from chaos.report import Result
from chaos.rows.kills import BY_NAME
from chaos.rows.servers import load
from dravo.kit.ids import Key, new_id


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
    verdict = await check(house.resources.db, await house.ledger())
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
    verdict = await check(house.resources.db, await house.ledger())
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
