from collections.abc import Mapping
from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.facebook import PLATFORM
from dravo.platforms.facebook.config import FacebookConfig
from dravo.platforms.facebook.eligibility import goes_as_reel
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import Details, DraftMedium

JPEG: dict[str, Any] = {"kind": "image", "content_type": "image/jpeg", "size_bytes": 1000, "width": 10, "height": 10}
VIDEO: dict[str, Any] = {
    "kind": "video",
    "content_type": "video/mp4",
    "size_bytes": 1000,
    "width": 1280,
    "height": 720,
    "duration_ms": 5000,
}
REEL = VIDEO | {"width": 1080, "height": 1920}


def check(
    *media: dict[str, Any], text: str = "Hello", config: Mapping[str, Any] | None = None, **options: Any
) -> Findings:
    listed = [DraftMedium(i, **facts) for i, facts in enumerate(media)]
    draft = Draft(text, listed, FacebookOptions.model_validate(options), Profile("1", "page"), config or {})
    return PLATFORM.check(draft)


def errors(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.errors]


def warnings(findings: Findings) -> list[str]:
    assert not findings.errors
    return [found.code for found in findings.warnings]


def test_text_alone_ten_photos_and_a_video_are_fine() -> None:
    assert check() == Findings()
    assert check(*[JPEG] * 10) == Findings()
    assert check(VIDEO) == Findings()


def test_the_examples_of_the_specification_are_accepted() -> None:
    example = check({}, as_reel=True, first_comment="Full details in the first comment.")
    assert example == Findings()
    assert check({}, as_reel=True) == Findings()


def test_eleven_media_are_too_many() -> None:
    assert errors(check(*[{}] * 11)) == [("/media_urls", "too_many_media")]


def test_a_video_stands_alone() -> None:
    assert ("/media_urls", "mixed_media") in errors(check(JPEG, VIDEO))
    assert ("/media_urls", "too_many_media") in errors(check(VIDEO, VIDEO))


@pytest.mark.parametrize(
    "facts",
    [
        {"content_type": "image/webp"},
        {"content_type": "image/avif"},
        {"size_bytes": 10**8},
        {"details": Details(colours="CMYK", orientation=6)},
        {"width": 10_000, "height": 10_000},
    ],
)
def test_a_still_picture_is_never_refused_since_it_is_written_anew(facts: dict[str, Any]) -> None:
    assert check(JPEG | facts) == Findings()


MOVING = JPEG | {"content_type": "image/gif", "details": Details(frames=3)}
TEN_MB = 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("size", "error", "warning"),
    [
        (4_000_000, [], []),
        (4_000_001, [], ["may_be_refused"]),
        (TEN_MB, [], ["may_be_refused"]),
        (TEN_MB + 1, [("/media_urls/0", "media_too_large")], []),
    ],
)
def test_a_gif_that_moves_is_taken_up_to_ten_megabytes(
    size: int, error: list[tuple[str, str]], warning: list[str]
) -> None:
    findings = check(MOVING | {"size_bytes": size})
    assert errors(findings) == error
    assert [found.code for found in findings.warnings] == warning


@pytest.mark.parametrize("content_type", ["image/webp", "image/png"])
def test_other_pictures_that_move_are_refused(content_type: str) -> None:
    assert errors(check(JPEG, MOVING | {"content_type": content_type})) == [
        ("/media_urls/1", "media_type_not_supported")
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"content_type": "video/mp4"}, None),
        ({"content_type": "video/quicktime"}, None),
        ({"content_type": "video/webm"}, "media_type_not_supported"),
        ({"size_bytes": 10 * 1024**3}, None),
        ({"size_bytes": 10 * 1024**3 + 1}, "media_too_large"),
        ({"duration_ms": 14_400_000}, None),
        ({"duration_ms": 14_400_001}, "duration_not_supported"),
    ],
)
def test_a_video_is_refused_by_type_size_and_length(facts: dict[str, Any], code: str | None) -> None:
    assert errors(check(VIDEO | facts)) == ([("/media_urls/0", code)] if code else [])


