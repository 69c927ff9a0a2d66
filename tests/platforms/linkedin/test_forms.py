from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.linkedin import PLATFORM
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import Details, DraftMedium, ImageForm

CARD = {"source": "https://e.com", "thumbnail": "https://e.com/t.jpg"}


def draft(media: int = 0, **options: Any) -> Draft[LinkedInOptions]:
    known = [DraftMedium(index, "image") for index in range(media)]
    return Draft("Hello", known, LinkedInOptions.model_validate(options), Profile("me", "dravo"))


def form_of(**facts: Any) -> ImageForm | None:
    return PLATFORM.image_form(draft(1), DraftMedium(0, **facts))


def faults(**facts: Any) -> list[str]:
    form = form_of(**facts)
    assert form is not None
    return form.faults(DraftMedium(0, **facts))


PNG: dict[str, Any] = {"kind": "image", "content_type": "image/png", "width": 10, "height": 10}


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/gif"])
def test_picture_within_the_form_goes_as_it_is(content_type: str) -> None:
    assert faults(**PNG | {"content_type": content_type}) == []


@pytest.mark.parametrize(
    "facts", [{"content_type": "image/webp"}, {"details": Details(colours="CMYK")}, {"details": Details(orientation=3)}]
)
def test_picture_outside_of_it_is_converted(facts: dict[str, Any]) -> None:
    assert len(faults(**PNG | facts)) == 1


def test_picture_must_have_fewer_than_36152320_pixels() -> None:
    assert faults(**PNG | {"width": 36_152_319, "height": 1}) == []
    assert len(faults(**PNG | {"width": 36_152_320, "height": 1})) == 1


def test_longer_side_counts_only_for_what_is_made_smaller() -> None:
    wide, too_large = form_of(**PNG | {"width": 8000, "height": 1000}), form_of(**PNG | {"width": 8000, "height": 8000})
    assert wide is not None
    assert too_large is not None
    assert (wide.most_side, too_large.most_side) == (None, 6000)


def test_picture_fits_the_smallest_of_the_limits_that_guides_name() -> None:
    assert faults(**PNG | {"size_bytes": 5_000_000}) == []
    assert len(faults(**PNG | {"size_bytes": 5_000_001})) == 1


def test_what_moves_stays_as_it_is() -> None:
    assert form_of(kind="image", content_type="image/gif", details=Details(frames=250)) is None
    assert form_of(kind="video", content_type="video/mp4") is None


def test_picture_of_a_link_card_is_an_attachment() -> None:
    [attachment] = PLATFORM.attachments(draft(article=CARD))
    assert (attachment.name, attachment.url) == ("thumbnail", "https://e.com/t.jpg")
    assert attachment.pointer == "/platform_options/linkedin/article/thumbnail"
    assert attachment.form.types == ("image/jpeg", "image/png", "image/gif")
    assert (attachment.form.most_bytes, attachment.form.most_pixels) == (5_000_000, 36_152_319)


def test_without_a_card_that_is_shown_there_is_no_attachment() -> None:
    assert PLATFORM.attachments(draft()) == ()
    assert PLATFORM.attachments(draft(article={"source": "https://e.com"})) == ()
    assert PLATFORM.attachments(draft(1, article=CARD)) == ()
