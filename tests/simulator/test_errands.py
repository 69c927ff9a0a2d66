"""Work that goes on by itself: once for each thing, and no fault in it is lost."""

import asyncio

import pytest

from dravo_simulator import errands
from dravo_simulator.errands import Errands


async def test_an_errand_goes_on_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "PATIENCE_SECONDS", 0.01)
    begun, end = list[str](), asyncio.Event()

    async def run(name: str) -> None:
        begun.append(name)
        await end.wait()

    going = Errands(run)
    await going.wait(["a", "b"])
    await going.wait(["a"])
    assert begun == ["a", "b"]
    going.cancel("b")
    end.set()
    await going.wait(["a", "b"])
    assert begun == ["a", "b"], "what is over ends in front of those who look"
    await going.wait(["a"])
    assert begun == ["a", "b", "a"]


async def test_what_goes_wrong_in_an_errand_is_told_to_who_looks() -> None:
    async def run(name: str) -> None:
        raise ValueError(name)

    with pytest.raises(ValueError, match="a post"):
        await Errands(run).wait(["a post"])
