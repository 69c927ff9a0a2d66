from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.linkedin.limits import check
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import Details, DraftMedium

IMAGE: dict[str, Any] = {"kind": "image", "content_type": "image/png", "size_bytes": 9, "width": 10, "height": 10}
VIDEO: dict[str, Any] = {"kind": "video", "content_type": "video/mp4", "size_bytes": 75_000, "duration_ms": 3000}
GIF = IMAGE | {"content_type": "image/gif"}
MEMBER, PAGE = "urn:li:person:me", "urn:li:organization:7"
CARD = {"source": "https://dravo.dev"}


def draft(
    text: str = "Hello",
    media: Sequence[Mapping[str, Any]] = (),
    options: Mapping[str, Any] | None = None,
    **traits: object,
) -> Draft[LinkedInOptions]:
    return Draft(
        text,
        [DraftMedium(index, **facts) for index, facts in enumerate(media)],
        LinkedInOptions.model_validate(options or {}),
        Profile("me", "dravo", traits),
    )


def errors(*args: Any, **kwargs: Any) -> list[tuple[str, str]]:
    return [(finding.pointer, finding.code) for finding in check(draft(*args, **kwargs)).errors]


def warnings(*args: Any, **kwargs: Any) -> list[tuple[str, str]]:
    findings = check(draft(*args, **kwargs))
    assert findings.errors == []
    return [(finding.pointer, finding.code) for finding in findings.warnings]


def test_text_of_3000_is_accepted_and_of_3001_refused_with_the_numbers() -> None:
    assert errors("a" * 3000) == []
    found = check(draft("😷" * 1501)).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/text", "text_too_long")]
    assert "3000" in found[0].message
    assert "3002" in found[0].message


def test_text_that_only_escapes_make_too_long_is_a_warning() -> None:
    assert warnings("_" * 2000) == [("/text", "text_near_limit")]


@pytest.mark.parametrize(
    ("option", "most", "pointer", "code"),
    [
        (lambda text: {"first_comment": text}, 1250, "/first_comment", "text_too_long"),
        (lambda text: {"article": CARD | {"title": text}}, 400, "/article/title", "title_too_long"),
        (lambda text: {"alt_texts": ["ok", text]}, 4086, "/alt_texts/1", "alt_text_too_long"),
    ],
)
def test_option_has_its_own_limit(option: Callable[[str], dict[str, Any]], most: int, pointer: str, code: str) -> None:
    assert errors(media=[IMAGE] * 2 if "alt" in code else [], options=option("a" * most)) == []
    found = check(draft(options=option("a" * (most + 1)))).errors
    assert [(finding.pointer, finding.code) for finding in found] == [(f"/platform_options/linkedin{pointer}", code)]
    assert f"{most} characters" in found[0].message
    assert f"has {most + 1}" in found[0].message


def test_twenty_images_are_accepted_and_more_refused() -> None:
    assert errors(media=[IMAGE] * 20) == []
    assert errors(media=[{}] * 20) == []
    assert errors(media=[{}] * 21) == [("/media_urls", "too_many_media")]


def test_video_stands_alone() -> None:
    assert ("/media_urls", "mixed_media") in errors(media=[IMAGE, VIDEO])
    assert ("/media_urls", "too_many_media") in errors(media=[VIDEO, VIDEO])


def test_one_video_alone_is_accepted() -> None:
    assert errors(media=[VIDEO]) == []
    assert errors(media=[{"kind": "video"}]) == []


@pytest.mark.parametrize(
    ("fact", "accepted", "refused", "code", "said"),
    [
        ("size_bytes", 75_000, 74_999, "media_too_small", ["75000 bytes", "has 74999", "longer"]),
        ("size_bytes", 500_000_000, 500_000_001, "media_too_large", ["500000000 bytes", "has 500000001", "compress"]),
        ("duration_ms", 3_000, 2_999, "duration_not_supported", ["3 to 1800 seconds", "has 2.999", "longer"]),
        ("duration_ms", 1_800_000, 1_800_001, "duration_not_supported", ["1800 seconds", "has 1800.001", "cut"]),
        (
            "content_type",
            "video/mp4",
            "video/quicktime",
            "media_type_not_supported",
            ["video/mp4", "is video/quicktime", "convert"],
        ),
        ("content_type", "video/mp4", "video/webm", "media_type_not_supported", ["video/mp4", "is video/webm"]),
    ],
)
def test_video_beyond_a_limit_is_refused_with_the_numbers_and_the_way_out(
    fact: str, accepted: object, refused: object, code: str, said: list[str]
) -> None:
    assert errors(media=[VIDEO | {fact: accepted}]) == []
    found = check(draft(media=[VIDEO | {fact: refused}])).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/media_urls/0", code)]
    assert [words for words in said if words not in found[0].message] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"content_type": "image/webp"},
        {"details": Details(colours="CMYK")},
        {"details": Details(orientation=6)},
        {"width": 9000, "height": 9000},
        {"details": Details(frames=1), "content_type": "image/webp"},
    ],
    ids=["webp", "cmyk", "turned", "pixels", "one frame"],
)
def test_still_picture_that_can_be_converted_is_not_refused(facts: dict[str, Any]) -> None:
    assert errors(media=[IMAGE | facts]) == []


