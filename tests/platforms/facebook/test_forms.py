from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.facebook import PLATFORM
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import Details, DraftMedium

JPEG: dict[str, Any] = {"kind": "image", "content_type": "image/jpeg", "size_bytes": 4_000_000, "width": 9, "height": 9}


def faults(**facts: Any) -> list[str] | None:
    """What is wrong with a picture; None where it is sent as it is, whatever it has."""
    medium = DraftMedium(0, **(JPEG | facts))
    draft = Draft("Hello", [medium], FacebookOptions(), Profile("1", "page"))
    form = PLATFORM.image_form(draft, medium)
    return None if form is None else form.faults(medium)


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/gif"])
def test_a_still_picture_of_a_known_type_is_sent_as_it_is(content_type: str) -> None:
    assert faults(content_type=content_type) == []


def test_what_is_outside_of_the_smaller_reading_is_written_anew() -> None:
    assert faults(size_bytes=4_000_001) == ["size is 4000001 bytes"]
    assert faults(content_type="image/webp") == ["type is image/webp"]
    assert faults(details=Details(orientation=6)) == ["orientation is not upright (EXIF 6)"]
    assert faults(details=Details(colours="CMYK")) == ["colour space is CMYK"]


def test_nothing_that_moves_is_written_anew() -> None:
    assert faults(content_type="image/gif", details=Details(frames=2), size_bytes=9_000_000) is None
    assert faults(kind="video") is None
