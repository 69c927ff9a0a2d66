"""The address in a text for which Facebook shows a card."""

import re
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AFTER_IT = ".,;:!?'\"»”\u2019…"
"""Signs that end a sentence or a quotation rather than an address."""

_OWN = ("facebook.com", "fb.com", "fb.me", "fb.watch")
"""Facebook refuses links to itself (subcode 1609008); the short ones lead there."""


def card_link(text: str) -> str | None:
    """The first http(s) address of a text that may have a card: one of Facebook's own has none, nor one inside a network."""
    links = (_without_its_sentence(found.group()) for found in _ADDRESS.finditer(text))
    return next((link for link in links if _may_have_a_card(link)), None)


def _may_have_a_card(link: str) -> bool:
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return False
    own = any(host == name or host.endswith(f".{name}") for name in _OWN)
    return not own and "." in host


def _without_its_sentence(link: str) -> str:
    """An address without the signs after it; a closing bracket belongs to it when it opens there."""
    while link:
        last = link[-1]
        unopened = (last == ")" and link.count(")") > link.count("(")) or (
            last == "]" and link.count("]") > link.count("[")
        )
        if last not in _AFTER_IT and not unopened:
            break
        link = link[:-1]
    return link


def leads_to(shown: str | None, link: str) -> bool:
    """Whether an address that Facebook shows is the link, plainly or within one of Facebook's own that leads on to it."""
    return shown is not None and link.rstrip("/") in unquote(shown)
