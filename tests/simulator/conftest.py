from collections.abc import AsyncIterator

import pytest

from simulator.harness import Sim


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    simulator = Sim()
    yield simulator
    await simulator.close()
