import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dravo.platforms.linkedin.little_text import RESERVED, escape, unescape

# The first text drawn builds Hypothesis' character tables, which takes a busy machine longer than its patience.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = (
    st.text()
    | st.text(alphabet="\\|{}@[]()<>#*_~ab1 \n:urnlipeso")
    | st.sampled_from(["@[Dravo](urn:li:organization:1)", "{hashtag|\\#|a}", "#a_b", "#a#b", "\\#a", "#", "\\"])
)
ALLOWED = re.compile(
    r"(?:\\.|[^\\|{}@\[\]()<>#*_~]|\{hashtag\|\\#\|[^\\|{}@\[\]()<>#*_~]+\}"
    r"|@\[[^\\|{}@\[\]()<>#*_~]+\]\(urn:li:(?:person|organization):[\w-]+\))*",
    re.DOTALL,
)


@patiently
@given(texts)
def test_what_linkedin_reads_back_is_what_was_written(text: str) -> None:
    assert unescape(escape(text)) == text


@patiently
@given(texts)
def test_no_reserved_character_stands_alone(text: str) -> None:
    assert ALLOWED.fullmatch(escape(text))


@pytest.mark.parametrize("char", sorted(RESERVED))
def test_reserved_character_is_escaped(char: str) -> None:
    assert escape(f"a{char}b") == f"a\\{char}b"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("#launch", "{hashtag|\\#|launch}"),
        ("Now #launch, #2026plan.", "Now {hashtag|\\#|launch}, {hashtag|\\#|2026plan}."),
        ("(#tag)", "\\({hashtag|\\#|tag}\\)"),
        ("#café #हिन्दी #日本", "{hashtag|\\#|café} {hashtag|\\#|हिन्दी} {hashtag|\\#|日本}"),
        ("C# #1 # #snake_case #a#b", "C\\# \\#1 \\# \\#snake\\_case \\#a\\#b"),
        ("https://e.com/a_b?c=(d)#part", "https://e.com/a\\_b?c=\\(d\\)\\#part"),
        ("me@e.com", "me\\@e.com"),
        ("Hi @[Dravo Inc.](urn:li:organization:12)!", "Hi @[Dravo Inc.](urn:li:organization:12)!"),
        ("Hi @[Eva](urn:li:person:a_B-1)", "Hi @[Eva](urn:li:person:a_B-1)"),
        ("@[A](urn:li:share:1)", "\\@\\[A\\]\\(urn:li:share:1\\)"),
        ("@[A_B](urn:li:person:1)", "\\@\\[A\\_B\\]\\(urn:li:person:1\\)"),
        ("{hashtag|\\#|x}", "\\{hashtag\\|\\\\\\#\\|x\\}"),
        ("a\nb", "a\nb"),
    ],
)
def test_hashtags_and_mentions_live_and_the_rest_is_plain(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_hashtag_template_is_read_in_both_of_its_spellings() -> None:
    assert unescape("{hashtag|\\#|a} {hashtag|#|b}") == "#a #b"
