"""LinkedIn's "little text": plain text in which fifteen characters mean something unless they are escaped.

An unescaped one does not fail: LinkedIn answers 201 and cuts the text there. So everything is escaped, links included (LinkedIn
finds links after it has read the escapes), but for hashtags and mentions that are meant as such.
Source: LinkedIn docs `little-text-format` (view 2026-05). Parentheses are escaped as well: not every copy of its list shows
them, public sources that follow it count them, and a mention is written with them.
"""

import re
import unicodedata
from collections.abc import Iterator

RESERVED = frozenset("\\|{}@[]()<>#*_~")

_MENTION = re.compile(r"@\[[^\\|{}@\[\]()<>#*_~\n]+\]\(urn:li:(?:person|organization):[A-Za-z0-9_-]+\)")
"""An explicit mention. A name with a reserved character in it is not taken for one: it would be cut."""

_ESCAPED = re.compile(r"\\(?P<plain>.)|\{hashtag\|\\?#\|(?P<tag>[^|{}]*)\}", re.DOTALL)

_BEFORE_A_TAG = "([{\"'“«¿¡"  # what may stand between white space and the # of a hashtag


def escape(text: str) -> str:
    """Text as a person wrote it, in the form that LinkedIn shows unchanged."""
    return "".join(_escaped(text))


def _escaped(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        if mention := _MENTION.match(text, at):
            yield mention.group()
            at = mention.end()
        elif tag := _hashtag(text, at):
            yield f"{{hashtag|\\#|{tag}}}"
            at += 1 + len(tag)
        else:
            yield f"\\{text[at]}" if text[at] in RESERVED else text[at]
            at += 1


def _hashtag(text: str, at: int) -> str:
    """The word of a hashtag that begins at `at`, or nothing.

    It stands at a word's start, has a letter, and ends at a character that is no letter, digit or mark; one that is cut short
    by an underscore is left alone rather than changed into another tag.
    """
    if text[at] != "#" or not (at == 0 or text[at - 1].isspace() or text[at - 1] in _BEFORE_A_TAG):
        return ""
    end = at + 1
    while end < len(text) and unicodedata.category(text[end])[0] in "LNM":
        end += 1
    word = text[at + 1 : end]
    joined_on = end < len(text) and text[end] in "_#"
    return word if any(char.isalpha() for char in word) and not joined_on else ""


def unescape(text: str) -> str:
    """Text as LinkedIn gives it back, in the form that a person wrote."""
    return _ESCAPED.sub(lambda found: f"#{found['tag']}" if found["plain"] is None else found["plain"], text)
