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
post_texts = st.lists(
    texts
    | st.sampled_from(
        [
            "https://e.com/a_b?c=(d)&e=~f#part ",
            "http://e.com/[x]{y}|z\\ ",
            "#launch ",
            " #\u00fcber",
            "@[Dravo Inc.](urn:li:organization:12) ",
            "@[Eva](urn:li:person:a_B-1)",
            "mail me@e.com",
            "\n",
        ]
    ),
    max_size=6,
).map("".join)


def shown(little: str, *, reserved: str) -> str:
    """What LinkedIn's reader shows, by the documentation of the format: it stops at the first reserved character that is
    neither escaped nor part of a hashtag or mention. Those are given back as a person would write them.
    """
    at, text = 0, ""
    while at < len(little):
        rest = little[at:]
        if little[at] == "\\" and at + 1 < len(little):
            text, at = text + little[at + 1], at + 2
        elif rest.startswith("{hashtag|\\#|") and "}" in rest:
            word = rest[len("{hashtag|\\#|") : rest.index("}")]
            text, at = text + "#" + word, at + rest.index("}") + 1
        elif rest.startswith("@[") and "](urn:li:" in rest and ")" in rest[rest.index("](urn:li:") :]:
            end = rest.index(")", rest.index("](urn:li:")) + 1
            text, at = text + rest[:end], at + end
        elif little[at] in reserved:
            return text
        else:
            text, at = text + little[at], at + 1
    return text


@pytest.mark.parametrize("reserved", ["\\|{}@[]<>#*_~", "\\|{}@[]<>#*_~()"], ids=["without ()", "with ()"])
@patiently
@given(text=post_texts)
def test_linkedins_reader_shows_all_that_was_written(reserved: str, text: str) -> None:
    assert shown(escape(text), reserved=reserved) == text


def test_the_reader_of_this_test_cuts_what_is_not_escaped() -> None:
    assert shown("plain a_b", reserved="_") == "plain a"
    assert shown("a (b)", reserved="_") == "a (b)"


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
