from typing import Any

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.facebook import PLATFORM
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.media import DraftMedium

JPEG: dict[str, Any] = {"kind": "image", "content_type": "image/jpeg", "size_bytes": 1000, "width": 10, "height": 10}


def check(*media: dict[str, Any], text: str = "Hello", **options: Any) -> Findings:
    listed = [DraftMedium(i, **facts) for i, facts in enumerate(media)]
    return PLATFORM.check(Draft(text, listed, FacebookOptions.model_validate(options), Profile("1", "page")))


def errors(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.errors]


def test_text_alone_and_ten_photos_are_fine() -> None:
    assert check() == Findings()
    assert check(*[JPEG] * 10) == Findings()


def test_the_examples_of_the_specification_are_accepted() -> None:
    example = check({}, as_reel=True, first_comment="Full details in the first comment.")
    assert example == Findings()
    assert check({}, as_reel=True) == Findings()


def test_eleven_media_are_too_many() -> None:
    assert errors(check(*[{}] * 11)) == [("/media_urls", "too_many_media")]


def test_a_video_stands_alone() -> None:
    assert ("/media_urls", "mixed_media") in errors(check(JPEG, {"kind": "video"}))
    assert ("/media_urls", "too_many_media") in errors(check({"kind": "video"}, {"kind": "video"}))


def test_a_video_is_not_delivered_yet() -> None:
    assert errors(check({"kind": "video"}, as_reel=True)) == [("/media_urls/0", "not_supported_yet")]


def test_photos_of_unknown_types_and_sizes_are_named() -> None:
    assert errors(check(JPEG, JPEG | {"content_type": "image/avif"})) == [("/media_urls/1", "media_type_not_supported")]
    too_large = check(JPEG | {"size_bytes": 10 * 1024 * 1024 + 1})
    assert errors(too_large) == [("/media_urls/0", "media_too_large")]
    assert "10485761 bytes" in too_large.errors[0].message
    assert not check(JPEG | {"size_bytes": 10 * 1024 * 1024}).errors


def test_as_reel_without_a_video_is_a_warning() -> None:
    unknown: dict[str, Any] = {}
    for media in ([], [JPEG], [unknown, unknown]):
        findings = check(*media, as_reel=True)
        assert not findings.errors
        assert [found.code for found in findings.warnings] == ["option_without_effect"]
    assert not check(JPEG, as_reel=False).warnings


def test_a_blank_first_comment_is_a_warning() -> None:
    assert [found.pointer for found in check(first_comment=" ").warnings] == [
        "/platform_options/facebook/first_comment"
    ]
