"""How X counts a text and rewrites its links."""

import html
import importlib.util
import sys
import types
import unicodedata
from dataclasses import dataclass
from importlib import resources

from dravo_simulator.store import JSON

LIMIT = 280
PREMIUM_LIMIT = 25_000


def _load_twitter_text() -> types.ModuleType:
    """twitter-text-parser reads its emoji list through pkg_resources, which setuptools no longer ships."""
    stand_in = importlib.util.find_spec("pkg_resources") is None and "pkg_resources" not in sys.modules
    if stand_in:
        module = types.ModuleType("pkg_resources")
        module.resource_string = lambda package, name: (  # type: ignore[attr-defined]
            resources.files(package.rpartition(".")[0]).joinpath(name).read_bytes()
        )
        sys.modules["pkg_resources"] = module
    try:
        return importlib.import_module("twitter_text")
    finally:
        if stand_in:
            del sys.modules["pkg_resources"]


_twitter_text = _load_twitter_text()


@dataclass(frozen=True)
class Written:
    """A text as X stores it: links replaced by t.co, and what they stand for."""

    text: str
    urls: list[JSON]


def weighted_length(text: str) -> int:
    """Length by twitter-text config v3: most scripts 1, the rest and emoji 2, every link 23."""
    return int(_twitter_text.parse_tweet(text).weightedLength)


def same(text: str) -> str:
    """The form in which two texts are compared."""
    return unicodedata.normalize("NFC", text).strip()


def shorten(text: str, post_id: str) -> Written:
    """Replaces every link with a t.co address; < > & come back escaped, as in every answer of X."""
    pieces: list[str] = []
    urls: list[JSON] = []
    end = length = 0
    for number, found in enumerate(_twitter_text.extract_urls_with_indices(text)):
        start, stop = found["indices"]
        before = html.escape(text[end:start], quote=False)
        short = f"https://t.co/{_slug(int(post_id) + number)}"
        pieces += [before, short]
        length += len(before)
        url = found["url"]
        urls.append(
            {
                "start": length,
                "end": length + len(short),
                "url": short,
                "expanded_url": url if "://" in url else f"http://{url}",
                "display_url": url.partition("://")[2] or url,
            }
        )
        length += len(short)
        end = stop
    pieces.append(html.escape(text[end:], quote=False))
    return Written("".join(pieces), urls)


def _slug(number: int) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    slug = ""
    for _ in range(10):
        number, rest = divmod(number, len(letters))
        slug += letters[rest]
    return slug
