from typing import Any

import pytest

from dravo.platforms.base import Draft, Findings, Profile
from dravo.platforms.instagram import PLATFORM
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Details, DraftMedium

JPEG: dict[str, Any] = {
    "kind": "image",
    "content_type": "image/jpeg",
    "size_bytes": 1000,
    "width": 1080,
    "height": 1080,
}
SOUND = Details(video_codec="h264", audio_codec="aac", pixel_format="yuv420p", frames_per_second=30.0)
FILM: dict[str, Any] = {
    "kind": "video",
    "content_type": "video/mp4",
    "size_bytes": 1_000_000,
    "width": 1080,
    "height": 1920,
    "duration_ms": 10_000,
    "details": SOUND,
}
UNKNOWN: dict[str, Any] = {}
OPTIONS = "/platform_options/instagram/"


def draft(*media: dict[str, Any], text: str = "Hello", **options: Any) -> Draft[InstagramOptions]:
    listed = [DraftMedium(i, **facts) for i, facts in enumerate(media)]
    return Draft(text, listed, InstagramOptions.model_validate(options), Profile("1", "acme"))


def check(*media: dict[str, Any], text: str = "Hello", **options: Any) -> Findings:
    return PLATFORM.check(draft(*media, text=text, **options))


def errors(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.errors]


def warnings(findings: Findings) -> list[tuple[str, str]]:
    return [(found.pointer, found.code) for found in findings.warnings]


def test_every_kind_of_post_is_fine() -> None:
    for media in ([JPEG], [FILM], [JPEG] * 2, [FILM] * 10, [JPEG, FILM], [UNKNOWN], [UNKNOWN] * 10):
        assert check(*media) == Findings()
    for medium in (JPEG, FILM, UNKNOWN):
        assert not check(medium, story=True).errors


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
    assert not check(FILM, **example).errors


def test_a_post_needs_media_and_not_too_many() -> None:
    assert errors(check()) == [("/media_urls", "media_required")]
    assert errors(check(story=True)) == [("/media_urls", "media_required")]
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
    for media in ([JPEG], [FILM], [JPEG, FILM]):
        assert errors(check(*media, text=text)) == [("/text", code)]
    assert not check(JPEG, text=text, story=True).errors


def test_captions_at_the_limits_are_fine() -> None:
    for text in ("a" * 2200, "ä" * 2200, "#a " * 30, "@a " * 20, "a@b.com " * 30):
        assert check(JPEG, text=text) == Findings()


def test_a_caption_that_only_some_readings_allow_is_warned_of() -> None:
    assert check(JPEG, text="😀" * 1100) == Findings()
    found = check(JPEG, text="😀" * 1100 + "a")
    assert not found.errors
    assert warnings(found) == [("/text", "text_near_limit")]
    assert not check(JPEG, text="😀" * 2200).errors


@pytest.mark.parametrize("place", ["Berlin", "17841400000000000x", "-1", "1.5", "١٢"])
def test_a_place_that_is_no_number_is_refused_where_it_is_sent(place: str) -> None:
    for media in ([JPEG], [FILM], [JPEG, FILM], [UNKNOWN]):
        assert errors(check(*media, location_id=place)) == [(OPTIONS + "location_id", "location_invalid")]
    assert not check(JPEG, story=True, location_id=place).errors


@pytest.mark.parametrize("place", ["5", " 5 ", "", " "])
def test_a_place_that_is_a_number_or_blank_is_not_refused(place: str) -> None:
    assert not check(JPEG, location_id=place).errors


def test_alternative_texts_are_limited_where_they_are_sent() -> None:
    for media in ([JPEG], [JPEG, FILM], [UNKNOWN, JPEG]):
        assert errors(check(*media, alt_text="a" * 1001)) == [(OPTIONS + "alt_text", "alt_text_too_long")]
        assert not check(*media, alt_text="a" * 1000).errors
    for media in ([FILM], [FILM, FILM]):
        found = check(*media, alt_text="a" * 1001)
        assert not found.errors
        assert warnings(found) == [(OPTIONS + "alt_text", "option_without_effect")]
    assert not check(JPEG, alt_text="a" * 1001, story=True).errors


