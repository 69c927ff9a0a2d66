"""A real chromium, and a real simulator whose wall shows posts that were sent over the networks' own calls."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from simulator.hosting import hosting
from simulator.wall_scene import DistantSim
from support.browser import Visit, opened, visited
from support.simulator import Simulator


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    async with opened() as running:
        yield running


@pytest.fixture(scope="package")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An origin that networks pull media from, and the folder that it serves."""
    folder = tmp_path_factory.mktemp("hosted")
    with hosting(folder) as origin:
        yield origin, folder


@pytest.fixture(scope="package")
async def url(
    browser: Browser, hosted: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The wall of a simulator to which everything has been posted."""
    simulator = Simulator.start(tmp_path_factory.mktemp("wall"), verified_origin=hosted[0])
    sim = DistantSim(simulator.url, *hosted)
    try:
        await sim.publish()
        yield f"{simulator.url}/wall"
    finally:
        await sim.close()
        simulator.child.stop()


@pytest.fixture(scope="package")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """The wall for all tests that only look."""
    async with visited(browser, url) as visit:
        yield visit.page


@pytest.fixture
async def fresh(browser: Browser, url: str) -> AsyncIterator[Visit]:
    """The wall for one test that clicks."""
    async with visited(browser, url) as visit:
        yield visit
