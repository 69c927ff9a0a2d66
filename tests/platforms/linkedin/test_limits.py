from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dravo.platforms.base import Draft, Profile
from dravo.platforms.linkedin.limits import check
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.media import DraftMedium

IMAGE: dict[str, Any] = {"kind": "image", "content_type": "image/png", "size_bytes": 9, "width": 10, "height": 10}
VIDEO: dict[str, Any] = {"kind": "video", "content_type": "video/mp4", "size_bytes": 9, "duration_ms": 1000}
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
    ("options", "pointer", "code"),
    [
        ({"first_comment": "a" * 1251}, "/first_comment", "text_too_long"),
        ({"article": CARD | {"title": "a" * 401}}, "/article/title", "title_too_long"),
        ({"alt_texts": ["ok", "a" * 4087]}, "/alt_texts/1", "alt_text_too_long"),
    ],
)
def test_option_has_its_own_limit(options: dict[str, Any], pointer: str, code: str) -> None:
    assert errors(options=options) == [(f"/platform_options/linkedin{pointer}", code)]


def test_twenty_images_are_accepted_and_more_refused() -> None:
    assert errors(media=[IMAGE] * 20) == []
    assert errors(media=[{}] * 20) == []
    assert errors(media=[{}] * 21) == [("/media_urls", "too_many_media")]


def test_video_stands_alone() -> None:
    assert ("/media_urls", "mixed_media") in errors(media=[IMAGE, VIDEO])
    assert ("/media_urls", "too_many_media") in errors(media=[VIDEO, VIDEO])


def test_videos_are_not_supported_yet() -> None:
    assert errors(media=[VIDEO]) == [("/media_urls/0", "not_supported_yet")]


def test_image_of_another_type_is_refused() -> None:
    assert errors(media=[IMAGE, IMAGE | {"content_type": "image/webp"}]) == [
        ("/media_urls/1", "media_type_not_supported")
    ]
    assert errors(media=[IMAGE | {"content_type": "image/gif"}]) == []


def test_image_with_too_many_pixels_is_refused_with_the_numbers() -> None:
    found = check(draft(media=[IMAGE | {"width": 6013, "height": 6013}])).errors
    assert [(finding.pointer, finding.code) for finding in found] == [("/media_urls/0", "media_too_many_pixels")]
    assert "36152320" in found[0].message
    assert errors(media=[IMAGE | {"width": 6000, "height": 6000}]) == []


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
        ([], {"first_comment": " "}, "/first_comment", "option_without_effect"),
        (
            [],
            {"article": CARD | {"thumbnail": "https://e.com/a.jpg"}},
            "/article/thumbnail",
            "option_not_supported_yet",
        ),
    ],
)
def test_option_without_effect_is_a_warning(
    media: list[dict[str, Any]], options: dict[str, Any], pointer: str, code: str
) -> None:
    assert warnings(media=media, options=options) == [(f"/platform_options/linkedin{pointer}", code)]


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