@pytest.mark.parametrize("content_type", ["image/webp", "image/png"])
def test_moving_picture_of_another_type_than_gif_is_refused(content_type: str) -> None:
    moving = IMAGE | {"content_type": content_type, "details": Details(frames=2)}
    found = check(draft(media=[IMAGE, moving])).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/media_urls/1", "media_type_not_supported")]
    assert f"{content_type} with 2 frames" in found[0].message


def test_gif_of_250_frames_is_accepted_and_of_251_refused() -> None:
    assert errors(media=[GIF | {"details": Details(frames=250)}]) == []
    found = check(draft(media=[GIF | {"details": Details(frames=251)}])).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/media_urls/0", "media_too_many_frames")]
    assert "250 frames" in found[0].message
    assert "has 251" in found[0].message


def test_moving_gif_above_the_smallest_limit_of_guides_may_be_refused() -> None:
    moving = GIF | {"details": Details(frames=2)}
    assert check(draft(media=[moving | {"size_bytes": 5_000_000}])).warnings == []
    found = check(draft(media=[moving | {"size_bytes": 5_000_001}]))
    assert (found.errors, [warning.code for warning in found.warnings]) == ([], ["may_be_refused"])
    assert "5000001 bytes" in found.warnings[0].message


def test_moving_gif_must_have_fewer_than_36152320_pixels() -> None:
    moving = GIF | {"details": Details(frames=2), "height": 1}
    assert errors(media=[moving | {"width": 36_152_319}]) == []
    assert errors(media=[moving | {"width": 36_152_320}]) == [("/media_urls/0", "media_too_many_pixels")]


def test_organization_cannot_post_to_connections() -> None:
    refused = [("/platform_options/linkedin/visibility", "visibility_not_allowed")]
    assert errors(options={"visibility": "CONNECTIONS"}, author_urn=PAGE) == refused
    assert errors(options={"visibility": "CONNECTIONS", "author": PAGE}) == refused
    assert errors(options={"visibility": "CONNECTIONS"}, author_urn=MEMBER) == []
    assert errors(options={"visibility": "PUBLIC"}, author_urn=PAGE) == []


@pytest.mark.parametrize(
    ("media", "options", "pointer", "code"),
    [
        ([IMAGE], {"alt_texts": ["a", "b"]}, "/alt_texts", "option_without_effect"),
        ([], {"alt_texts": ["a"]}, "/alt_texts", "option_without_effect"),
        ([{}], {"article": CARD}, "/article", "option_without_effect"),
        ([VIDEO], {"alt_texts": ["a"]}, "/alt_texts", "option_without_effect"),
        ([VIDEO], {"article": CARD}, "/article", "option_without_effect"),
        ([], {"first_comment": " "}, "/first_comment", "option_without_effect"),
        ([], {"article": CARD | {"title": " "}}, "/article/title", "option_without_effect"),
        ([], {"article": CARD | {"description": "\n"}}, "/article/description", "option_without_effect"),
        ([IMAGE], {"article": CARD | {"title": " "}}, "/article", "option_without_effect"),
    ],
)
def test_option_without_effect_is_a_warning(
    media: list[dict[str, Any]], options: dict[str, Any], pointer: str, code: str
) -> None:
    assert warnings(media=media, options=options) == [(f"/platform_options/linkedin{pointer}", code)]


def test_option_that_has_its_effect_is_no_warning() -> None:
    card = CARD | {"thumbnail": "https://e.com/a.jpg"}
    assert warnings(options={"article": card, "first_comment": "More"}) == []
    assert warnings(media=[IMAGE], options={"alt_texts": ["a"]}) == []


def test_examples_of_the_specification_are_accepted() -> None:
    options = {
        "visibility": "PUBLIC",
        "disable_reshare": False,
        "alt_texts": ["Dashboard screenshot"],
        "article": CARD | {"title": "t", "description": "d", "thumbnail": "https://cdn.acme.com/article-thumb.jpg"},
        "author": "urn:li:person:abc123",
        "first_comment": "Extra implementation notes below.",
    }
    for author in (MEMBER, PAGE):
        assert errors("Shipping Dravo.", media=[{}], options=options, author_urn=author) == []
        assert errors("Shipping Dravo.", options=options, author_urn=author) == []


@pytest.mark.parametrize(
    ("media", "alt_texts", "message"),
    [
        ([IMAGE], 2, "This post has 2 alt texts for 1 image; 1 is not used."),
        ([IMAGE] * 2, 5, "This post has 5 alt texts for 2 images; 3 are not used."),
        ([], 1, "This post has 1 alt text for 0 images; 1 is not used."),
        (
            [VIDEO],
            1,
            "This post has 1 alt text for 0 images; 1 is not used. LinkedIn takes no alt texts for videos.",
        ),
    ],
)
def test_alt_texts_that_are_not_used_are_counted(media: list[dict[str, Any]], alt_texts: int, message: str) -> None:
    found = check(draft(media=media, options={"alt_texts": ["a"] * alt_texts})).warnings
    assert [finding.message for finding in found] == [message]
