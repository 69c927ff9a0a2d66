import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.media import Details, DraftMedium
from dravo.platforms.x.limits import check
from dravo.platforms.x.options import XOptions
from dravo.platforms.x.weighted_length import weighted_length

IMAGE: dict[str, Any] = {"kind": "image", "content_type": "image/png", "size_bytes": 1000, "width": 10, "height": 10}
VIDEO: dict[str, Any] = {"kind": "video", "content_type": "video/mp4", "size_bytes": 1000, "duration_ms": 1000}
GIF = IMAGE | {"content_type": "image/gif", "details": Details(frames=2)}
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


def test_video_and_moving_gif_stand_alone() -> None:
    assert errors(media=[VIDEO]) == errors(media=[GIF]) == []
    assert errors(media=[IMAGE, VIDEO]) == [("/media_urls", "mixed_media")]
    assert errors(media=[GIF, IMAGE]) == [("/media_urls", "mixed_media")]
    assert errors(media=[VIDEO, VIDEO]) == [("/media_urls", "too_many_media")]
    assert errors(media=[VIDEO, GIF]) == [("/media_urls", "too_many_media")]


def test_gif_of_one_frame_stands_beside_pictures() -> None:
    assert errors(media=[GIF | {"details": Details(frames=1)}, IMAGE]) == []


def test_gif_of_unknown_frames_is_judged_later() -> None:
    assert errors(media=[GIF | {"details": Details()}, IMAGE]) == []


@pytest.mark.parametrize(
    "text",
    [
        "$DRV",
        "$5 and $10",
        "US$DRV and A$DRV",
        "$ABCDEFG $ABCDEFGH",
        "$A1 $B2",
        "$A$B",
        "$DRV $ AB",
    ],
)
def test_one_cashtag_and_other_dollar_signs_are_accepted(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize("text", ["$DRV $XYZ", "($A) $DRV, $BRK.A!", "$A\n$B", "$ABCDEF $a_b", "$DRV up, $drv down"])
def test_two_cashtags_are_refused(text: str) -> None:
    found = check(draft(text.replace("($A) ", ""), options={"first_comment": text})).errors
    assert [(finding.pointer, finding.code) for finding in found] == [
        ("/text", "too_many_cashtags"),
        ("/platform_options/x/first_comment", "too_many_cashtags"),
    ]
    assert "this text has 2" in found[0].message


def test_cashtag_that_is_repeated_is_said_to_count_each_time() -> None:
    assert "repeated" in check(draft("$DRV up, $drv down")).errors[0].message
    assert "repeated" not in check(draft("$DRV up, $ABC down")).errors[0].message


@pytest.mark.parametrize(
    ("choices", "warned"),
    [
        (["Yes", "No"], []),
        (["Yes", "yes"], []),
        (["Yes", " "], [(1, "Choice 2 of the poll is blank")]),
        (["Yes", "No", "Yes "], [(2, "Choice 3 of the poll is the same as choice 1")]),
        ([" ", " "], [(0, "Choice 1 of the poll is blank"), (1, "Choice 2 of the poll is blank")]),
        (["Yes", "Yes", "Yes"], [(1, "the same as choice 1"), (2, "the same as choice 1")]),
    ],
)
def test_choice_that_x_may_not_take_is_a_warning(choices: list[str], warned: list[tuple[int, str]]) -> None:
    findings = check(draft(options={"poll": POLL | {"options": choices}}))
    assert findings.errors == []
    assert [(f.pointer, f.code) for f in findings.warnings] == [
        (f"/platform_options/x/poll/options/{index}", "may_be_refused") for index, _ in warned
    ]
    for finding, (_, words) in zip(findings.warnings, warned, strict=True):
        assert words in finding.message


@pytest.mark.parametrize("option", ["first_comment", "place_id"])
def test_blank_option_is_a_warning(option: str) -> None:
    findings = check(draft(options={option: " "}))
    assert findings.errors == []
    assert [(f.pointer, f.code) for f in findings.warnings] == [
        (f"/platform_options/x/{option}", "option_without_effect")
    ]


@pytest.mark.parametrize(
    ("options", "media", "pointers"),
    [
        ({"place_id": "00a0"}, [], ["place_id"]),
        ({"reply_settings": "following"}, [], []),
        ({"reply_to": "17"}, [], []),
        ({"reply_settings": "following", "reply_to": "17"}, [], ["reply_settings"]),
        ({"made_with_ai": True}, [], ["made_with_ai"]),
        ({"made_with_ai": False}, [], []),
        ({"made_with_ai": True}, [IMAGE], []),
    ],
)
def test_option_that_x_may_pass_over_is_a_warning(
    options: dict[str, Any], media: list[dict[str, Any]], pointers: list[str]
) -> None:
    findings = check(draft(options=options, media=media))
    assert findings.errors == []
    assert [(f.pointer, f.code) for f in findings.warnings] == [
        (f"/platform_options/x/{name}", "effect_uncertain") for name in pointers
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
    assert findings.errors == []
    assert {finding.code for finding in findings.warnings} == {"effect_uncertain"}
    assert errors(text, media=[{}]) == []
