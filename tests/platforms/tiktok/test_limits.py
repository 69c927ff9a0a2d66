from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.media import DraftMedium
from dravo.platforms.tiktok import PLATFORM
from dravo.platforms.tiktok.limits import utf16_units
from dravo.platforms.tiktok.options import TikTokOptions

JPEG: dict[str, Any] = {
    "kind": "image",
    "content_type": "image/jpeg",
    "size_bytes": 1000,
    "width": 1080,
    "height": 1920,
}
VIDEO: dict[str, Any] = {"kind": "video", "content_type": "video/mp4"}
UNKNOWN: dict[str, Any] = {}
ROOT = "/platform_options/tiktok/"


def check(*media: dict[str, Any], text: str = "Hello", **options: Any) -> Findings:
    listed = [DraftMedium(i, **facts) for i, facts in enumerate(media)]
    return PLATFORM.check(Draft(text, listed, TikTokOptions.model_validate(options), Profile("1", "acme")))


def errors(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.errors]


def warned(findings: Findings) -> list[str]:
    return [found.pointer.removeprefix(ROOT) for found in findings.warnings]


def test_photos_are_fine() -> None:
    assert check(*[JPEG] * 35) == Findings()
    assert check(JPEG | {"content_type": "image/webp"}) == Findings()


def test_the_examples_of_the_specification_are_accepted() -> None:
    example: dict[str, Any] = {
        "post_mode": "DIRECT_POST",
        "privacy_level": "SELF_ONLY",
        "disable_comment": False,
        "disable_duet": True,
        "disable_stitch": True,
        "is_aigc": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": True,
        "auto_add_music": True,
        "video_cover_timestamp_ms": 1500,
        "photo_cover_index": 0,
    }
    assert check(UNKNOWN, **example) == Findings()
    on_photos = check(JPEG, **example)
    assert not on_photos.errors
    assert warned(on_photos) == ["disable_duet", "disable_stitch", "is_aigc", "video_cover_timestamp_ms"]
    assert check(UNKNOWN, privacy_level="SELF_ONLY") == Findings()


def test_the_number_and_mix_of_media() -> None:
    assert errors(check()) == [("/media_urls", "media_required")]
    assert errors(check(*[UNKNOWN] * 36)) == [("/media_urls", "too_many_media")]
    assert ("/media_urls", "mixed_media") in errors(check(VIDEO, JPEG))
    assert ("/media_urls", "too_many_media") in errors(check(VIDEO, VIDEO))


def test_text_is_counted_in_utf16_units() -> None:
    assert utf16_units("a😀é") == 4
    assert not check(JPEG, text="😀" * 2000).errors
    assert errors(check(JPEG, text="😀" * 2000 + "a")) == [("/text", "text_too_long")]
    assert ("/text", "text_too_long") in errors(check(VIDEO, text="a" * 2201))
    assert not check(UNKNOWN, text="a" * 4000).errors


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"content_type": "image/png"}, "media_type_not_supported"),
        ({"size_bytes": 20 * 1024 * 1024 + 1}, "media_too_large"),
        ({"width": 1081, "height": 1081}, "resolution_not_supported"),
    ],
)
def test_photos_that_do_not_fit_are_named(facts: dict[str, Any], code: str) -> None:
    assert errors(check(JPEG, JPEG | facts)) == [("/media_urls/1", code)]


def test_a_video_is_not_delivered_yet() -> None:
    assert errors(check(VIDEO)) == [("/media_urls/0", "not_supported_yet")]


def test_the_cover_is_one_of_the_photos() -> None:
    assert not check(UNKNOWN, UNKNOWN, photo_cover_index=1).errors
    for media in ([UNKNOWN, UNKNOWN], [JPEG, JPEG]):
        assert errors(check(*media, photo_cover_index=2)) == [
            (f"{ROOT}photo_cover_index", "photo_cover_index_out_of_range")
        ]
    assert "photo_cover_index" in warned(check(VIDEO, photo_cover_index=2))


def test_a_paid_partnership_is_never_private() -> None:
    private = [(f"{ROOT}brand_content_toggle", "brand_content_is_private")]
    assert errors(check(JPEG, brand_content_toggle=True)) == private
    assert errors(check(JPEG, brand_content_toggle=True, privacy_level="SELF_ONLY")) == private
    assert not check(JPEG, brand_content_toggle=True, privacy_level="PUBLIC_TO_EVERYONE").errors
    assert not check(JPEG, brand_content_toggle=True, post_mode="MEDIA_UPLOAD").errors


def test_options_of_photos_have_no_effect_on_videos() -> None:
    assert warned(check(VIDEO, auto_add_music=True, photo_cover_index=0)) == ["auto_add_music", "photo_cover_index"]


def test_settings_have_no_effect_on_drafts() -> None:
    settings: dict[str, Any] = {
        "privacy_level": "SELF_ONLY",
        "disable_comment": True,
        "brand_organic_toggle": True,
        "auto_add_music": True,
    }
    found = check(JPEG, post_mode="MEDIA_UPLOAD", photo_cover_index=0, is_aigc=True, **settings)
    assert not found.errors
    assert set(warned(found)) == {*settings, "is_aigc"}


def test_what_is_switched_off_asks_for_nothing_and_the_first_frame_is_asked_for() -> None:
    assert check(JPEG, disable_duet=False, is_aigc=False) == Findings()
    assert warned(check(JPEG, video_cover_timestamp_ms=0)) == ["video_cover_timestamp_ms"]


def test_a_first_comment_is_always_a_warning() -> None:
    assert [found.code for found in check(JPEG, first_comment="First").warnings] == ["first_comment_not_supported"]