# -- reels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"width": 540, "height": 960}, None),
        ({"width": 538, "height": 956}, "size"),
        ({"width": 1090, "height": 1920}, None),
        ({"width": 1091, "height": 1920}, "shape"),
        ({"width": 1070, "height": 1920}, None),
        ({"width": 1069, "height": 1920}, "shape"),
        ({"width": 1920, "height": 1080}, "shape"),
        ({"width": 1920, "height": 1080, "details": Details(rotation=90)}, None),
        ({"width": None}, None),
        ({"duration_ms": 2900}, None),
        ({"duration_ms": 2899}, "length"),
        ({"duration_ms": 90_100}, None),
        ({"duration_ms": 90_101}, "length"),
        ({"duration_ms": None}, None),
        ({"details": Details(frames_per_second=23.976)}, None),
        ({"details": Details(frames_per_second=23.5)}, "frame rate"),
        ({"details": Details(frames_per_second=23.89)}, "frame rate"),
        ({"details": Details(frames_per_second=60.1)}, None),
        ({"details": Details(frames_per_second=60.2)}, "frame rate"),
        ({"details": Details(video_codec="hevc", audio_codec="")}, None),
        ({"details": Details(video_codec="vp9")}, None),
        ({"details": Details(video_codec="av1")}, None),
        ({"details": Details(video_codec="mpeg4")}, "codec"),
        ({"details": Details(audio_codec="mp3")}, "sound"),
    ],
)
def test_what_cannot_be_a_reel_is_a_normal_video_and_the_property_is_named(
    facts: dict[str, Any], name: str | None
) -> None:
    findings = check(REEL | facts, as_reel=True)
    said = [found for found in findings.warnings if found.code == "option_without_effect"]
    assert not findings.errors
    assert [found.pointer for found in said] == ["/platform_options/facebook/as_reel"] * (name is not None)
    assert all(f"its {name} is" in found.message for found in said)


@pytest.mark.parametrize(
    ("facts", "options", "config", "expected"),
    [
        (REEL, {}, {}, ["published_as_reel"]),
        (REEL, {"as_reel": True}, {}, []),
        (REEL, {"as_reel": False}, {}, ["may_stay_draft"]),
        (REEL, {}, {"vertical_as_reel": False}, ["may_stay_draft"]),
        (REEL, {"as_reel": True}, {"vertical_as_reel": False}, []),
        (REEL | {"duration_ms": 95_000}, {}, {}, ["may_stay_draft"]),
        (REEL | {"duration_ms": 95_000}, {"as_reel": True}, {}, ["option_without_effect", "may_stay_draft"]),
        (VIDEO | {"height": 1600}, {}, {}, ["may_stay_draft"]),
        (VIDEO, {}, {}, []),
        (VIDEO, {"as_reel": False}, {}, []),
        (VIDEO, {"as_reel": True}, {}, ["option_without_effect"]),
        (VIDEO | {"width": 720}, {}, {}, []),
        (VIDEO | {"width": None}, {}, {}, []),
        (VIDEO | {"width": None}, {"as_reel": True}, {}, []),
    ],
)
def test_a_vertical_video_is_a_reel_or_may_stay_a_draft(
    facts: dict[str, Any], options: dict[str, Any], config: dict[str, Any], expected: list[str]
) -> None:
    assert warnings(check(facts, config=config, **options)) == expected
    reel = "published_as_reel" in expected or (bool(options.get("as_reel")) and expected == [])
    medium = DraftMedium(0, **facts)
    said = FacebookOptions.model_validate(options)
    assert goes_as_reel([medium], said, FacebookConfig.of(config)) is reel


def test_a_draft_that_may_be_kept_names_the_way_out() -> None:
    small = check(REEL | {"width": 270, "height": 480}).warnings[0]
    assert "270x480" in small.message
    assert "set as_reel" in check(REEL, as_reel=False).warnings[0].message


def test_as_reel_without_a_video_is_a_warning() -> None:
    unknown: dict[str, Any] = {}
    for media in ([], [JPEG], [unknown, unknown]):
        assert warnings(check(*media, as_reel=True)) == ["option_without_effect"]
    assert not check(JPEG, as_reel=False).warnings


def test_a_blank_first_comment_is_a_warning() -> None:
    assert [found.pointer for found in check(first_comment=" ").warnings] == [
        "/platform_options/facebook/first_comment"
    ]


def test_everything_that_is_said_names_a_way_out() -> None:
    every = [
        check(*[JPEG] * 11),
        check(VIDEO, JPEG),
        check(VIDEO | {"content_type": "video/webm", "size_bytes": 11 * 1024**3, "duration_ms": 10**8}),
        check(MOVING | {"size_bytes": TEN_MB + 1}),
        check(MOVING | {"content_type": "image/webp"}),
    ]
    for finding in (found for findings in every for found in findings.errors):
        assert any(word in finding.message for word in ("; ", "so ")), finding.message
        assert finding.message.endswith(".")
