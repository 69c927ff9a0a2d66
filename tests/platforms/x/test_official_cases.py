"""The length of a text, against twitter-text's published configuration and its official cases.

The official cases are in `conformance/validate.yml` of the repository twitter/twitter-text (Apache-2.0), which no package registry has.
With the path of a copy in TWITTER_TEXT_CASES they run; the cases of our own below cover the same ground and always run.
"""

import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types
from hypothesis import given
from hypothesis import strategies as st

from dravo.platforms.x.weighted_length import weighted_length

OF_ONE = (range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248))
"""Code points that weigh one; all others weigh two (config/v3.json, version 3)."""

OFFICIAL = os.environ.get("TWITTER_TEXT_CASES")
SECTIONS = ("WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest")
"""Those of configuration v3. `WeightedTweetsCounterTest` is of v2, in which an emoji weighs what its code points do."""


def official_cases() -> list[dict[str, Any]]:
    if OFFICIAL is None:
        return []
    tests = yaml.safe_load(Path(OFFICIAL).read_text(encoding="utf-8"))["tests"]
    return [case for section in SECTIONS for case in tests[section]]


@pytest.mark.skipif(
    OFFICIAL is None, reason="TWITTER_TEXT_CASES names no copy of twitter-text's conformance/validate.yml"
)
def test_the_official_cases_have_their_length() -> None:
    cases = official_cases()
    assert len(cases) > 20
    wrong = {
        case["description"]: (weighted_length(case["text"]), case["expected"]["weightedLength"])
        for case in cases
        if weighted_length(case["text"]) != case["expected"]["weightedLength"]
    }
    assert wrong == {}


@given(st.text(st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Nd"]), max_size=60))
def test_letters_and_digits_weigh_what_the_configuration_says(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert weighted_length(text) == sum(1 if any(ord(char) in ones for ones in OF_ONE) else 2 for char in composed)


@pytest.mark.parametrize("code_point", [edge for ones in OF_ONE for edge in (ones.start or 32, ones.stop - 1)])
def test_the_edges_of_the_light_ranges_weigh_one(code_point: int) -> None:
    assert weighted_length(f"a{chr(code_point)}b") == 3


@pytest.mark.parametrize("code_point", [4352, 8224, 8241, 8248, 0x3042, 0x4E2D, 0x20000])
def test_just_beyond_them_weighs_two(code_point: int) -> None:
    assert weighted_length(f"a{chr(code_point)}b") == 4


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("plain words", 11),
        ("e\u0301", 1),  # composed before it is counted
        ("é", 1),
        ("日本語", 6),
        ("мир", 3),
        ("한국어", 6),
        ("\U0001f600", 2),
        ("\U0001f44d\U0001f3fd", 2),  # with a skin tone
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 2),  # a family of four
        ("\U0001f1e9\U0001f1ea", 2),  # a flag
        ("1\ufe0f\u20e3", 2),  # a keycap
        ("\u2764\ufe0f", 2),  # a heart that asks to be drawn as emoji
        ("a \U0001f600 b", 6),
        ("https://example.com/a/very/long/path/that/is/longer/than/twenty-three", 23),
        ("http://t.co", 23),
        ("example.com", 23),
        ("see https://example.com now", 31),
        ("https://example.com https://example.org", 47),
        ("user@example.com", 16),  # an address of mail is no link
        ("@somebody #something", 20),
        ("a\nb", 3),
        ("\u200ea\u200f", 5),  # marks of direction are counted, and are not among the light ones
        ("x" * 280, 280),
        ("中" * 140, 280),
        ("中" * 140 + "x", 281),
    ],
)
def test_cases_of_our_own(text: str, length: int) -> None:
    assert weighted_length(text) == length
