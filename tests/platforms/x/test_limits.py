import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.media import DraftMedium
from dravo.platforms.x.limits import check
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.weighted_length import weighted_length

IMAGE: dict[str, Any] = {"kind": "image", "content_type": "image/png", "size_bytes": 1000, "width": 10, "height": 10}
VIDEO: dict[str, Any] = {"kind": "video", "content_type": "video/mp4", "size_bytes": 1000, "duration_ms": 1000}
GIF = IMAGE | {"content_type": "image/gif"}
POLL = {"options": ["a", "b"], "duration_minutes": 5}


def draft(
    text: str = "Hello",
    media: Sequence[Mapping[str, Any]] = (),
    options: Mapping[str, Any] | None = None,
    **traits: object,
) -> Draft[XOptions]:
    return Draft(
        text,
        [DraftMedium(index, **facts) for index, facts in enumerate(media)],
        XOptions.model_validate(options or {}),
        Profile("42", "dravo", traits),
    )


def errors(*args: Any, **kwargs: Any) -> list[tuple[str, str]]:
    return [(finding.pointer, finding.code) for finding in check(draft(*args, **kwargs)).errors]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello", 5),
        ("漢字", 4),
        ("👨‍👩‍👧‍👦", 2),
        ("e\u0301", 1),
        ("see https://example.com/a/very/long/path/that/does/not/count?at=all", 27),
        ("dravo.dev", 23),
        ("\u2018quoted\u2019", 8),
        ("", 0),
    ],
)
def test_text_is_measured_as_x_measures_it(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    "text",
    ["http://" + "a." * 2490, "a." * 2500, ("a." * 39 + "a/") * 62, "é." * 2500, ("ab." * 41 + " ") * 40, "a" * 5000],
)
def test_hostile_text_is_measured_in_no_time(text: str) -> None:
    began = time.process_time()
    assert weighted_length(text) > 280
    assert time.process_time() - began < 2


def test_dots_in_the_path_of_a_link_do_not_make_it_longer() -> None:
    assert weighted_length("https://example.com/" + "a." * 300 + "a") == 23


def test_text_of_280_is_accepted_and_of_281_refused_with_the_numbers() -> None:
    assert errors("a" * 280) == []
    found = check(draft("漢" * 141)).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/text", "text_too_long")]
    assert "280" in found[0].message
    assert "282" in found[0].message


def test_premium_account_takes_long_texts() -> None:
    assert errors("漢" * 5000, premium=True) == []
    assert errors("a" * 281, premium="yes") == [("/text", "text_too_long")]


def test_first_comment_has_the_same_limit() -> None:
    assert errors(options={"first_comment": "a" * 281}) == [("/platform_options/x/first_comment", "text_too_long")]
    assert errors(options={"first_comment": "a" * 281}, premium=True) == []


def test_poll_with_media_is_refused() -> None:
    assert errors(media=[{}], options={"poll": POLL}) == [("/platform_options/x/poll", "poll_with_media")]
    assert errors(options={"poll": POLL}) == []


def test_four_images_are_accepted_and_five_media_refused() -> None:
    assert errors(media=[IMAGE] * 4) == []
    assert errors(media=[{}] * 4) == []
    assert errors(media=[{}] * 5) == [("/media_urls", "too_many_media")]


def test_video_stands_alone() -> None:
    assert ("/media_urls", "mixed_media") in errors(media=[IMAGE, VIDEO])
    assert ("/media_urls", "mixed_media") in errors(media=[GIF, IMAGE])
    assert ("/media_urls", "too_many_media") in errors(media=[VIDEO, VIDEO])


def test_videos_and_gifs_are_not_supported_yet() -> None:
    assert errors(media=[VIDEO]) == [("/media_urls/0", "not_supported_yet")]
    assert errors(media=[GIF]) == [("/media_urls/0", "not_supported_yet")]
    assert errors(media=[{"kind": "video"}]) == [("/media_urls/0", "not_supported_yet")]


def test_image_over_5_mb_is_refused_with_the_numbers() -> None:
    assert errors(media=[IMAGE | {"size_bytes": 5 * 1024 * 1024}]) == []
    found = check(draft(media=[IMAGE, IMAGE | {"size_bytes": 6_000_000}])).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/media_urls/1", "media_too_large")]
    assert "5242880 bytes" in found[0].message
    assert "6000000 bytes" in found[0].message


def test_image_of_another_type_is_refused() -> None:
    assert errors(media=[IMAGE | {"content_type": "image/bmp"}]) == [("/media_urls/0", "media_type_not_supported")]


@pytest.mark.parametrize("option", ["first_comment", "place_id"])
def test_blank_option_is_a_warning(option: str) -> None:
    findings = check(draft(options={option: " "}))
    assert findings.errors == []
    assert [(f.pointer, f.code) for f in findings.warnings] == [
        (f"/platform_options/x/{option}", "option_without_effect")
    ]


def test_examples_of_the_specification_are_accepted() -> None:
    options = {
        "poll": {"options": ["Ship now", "Schedule it"], "duration_minutes": 60},
        "reply_settings": "following",
        "reply_to": "1890123456789012345",
        "place_id": "00a0000000000000",
        "first_comment": "Follow-up context.",
        "for_super_followers_only": False,
        "made_with_ai": True,
    }
    text = "Shipping Dravo: one API for every social network."
    findings = check(draft(text, options=options))
    assert (findings.errors, findings.warnings) == ([], [])
    assert errors(text, media=[{}]) == []
