"""The page that puts the networks side by side says what their rules say."""

from pathlib import Path

import pytest

from dravo.platforms.registry import PLATFORMS
from platforms.matrix import page
from platforms.matrix.surfaces import SURFACES, Surface, least, most

PAGE = Path(__file__).parents[2] / "docs" / "platforms" / "README.md"


async def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == await page.render(), "renew it: see tests/platforms/matrix/page.py"


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.title)
def test_the_video_that_is_asked_with_is_taken(surface: Surface) -> None:
    assert surface.errors() == []


def test_every_network_has_its_page() -> None:
    assert all(f"({network}.md)" in PAGE.read_text() for network in PLATFORMS)


def test_edges_are_found_by_halving() -> None:
    assert least(50, lambda number: number >= 7) == 7
    assert most(50, lambda number: number <= 93, 1000) == 93
    assert least(50, lambda _: True) is None
    assert most(50, lambda _: True, 1000) is None
