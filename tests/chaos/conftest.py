"""The engine in this process, for the tests of the judge."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from conformance.conftest import control, house, media_server, resources, simulator
from dravo.kit.db import Database
from dravo.resources import Resources, opened
from dravo.settings import Settings
from support.clock import Clock

__all__ = ["control", "house", "media_server", "resources", "simulator"]


@pytest.fixture
async def settings_resources(settings: Settings, clock: Clock, pool: Database) -> AsyncIterator[Resources]:
    """A process's resources without networks."""
    del clock  # asking for it empties the book
    async with opened(settings) as built:
        yield replace(built, db=pool)
