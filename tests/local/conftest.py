import os
from collections.abc import Callable

import pytest

from local.processes import children


@pytest.fixture
def ours() -> Callable[[], set[int]]:
    """The living children that this test has started; the servers of the whole run are not among them."""
    before = set(children(os.getpid()))
    return lambda: set(children(os.getpid())) - before
