"""How long X thinks a text is, by its own published algorithm (twitter-text, configuration v3)."""

import re
import sys
import unicodedata
from importlib import resources
from types import ModuleType

STANDARD_LIMIT = 280
PREMIUM_LIMIT = 25_000
"""Long posts of premium accounts (X changelog, read 2026-08-22)."""

MOST_LABELS = 40
"""No real host name has more dot-separated labels. twitter-text's URL pattern is cubic in their number: 2,400 labels in
one word took it 47 seconds, 40 take it milliseconds."""


def weighted_length(text: str) -> int:
    """The length in X's units: 1 for Latin and most European letters, 2 for other characters and emoji, 23 for a link."""
    return int(_parse(_without_endless_hosts(unicodedata.normalize("NFC", text))).weightedLength)


def _without_endless_hosts(text: str) -> str:
    """Turn the dots that no host name could have into commas, which weigh the same and are as good in a link's path."""
    return re.sub(r"[^\s/]+", _first_dots_only, text)


def _first_dots_only(word: re.Match[str]) -> str:
    *labels, rest = word.group().split(".", MOST_LABELS)
    return ".".join([*labels, rest.replace(".", ",")])


def _load() -> ModuleType:
    """Import twitter-text, lending it the one function that it wants of `pkg_resources`, which setuptools 82 took away."""
    lent = ModuleType("pkg_resources")

    def resource_string(module: str, name: str) -> bytes:
        return resources.files(module.rpartition(".")[0]).joinpath(name).read_bytes()

    lent.resource_string = resource_string  # type: ignore[attr-defined]  # a module made by hand declares nothing
    missing = "pkg_resources" not in sys.modules
    sys.modules.setdefault("pkg_resources", lent)
    try:
        import twitter_text  # type: ignore[import-untyped]  # ships no types
    finally:
        if missing:
            del sys.modules["pkg_resources"]
    return twitter_text  # type: ignore[no-any-return]  # ships no types


_parse = _load().parse_tweet
