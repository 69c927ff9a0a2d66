"""Rows to move through their states."""

import pytest

from dravo.resources import Resources
from support.book import Book


@pytest.fixture
def book(resources: Resources, workspace: str) -> Book:
    return Book(resources, workspace)
