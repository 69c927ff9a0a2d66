from collections.abc import Iterator

import pytest
import respx

from dravo.platforms.tiktok import chunks


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 10 bytes, so that a short film has several."""
    monkeypatch.setattr(chunks, "LEAST_BYTES", 10)
