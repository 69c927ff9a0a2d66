"""What people typed, as the wall shows it: links, tags and mentions coloured, everything else plain."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_LINK = r"(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'])"
_TAG = r"(?<![\w&/])(?P<tag>[#\uFF03]\w*[^\W\d_]\w*)"
_MENTION = {
    "x": r"(?<![\w/.@])(?P<mention>@\w{1,15}|\$[A-Za-z]{1,6})\b",
    "instagram": r"(?<![\w/.@])(?P<mention>@\w[\w.]{0,29})",
    "tiktok": r"(?<![\w/.@])(?P<mention>@\w[\w.]{0,23})",
}
"""Networks whose mentions are spelled in the text itself; X colours cashtags alike."""
_PLAIN_ADDRESSES = "instagram"
"""The network on which an address leads nowhere."""


def marked(text: str, network: str, named: Iterable[str] = ()) -> Markup:
    """The text, escaped, with its links as links and whatever else the network colours in spans.

    ``named`` are the tags and mentions where the letters alone do not tell: on LinkedIn.
    """
    known = "|".join(re.escape(name) for name in named)
    parts = [
        network != _PLAIN_ADDRESSES and _LINK,
        known and f"(?P<named>{known})",
        network != "linkedin" and _TAG,
        _MENTION.get(network),
    ]
    pattern = "|".join(part for part in parts if part)
    pieces: list[Markup] = []
    position = 0
    for found in re.finditer(pattern, text):
        pieces += [escape(text[position : found.start()]), _piece(found)]
        position = found.end()
    return Markup().join([*pieces, escape(text[position:])])


def folded(text: str, most: int) -> tuple[str, str]:
    """What is shown at once and what waits behind "show more", cut between two words where there are any."""
    if len(text) <= most:
        return text, ""
    space = max(text.rfind(" ", 0, most), text.rfind("\n", 0, most))
    cut = space + 1 if space > most // 2 else most
    return text[:cut], text[cut:]


def address(url: str) -> str:
    """Where a card leads: nowhere unless the web."""
    return url if url.lower().startswith(("http://", "https://")) else "#"


def domain(url: str) -> str:
    """The host as a link card names it; the address itself when it has none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or url).removeprefix("www.")


def _piece(found: re.Match[str]) -> Markup:
    if found.lastgroup == "link":
        return Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(found[0])
    kind = "tag" if found[0][0] in "#\uff03" else "mention"
    return Markup('<span class="{}">{}</span>').format(kind, found[0])
