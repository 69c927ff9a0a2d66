"""Cashtags, told from other dollar signs as twitter-text tells them (its regular expressions of cashtags, read 2026-08-22)."""

import re

_CASHTAG = re.compile(r"(?<!\S)\$([a-zA-Z]{1,6}(?:[._][a-zA-Z]{1,2})?)(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$])")
"""After white space or at the beginning; 1 to 6 letters, and perhaps a share class of 1 or 2; then white space or punctuation."""


def cashtags(text: str) -> list[str]:
    """The cashtags of a text in order, in capital letters. X does not say that the same one twice is one, so it is two here."""
    return [found.upper() for found in _CASHTAG.findall(text)]
