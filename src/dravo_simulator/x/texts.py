"""How X counts a text and rewrites its links."""

import html
import importlib.util
import re
import sys
import types
import unicodedata
from dataclasses import dataclass
from importlib import resources

from dravo_simulator.store import JSON

LIMIT = 280
PREMIUM_LIMIT = 25_000
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that count once; all others count twice (twitter-text config v3)."""
_CASHTAG = re.compile(r"(?:^|(?<=\s))\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|[\s!-/:-@\[-`{-~])")


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


def cut(written: Written) -> Written:
    """The beginning of a long text, as timelines show it; no link and no entity is cut in two."""
    end = weight = 0
    for character in written.text:
        weight += 1 if any(low <= ord(character) <= high for low, high in LIGHT) else 2
        if weight > LIMIT - 2:
            break
        end += 1
    end = next((url["start"] for url in written.urls if url["start"] < end < url["end"]), end)
    beginning = re.sub(r"&[a-z]{0,3}$", "", written.text[:end]).rstrip()
    return Written(beginning + "…", [url for url in written.urls if url["end"] <= len(beginning)])


def with_media_link(written: Written, handle: str, post_id: str, media_key: str, category: str) -> Written:
    """Posts with media end in a t.co link to them, which nobody wrote."""
    kind = "photo" if category == "tweet_image" else "video"
    short = f"https://t.co/{_slug(int(post_id) + 999)}"
    text = f"{written.text} {short}".lstrip()
    link: JSON = {
        "start": len(text) - len(short),
        "end": len(text),
        "url": short,
        "expanded_url": f"https://x.com/{handle}/status/{post_id}/{kind}/1",
        "display_url": f"pic.x.com/{short.rpartition('/')[2]}",
        "media_key": media_key,
    }
    return Written(text, [*written.urls, link])


def cashtags(text: str) -> list[str]:
    """Every ``$TICKER`` of a text in capital letters, by twitter-text's rule."""
    return [found.upper() for found in _CASHTAG.findall(text)]


def _slug(number: int) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    slug = ""
    for _ in range(10):
        number, rest = divmod(number, len(letters))
        slug += letters[rest]
    return slug
