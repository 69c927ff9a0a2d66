"""How long a text is, in each unit that a network might count in: which one it is, no page says."""

import unicodedata
from typing import Literal

from dravo_simulator.wire import utf16_units

_JOINER = "\u200d"
_FLAGS = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def length(text: str, unit: Literal["utf16", "code_points", "graphemes"]) -> int:
    if unit == "utf16":
        return utf16_units(text)
    return len(text) if unit == "code_points" else graphemes(text)


def graphemes(text: str) -> int:
    """Characters as a reader counts them: accents, skin tones, joined emoji and the halves of a flag add nothing."""
    count = 0
    before = ""
    open_flag = False
    for character in text:
        is_flag = ord(character) in _FLAGS
        extends = (
            unicodedata.category(character) in {"Mn", "Me"}
            or character == _JOINER
            or ord(character) in _SKIN_TONES
            or (before == _JOINER)
            or (is_flag and open_flag)
            or (character == "\n" and before == "\r")
        )
        count += not extends
        open_flag = is_flag and not open_flag
        before = character
    return count
