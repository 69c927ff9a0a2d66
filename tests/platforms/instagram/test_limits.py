from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import DraftMedium

JPEG: dict[str, Any] = {
    "kind": "image",
    "content_type": "image/jpeg",
    "size_bytes": 1000,
    "width": 1080,
    "height": 1080,
}
UNKNOWN: dict[str, Any] = {}


def check(*media: dict[str, Any], text: str = "Hello", **options: Any) -> Findings:
    listed = [DraftMedium(i, **facts) for i, facts in enumerate(media)]
    return PLATFORM.check(Draft(text, listed, InstagramOptions.model_validate(options), Profile("1", "acme")))


def errors(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.errors]


def warned(findings: Findings) -> list[str]:
    return [found.pointer.removeprefix("/platform_options/instagram/") for found in findings.warnings]


def test_an_image_and_ten_images_are_fine() -> None:
    assert check(JPEG) == Findings()
    assert check(*[JPEG] * 10) == Findings()
    assert check(*[UNKNOWN] * 10) == Findings()


def test_the_example_of_the_specification_is_accepted() -> None:
    example: dict[str, Any] = {
        "story": False,
        "share_to_feed": True,
        "first_comment": "#launch #socialapi",
        "location_id": "17841400000000000",
        "user_tags": [{"username": "dravo", "x": 0.5, "y": 0.5}],
        "collaborators": ["17841411111111111"],
        "alt_text": "Short product demo video",
        "cover_url": "https://cdn.acme.com/cover.jpg",
        "thumb_offset": 1200,
        "audio_name": "Original audio",
    }
    assert check(UNKNOWN, **example) == Findings()
    assert not check(JPEG, **example).errors


def test_a_post_needs_media_and_not_too_many() -> None:
    assert errors(check()) == [("/media_urls", "media_required")]
    assert errors(check(*[UNKNOWN] * 11)) == [("/media_urls", "too_many_media")]
    assert errors(check(UNKNOWN, UNKNOWN, story=True)) == [("/media_urls", "too_many_media")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 2201, "text_too_long"),
        ("#a " * 31, "too_many_hashtags"),
        ("@a " * 21, "too_many_mentions"),
    ],
)
def test_captions_have_limits(text: str, code: str) -> None:
    assert errors(check(JPEG, text=text)) == [("/text", code)]
    assert not check(JPEG, text=text, story=True).errors


def test_captions_at_the_limits_are_fine() -> None:
    for text in ("a" * 2200, "😀" * 2200, "#a " * 30, "@a " * 20, "a@b.com " * 30):
        assert not check(JPEG, text=text).errors


def test_long_alternative_texts_are_refused() -> None:
    assert errors(check(JPEG, alt_text="a" * 1001)) == [("/platform_options/instagram/alt_text", "alt_text_too_long")]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"content_type": "image/png"}, "media_type_not_supported"),
        ({"size_bytes": 8 * 1024 * 1024 + 1}, "media_too_large"),
        ({"width": 1080, "height": 1920}, "aspect_ratio_not_supported"),
        ({"width": 2000, "height": 1000}, "aspect_ratio_not_supported"),
    ],
)
def test_images_that_do_not_fit_are_named(facts: dict[str, Any], code: str) -> None:
    assert errors(check(JPEG, JPEG | facts)) == [("/media_urls/1", code)]


def test_images_at_the_limits_fit() -> None:
    for width, height in ((1080, 1350), (1910, 1000), (1200, 628), (1080, 566)):
        assert not check(JPEG | {"width": width, "height": height}).errors
    assert not check(JPEG | {"width": 1080, "height": 1920}, story=True).errors


def test_a_video_is_not_delivered_yet() -> None:
    assert errors(check({"kind": "video"})) == [("/media_urls/0", "not_supported_yet")]


def test_options_of_reels_have_no_effect_on_images() -> None:
    reels: dict[str, Any] = {
        "share_to_feed": True,
        "cover_url": "https://e.com/a",
        "thumb_offset": 0,
        "audio_name": "a",
    }
    assert warned(check(JPEG, **reels)) == list(reels)
    assert warned(check(UNKNOWN, UNKNOWN, **reels)) == list(reels)
    assert warned(check(UNKNOWN, **reels)) == []


def test_options_of_posts_have_no_effect_on_stories() -> None:
    posts: dict[str, Any] = {
        "first_comment": "a",
        "location_id": "1",
        "collaborators": "a",
        "alt_text": "a",
        "share_to_feed": True,
    }
    found = check(JPEG, story=True, user_tags="a", **posts)
    assert not found.errors
    assert set(warned(found)) == {"/text", *posts}
    assert len(found.warnings) == len(posts) + 1


def test_blank_options_are_warnings() -> None:
    assert warned(check(JPEG, first_comment=" ", location_id="", alt_text=" ")) == [
        "first_comment",
        "location_id",
        "alt_text",
    ]