@pytest.mark.parametrize("media", [[UNKNOWN], [UNKNOWN, UNKNOWN], [FILM, UNKNOWN]])
def test_an_alternative_text_is_not_judged_before_an_image_is_known(media: list[dict[str, Any]]) -> None:
    assert not check(*media, alt_text="a" * 1001).errors


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [
        (1080, 1350, True),
        (1910, 1000, True),
        (1200, 628, True),
        (1080, 566, True),
        (100, 100, True),
        (1080, 1370, False),
        (1080, 1920, False),
        (1920, 1000, False),
    ],
)
def test_pictures_of_the_feed_have_a_shape(width: int, height: int, fits: bool) -> None:
    facts = {"width": width, "height": height}
    expected = [] if fits else ["aspect_ratio_not_supported"]
    assert errors(check(JPEG | facts)) == [("/media_urls/0", code) for code in expected]
    assert errors(check(FILM, JPEG | facts)) == [("/media_urls/1", code) for code in expected]
    assert not check(JPEG | facts, story=True).errors


def test_the_shape_is_that_which_people_see() -> None:
    lying = JPEG | {"width": 1920, "height": 1000, "details": Details(orientation=6)}
    (found,) = check(lying).errors
    assert "1000x1920" in found.message
    assert not check(JPEG | {"width": 1000, "height": 1200, "details": Details(orientation=8)}).errors


def test_what_can_be_converted_is_not_refused() -> None:
    for facts in (
        {"content_type": "image/png"},
        {"content_type": "image/webp"},
        {"content_type": "image/gif", "details": Details(frames=1)},
        {"size_bytes": 20_000_000},
        {"details": Details(colours="CMYK")},
    ):
        assert check(JPEG | facts) == Findings()


@pytest.mark.parametrize("content_type", ["image/gif", "image/webp", "image/png"])
def test_moving_pictures_are_refused_with_the_way_out(content_type: str) -> None:
    moving = JPEG | {"content_type": content_type, "details": Details(frames=12)}
    for findings in (check(moving), check(moving, story=True)):
        assert errors(findings) == [("/media_urls/0", "media_type_not_supported")]
        assert "MP4" in findings.errors[0].message


def test_a_still_picture_has_a_form_and_nothing_else() -> None:
    def form(facts: dict[str, Any]) -> Any:
        return PLATFORM.image_form(draft(facts), DraftMedium(0, **facts))

    made = form(JPEG)
    assert (made.types, made.most_bytes) == (("image/jpeg",), 8_000_000)
    assert made.faults(DraftMedium(0, **JPEG | {"size_bytes": 8_000_000})) == []
    assert made.faults(DraftMedium(0, **JPEG | {"size_bytes": 8_000_001})) == ["size is 8000001 bytes"]
    assert made.faults(DraftMedium(0, **JPEG | {"content_type": "image/png"}))
    assert form(FILM) is None
    assert form(JPEG | {"details": Details(frames=2)}) is None


def test_the_cover_of_a_reel_is_an_attachment_in_the_same_form() -> None:
    url = "https://e.com/cover"
    (attachment,) = PLATFORM.attachments(draft(FILM, cover_url=url))
    assert (attachment.name, attachment.url, attachment.pointer) == ("cover", url, OPTIONS + "cover_url")
    assert attachment.form == PLATFORM.image_form(draft(JPEG), DraftMedium(0, **JPEG))
    for other in (
        draft(FILM),
        draft(JPEG, cover_url=url),
        draft(FILM, FILM, cover_url=url),
        draft(FILM, cover_url=url, story=True),
    ):
        assert not PLATFORM.attachments(other)


@pytest.mark.parametrize(("offset", "fits"), [(0, True), (10_000, True), (10_001, False)])
def test_a_cover_is_taken_from_within_the_video(offset: int, fits: bool) -> None:
    expected = [] if fits else [(OPTIONS + "thumb_offset", "thumb_offset_out_of_range")]
    assert errors(check(FILM, thumb_offset=offset)) == expected
    assert not check(FILM | {"duration_ms": None}, thumb_offset=offset).errors
    assert not check(FILM, FILM, thumb_offset=offset).errors
    assert not check(FILM, story=True, thumb_offset=offset).errors
