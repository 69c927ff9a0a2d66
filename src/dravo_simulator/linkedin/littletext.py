"""What a reader of LinkedIn sees of a "little text" (Little text format page, view of 2026-05)."""

import re

RESERVED = set("\\|{}@[]()<>#*_~")
"""Each must be escaped with a backslash to be plain text."""

_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\#\|(\w+)\}")
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])+)\]\((urn:li:(?:organization:\d+|person:[A-Za-z0-9_-]+))\)")
_HASHTAG = re.compile(r"#\w+")
_URL = re.compile(r"https?://[^\s\\|{}\[\]<>]+")
"""Whether _ ~ * # @ ( ) cut a text when they stand in a link is not known; here they do not."""


def read(text: str) -> str:
    """The visible text. At the first reserved character that is neither escaped nor part of an element it ends: LinkedIn
    reports nothing and answers 201.
    """
    seen: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        piece, length = _element(text, position, seen)
        if piece is not None:
            seen.append(piece)
            position += length
        elif character in RESERVED:
            break
        else:
            seen.append(character)
            position += 1
    return "".join(seen)


def unescape(text: str) -> str:
    """A comment's text: escapes are undone, nothing is cut. Which rule comments follow is not documented."""
    return re.sub(r"\\([\\|{}@\[\]()<>#*_~])", r"\1", text)


def _element(text: str, position: int, seen: list[str]) -> tuple[str | None, int]:
    """What stands here and how long it is in the source; None when it is a plain or a bad character."""
    if text[position] == "\\" and text[position + 1 : position + 2] in RESERVED:
        return text[position + 1], 2
    found = _HASHTAG_TEMPLATE.match(text, position)
    if found:
        return f"#{found[1]}", len(found[0])
    found = _MENTION.match(text, position)
    if found:
        return unescape(found[1]), len(found[0])
    before = seen[-1][-1] if seen else " "
    if before.isalnum():
        return None, 0
    found = _HASHTAG.match(text, position) or _URL.match(text, position)
    return (found[0], len(found[0])) if found else (None, 0)
