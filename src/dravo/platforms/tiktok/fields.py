"""Fields of TikTok's answers. What is not of a field's kind counts as not told: it must not make a whole answer unreadable."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_DIGITS = re.compile(r"[0-9]{1,19}")


def _flag(value: Any) -> bool:
    return value is True


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | str) and _DIGITS.fullmatch(str(value)) else None


def _word(value: Any) -> str | None:
    """Without halves of characters, which a text that was cut between them ends with, and which no text may hold."""
    return value.encode("utf-8", "ignore").decode("utf-8") if isinstance(value, str) else None


def _words(value: Any) -> Any:
    return [each for each in map(_word, value) if each] if isinstance(value, list) else value


def _ids(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        return None
    return [str(each) for each in value if each and (isinstance(each, str) or type(each) is int)]


Flag = Annotated[bool, BeforeValidator(_flag)]
Count = Annotated[int | None, BeforeValidator(_count)]
"""A number that is not negative, also where it comes as text."""
Word = Annotated[str | None, BeforeValidator(_word)]
Words = Annotated[list[str], BeforeValidator(_words)]
"""Words of a list that must be there."""
Ids = Annotated[list[str] | None, BeforeValidator(_ids)]
"""Ids, which come as 64-bit numbers, as text."""
