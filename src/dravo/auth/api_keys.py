"""API keys: `dra_live_` or `dra_test_`, 32 random bytes in base 62, and a checksum, so that a typing error costs no query."""

import hashlib
import re
import secrets
import zlib
from dataclasses import dataclass

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_LENGTH = 43
"""Digits of base 62 that hold 256 bits; always all of them, so that one secret has one text."""
_CHECKSUM_LENGTH = 6
"""Digits of base 62 that hold 32 bits."""
_SHAPE = re.compile(rf"dra_(live|test)_[0-9A-Za-z]{{{_SECRET_LENGTH + _CHECKSUM_LENGTH}}}")
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """A key's text that is one of ours by its form; whether it opens anything only the database knows."""

    environment: str
    prefix: str
    key_hash: bytes


def generate(environment: str) -> str:
    """A new key's text, to be shown once."""
    head = f"dra_{environment}_{_base62(secrets.randbits(256), _SECRET_LENGTH)}"
    return head + _checksum(head)


def parse(text: str) -> ParsedKey | None:
    """None for what cannot be a key: wrong form, or a checksum that does not fit."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or _checksum(text[:-_CHECKSUM_LENGTH]) != text[-_CHECKSUM_LENGTH:]:
        return None
    environment: str = shape[1]
    # 256 random bits need no slow hash: there is nothing to guess.
    return ParsedKey(environment, text[: len(f"dra_{environment}_") + _SHOWN], hashlib.sha256(text.encode()).digest())


def _checksum(head: str) -> str:
    return _base62(zlib.crc32(head.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
