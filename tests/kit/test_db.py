"""Transactions, and what is known when they break."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.db import DatabaseUnavailable
from dravo.resources import Resources


def break_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is cut while COMMIT is on its way: Postgres may have got it or not."""

    async def cut(_session: AsyncSession) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(AsyncSession, "commit", cut)


async def test_a_transaction_that_broke_before_its_end_wrote_nothing(resources: Resources) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        async with resources.db.transaction():
            raise ConnectionResetError
    assert not caught.value.committing


async def test_a_transaction_that_broke_in_its_commit_may_have_been_written(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_commits(monkeypatch)
    with pytest.raises(DatabaseUnavailable) as caught:
        async with resources.db.transaction():
            pass
    assert caught.value.committing
