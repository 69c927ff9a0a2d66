"""What a reader of LinkedIn sees of a "little text" (Little text format page, view of 2026-05)."""

import re
from dataclasses import dataclass
from typing import Any

RESERVED = set("\\|{}@[]()<>#*_~")
"""Each must be escaped with a backslash to be plain text. Two of the pages' lists leave the parentheses out."""

_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|(\w+)\}")
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])+)\]\((urn:li:(?:organization:\d+|person:[A-Za-z0-9_-]+))\)")
_HASHTAG = re.compile(r"[#\uFF03]\w+")
_LINK = re.compile(r"https?://[^\s\\|{}\[\]<>]+")
_ESCAPE = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")


@dataclass(frozen=True)
class Rules:
    """The reading that is in force where the documentation leaves one open."""

    parentheses_reserved: bool = True
    links_cut: bool = False
    """Whether ``_``, ``~`` and ``*`` end the text even inside a link."""

    def ends(self, character: str) -> bool:
        return character in RESERVED and (self.parentheses_reserved or character not in "()")


@dataclass(frozen=True)
class Seen:
    """What readers see, and what the API returns when the text is read back."""

    text: str
    canonical: str
    """The same as little text: what is plain is escaped, hashtags are templates."""
    mentions: dict[str, str]
    """The name as it is shown, and the URN behind it."""
    hashtags: list[str]
    """Those that lead somewhere, with their sign: an escaped one is only text."""
    rest: str
    """What was sent and is not shown, from the reserved character on that ended the text."""


def read(text: str, rules: Rules | None = None) -> Seen:
    """Reads up to the first reserved character that is neither escaped nor part of an element: there the text ends, and
    LinkedIn reports nothing.
    """
    rules = rules or Rules()
    shown: list[str] = []
    canonical: list[str] = []
    mentions: dict[str, str] = {}
    hashtags: list[str] = []
    position = 0
    while position < len(text):
        found = _element(text, position, rules)
        if found is None:
            break
        visible, little, urn, length = found
        shown.append(visible)
        canonical.append(little)
        if urn is not None:
            mentions[visible] = urn
        if little.startswith("{hashtag"):
            hashtags.append(visible)
        position += length
    return Seen("".join(shown), "".join(canonical), mentions, hashtags, text[position:])


def differences(sent: str, seen: Seen) -> dict[str, Any]:
    """What a ledger entry says of a text beside what readers see: what was sent, whether it was cut, what leads elsewhere."""
    told: dict[str, Any] = {}
    if sent != seen.text:
        told["commentary"] = sent
    if seen.rest:
        told["truncated"] = True
    if seen.mentions:
        told["mentions"] = seen.mentions
    if seen.hashtags:
        told["hashtags"] = seen.hashtags
    return told


def unescaped(text: str) -> str:
    """The text as it would be with nothing cut: what a limit counts when it does not count escapes."""
    text = _HASHTAG_TEMPLATE.sub(r"#\1", text)
    return _ESCAPE.sub(r"\1", _MENTION.sub(r"\1", text))


def escaped(text: str) -> str:
    return re.sub(r"([\\|{}@\[\]()<>#*_~])", r"\\\1", text)


def _element(text: str, position: int, rules: Rules) -> tuple[str, str, str | None, int] | None:
    """What stands here: as shown, as little text, whose name it is, and how long it is in the source."""
    character = text[position]
    if character == "\\" and text[position + 1 : position + 2] in RESERVED:
        return text[position + 1], text[position : position + 2], None, 2
    found = _HASHTAG_TEMPLATE.match(text, position)
    if found:
        return f"#{found[1]}", _template(found[1]), None, len(found[0])
    found = _MENTION.match(text, position)
    if found:
        return _ESCAPE.sub(r"\1", found[1]), found[0], found[2], len(found[0])
    if position == 0 or not text[position - 1].isalnum():
        found = _HASHTAG.match(text, position)
        if found:
            return found[0], _template(found[0][1:]), None, len(found[0])
        found = _LINK.match(text, position)
        if found:
            link = re.split(r"[_~*]", found[0])[0] if rules.links_cut else found[0]
            return link, link, None, len(link)
    if rules.ends(character):
        return None
    return character, escaped(character), None, 1


def _template(word: str) -> str:
    return rf"{{hashtag|\#|{word}}}"
