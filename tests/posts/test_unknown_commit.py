"""A connection that breaks while a post is being stored: the answer does not claim to know."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from support.door import Door, assert_problem


async def test_a_create_that_broke_in_its_commit_does_not_say_that_nothing_was_stored(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await door.account("x")
    whole = AsyncSession.commit

    async def cut_when_writing(session: AsyncSession) -> None:
        wrote = bool(session.info.get("wrote"))
        await whole(session)
        if wrote:
            raise ConnectionResetError

    flush = AsyncSession.flush

    async def noted(session: AsyncSession, objects: object = None) -> None:
        session.info["wrote"] = True
        await flush(session)

    monkeypatch.setattr(AsyncSession, "flush", noted)
    monkeypatch.setattr(AsyncSession, "commit", cut_when_writing)
    answer = await door.create({"account_ids": [account], "text": "stored or not?"})
    problem = assert_problem(answer, 503, "unavailable")
    assert "Idempotency-Key" in problem["detail"]
    assert "Nothing was stored" not in problem["detail"]
    monkeypatch.undo()
    assert (await door.stored())["posts"] == 1
