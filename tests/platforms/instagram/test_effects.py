from dataclasses import replace
from typing import Any

import pytest

from platforms.instagram.test_limits import FILM, JPEG, OPTIONS, SOUND, UNKNOWN, check, warnings

CENTRE = [{"username": "a", "x": 0.5, "y": 0.5}]
CORNER = [{"username": "b", "x": 0, "y": 1}]
VALUES: dict[str, Any] = {
    "first_comment": "a",
    "share_to_feed": False,
    "location_id": "1",
    "user_tags": CENTRE,
    "collaborators": "a",
    "alt_text": "a",
    "cover_url": "https://e.com/a",
    "thumb_offset": 0,
    "audio_name": "a",
}
OF_REELS = {"share_to_feed", "cover_url", "thumb_offset", "audio_name"}
POSTS: dict[str, tuple[list[dict[str, Any]], bool, set[str]]] = {
    "an image": ([JPEG], False, OF_REELS),
    "a reel": ([FILM], False, {"alt_text"}),
    "a carousel": ([JPEG, FILM], False, OF_REELS),
    "a carousel of unknown media": ([UNKNOWN, FILM], False, OF_REELS),
    "a carousel of videos": ([FILM, FILM], False, OF_REELS | {"alt_text", "user_tags"}),
    "an image story": ([JPEG], True, set(VALUES) - {"user_tags"}),
    "a video story": ([FILM], True, set(VALUES) - {"user_tags"}),
    "an unknown medium": ([UNKNOWN], False, set()),
}


@pytest.mark.parametrize("option", VALUES)
@pytest.mark.parametrize("post", POSTS)
def test_each_option_has_an_effect_or_a_warning(post: str, option: str) -> None:
    media, story, pointless = POSTS[post]
    findings = check(*media, story=story, **{option: VALUES[option]})
    told = [pointer for pointer, code in warnings(findings) if code == "option_without_effect"]
    assert told == ([OPTIONS + option] if option in pointless else [])
    assert not findings.errors


@pytest.mark.parametrize("post", POSTS)
def test_what_is_left_out_is_not_warned_of(post: str) -> None:
    media, story, _ = POSTS[post]
    empty: dict[str, Any] = dict.fromkeys(VALUES) | {"user_tags": [], "collaborators": []}
    assert warnings(check(*media, story=story, **empty)) == ([("/text", "text_without_effect")] if story else [])


@pytest.mark.parametrize("media", [[JPEG], [JPEG, JPEG], [UNKNOWN]])
def test_tags_have_a_place_in_pictures(media: list[dict[str, Any]]) -> None:
    assert warnings(check(*media, user_tags=CORNER)) == []


def test_tags_of_a_reel_have_no_place() -> None:
    (warned,) = check(FILM, user_tags=[*CENTRE, *CORNER]).warnings
    assert (warned.pointer, warned.code) == (OPTIONS + "user_tags", "option_without_effect")
    assert "without x and y" in warned.message
    assert warnings(check(FILM, user_tags="a,b")) == []


def test_a_cover_goes_before_an_offset() -> None:
    (warned,) = check(FILM, cover_url="https://e.com/a", thumb_offset=5).warnings
    assert (warned.pointer, warned.code) == (OPTIONS + "thumb_offset", "option_without_effect")
    assert "cover_url" in warned.message


def test_no_sound_has_no_name() -> None:
    silent = FILM | {"details": replace(SOUND, audio_codec="")}
    (warned,) = check(silent, audio_name="a").warnings
    assert (warned.pointer, warned.code) == (OPTIONS + "audio_name", "option_without_effect")
    assert warnings(check(FILM, audio_name="a")) == []


@pytest.mark.parametrize("media", [[JPEG], [FILM], [JPEG, FILM], [UNKNOWN]])
def test_blank_options_are_warnings(media: list[dict[str, Any]]) -> None:
    blank = {"first_comment": " ", "location_id": "", "alt_text": " ", "audio_name": "\n"}
    assert sorted(warnings(check(*media, **blank))) == [
        (OPTIONS + name, "option_without_effect") for name in sorted(blank)
    ]


def test_each_warning_names_its_option() -> None:
    for warned in check(JPEG, story=True, **VALUES).warnings:
        assert warned.message.startswith(warned.pointer.removeprefix(OPTIONS).replace("/text", "Instagram"))
