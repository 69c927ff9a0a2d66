from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.media import Details, DraftMedium
from dravo.platforms.tiktok import PLATFORM
from dravo.platforms.tiktok.forms import FORM, image_form
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
    "facts",
    [
        {"content_type": "image/png"},
        {"size_bytes": 20 * 1024 * 1024 + 1},
        {"width": 1081, "height": 1081},
        {"content_type": "image/gif", "details": Details(frames=1)},
    ],
)
def test_still_photos_that_are_made_to_fit_are_not_refused(facts: dict[str, Any]) -> None:
    assert check(JPEG, JPEG | facts) == Findings()
    medium, draft = DraftMedium(0, **JPEG | facts), Draft("Hello", [], TikTokOptions(), Profile("1", "acme"))
    form = PLATFORM.image_form(draft, medium)
    assert form is not None
    assert form.faults(medium) != []


@pytest.mark.parametrize(
    "facts", [{"width": 1080, "height": 4000, "size_bytes": 20_000_000}, {"content_type": "image/webp"}]
)
def test_photos_in_the_form_stay_as_they_are(facts: dict[str, Any]) -> None:
    medium = DraftMedium(0, **JPEG | facts)
    assert FORM.faults(medium) == []
    assert FORM.types[0] == "image/jpeg"


@pytest.mark.parametrize("content_type", ["image/gif", "image/webp", "image/png"])
def test_moving_pictures_are_refused_with_the_way_out(content_type: str) -> None:
    moving = JPEG | {"content_type": content_type, "details": Details(frames=3)}
    found = check(JPEG, moving)
    assert errors(found) == [("/media_urls/1", "media_type_not_supported")]
    assert "MP4" in found.errors[0].message
    assert image_form(Draft("", [], TikTokOptions(), Profile("1", "acme")), DraftMedium(0, **moving)) is None


def of_video(**details: Any) -> dict[str, Any]:
    return {"details": Details(**details)}


@pytest.mark.parametrize(
    "facts",
    [
        {"content_type": "video/quicktime"},
        {"content_type": "video/webm"},
        {"size_bytes": 4 * 1024**3},
        {"duration_ms": 600_100},
        {"width": 360, "height": 4096},
        *[of_video(frames_per_second=rate) for rate in (22.6, 23.976, 60.4)],
        *[of_video(video_codec=codec) for codec in ("h264", "hevc", "vp8", "vp9")],
    ],
)
def test_videos_within_the_limits_are_fine(facts: dict[str, Any]) -> None:
    assert check(VIDEO | facts) == Findings()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"content_type": "video/x-matroska"}, "media_type_not_supported"),
        ({"size_bytes": 4 * 1024**3 + 1}, "media_too_large"),
        ({"duration_ms": 600_101}, "duration_not_supported"),
        ({"width": 359, "height": 640}, "resolution_not_supported"),
        ({"width": 640, "height": 4097}, "resolution_not_supported"),
        (of_video(frames_per_second=22.4), "frame_rate_not_supported"),
        (of_video(frames_per_second=60.6), "frame_rate_not_supported"),
        (of_video(video_codec="av1"), "codec_not_supported"),
    ],
)
def test_videos_beyond_a_limit_are_refused_and_named(facts: dict[str, Any], code: str) -> None:
    assert errors(check(VIDEO | facts)) == [("/media_urls/0", code)]


def test_a_refusal_names_the_measures_that_people_see() -> None:
    turned = VIDEO | {"width": 300, "height": 640, "details": Details(rotation=90)}
    assert "640x300" in check(turned).errors[0].message


def test_a_cover_beyond_the_end_of_the_video_is_the_first_frame() -> None:
    video = VIDEO | {"duration_ms": 4000}
    assert check(video, video_cover_timestamp_ms=4000) == Findings()
    assert warned(check(video, video_cover_timestamp_ms=4001)) == ["video_cover_timestamp_ms"]


def test_a_draft_of_a_video_has_no_text() -> None:
    found = check(VIDEO, text="a" * 5000, post_mode="MEDIA_UPLOAD")
    assert [(each.pointer, each.code) for each in found.warnings] == [("/text", "text_without_effect")]
    assert not found.errors
    assert check(JPEG, post_mode="MEDIA_UPLOAD") == check(UNKNOWN, post_mode="MEDIA_UPLOAD") == Findings()


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
    reasons = {found.message.partition(":")[0]: found.message for found in found.warnings}
    assert "videos only" in reasons["is_aigc"]
    assert "The creator decides" in reasons["auto_add_music"]
    settings |= {"disable_duet": True, "disable_stitch": True, "is_aigc": True, "video_cover_timestamp_ms": 1}
    found = check(VIDEO, post_mode="MEDIA_UPLOAD", **settings)
    assert not found.errors
    assert set(warned(found)) == {*settings, "/text"}
    assert any("auto_add_music: TikTok has it for photos only" in each.message for each in found.warnings)


def test_what_is_switched_off_asks_for_nothing_and_the_first_frame_is_asked_for() -> None:
    assert check(JPEG, disable_duet=False, is_aigc=False) == Findings()
    assert warned(check(JPEG, video_cover_timestamp_ms=0)) == ["video_cover_timestamp_ms"]


def test_a_first_comment_is_always_a_warning() -> None:
    assert [found.code for found in check(JPEG, first_comment="First").warnings] == ["first_comment_not_supported"]
