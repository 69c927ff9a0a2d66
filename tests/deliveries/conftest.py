"""The engine over real Postgres and Valkey, with a network that says what it is told to."""

from dataclasses import replace

import pytest

from dravo.platforms.registry import PLATFORMS
from dravo.resources import Resources
from support.book import Book
from support.clock import Clock
from support.engine import Engine
from support.network import NAME, FakeAdapter, ScriptedNetwork, platform


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork()


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> FakeAdapter:
    made = FakeAdapter()
    monkeypatch.setitem(PLATFORMS, NAME, platform(made))
    return made


@pytest.fixture
def engine(
    resources: Resources, workspace: str, network: ScriptedNetwork, adapter: FakeAdapter, clock: Clock
) -> Engine:
    scripted = replace(resources, networks={"test": network})
    return Engine(scripted, network, adapter, Book(scripted, workspace), clock)
