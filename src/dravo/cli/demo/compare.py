"""What was said beside what is seen, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dravo.cli.demo.said import Saying
from dravo.cli.demo.seen import READS, Seen, told_id

Verdict = Literal["same", "warned", "differs"]
Told = Mapping[str, Any]
"""A warning of a result."""


FIELDS = ("id", "text", "media", "post")
"""What is compared beside the options; the last one stands for a post that is not there, or there more than once."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `seen` is what the network shows; `words` are those of the warning, where it was warned of."""

    option: str
    said: Any
    seen: Any
    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """What tells one file from another."""

    content_type: str
    size_bytes: int
    sha256: str


def compare(
    saying: Saying,
    network: str,
    media: Mapping[str, Medium],
    places: Mapping[str, str],
    result: Told,
    seen: Seen | None,
) -> list[Field]:
    """Every field of a post on one network. `media` are the files by name, `places` their names by address."""
    if seen is None or result["status"] != "published":
        why = result["error_message"] or "no single post of this id is in the ledger"
        return [Field("post", "published", f"{result['status']}: {why}", "differs")]
    judge = _Judge(result["warnings"])
    rows = [
        judge.row("id", told_id(result, saying.options[network]), seen.public_id),
        judge.row("text", saying.text, seen.entry["text"]),
        judge.media([media[name] for name in saying.media], [_medium(shown) for shown in seen.media]),
    ]
    if seen.copies:
        rows.append(Field("post", "published once", f"there again as {', '.join(seen.copies)}", "differs"))
    for path, value in leaves(saying.options[network]):
        named = places.get(value) if isinstance(value, str) else None
        rows.append(judge.row(path, value if named is None else media[named].sha256, _read(network, path, seen)))
    return rows


def leaves(options: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every option by its path; an object of options is its members."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{before}{name}.")
        else:
            yield before + name, value


def unexplained(result: Told, rows: Sequence[Field]) -> list[str]:
    """The warnings that explain none of the rows."""
    return [told["message"] for told in result["warnings"] if not any(told["message"] in row.words for row in rows)]


class _Judge:
    def __init__(self, warnings: Sequence[Told]) -> None:
        self._warnings = warnings

    def row(self, option: str, said: Any, seen: Any) -> Field:
        if said == seen:
            return Field(option, said, seen, "same")
        told = next((told["message"] for told in self._warnings if _is_about(told, option)), None)
        return Field(option, said, seen, "differs" if told is None else "warned", told or "")

    def media(self, said: Sequence[Medium], seen: Sequence[Medium]) -> Field:
        """Conversion changes what a file is, neither how many there are nor their order; each must be what its warning tells."""
        if said == seen:
            return Field("media", said, seen, "same")
        beside = enumerate(zip(said, seen, strict=False))
        told = [self._conversion(place, shown) for place, (medium, shown) in beside if medium != shown]
        if len(said) != len(seen) or not all(told):
            return Field("media", said, seen, "differs")
        return Field("media", said, seen, "warned", "\n".join(told))

    def _conversion(self, place: int, shown: Medium) -> str:
        """The warning that the medium of this place was written anew as what is shown; empty: there is none."""
        begin, end = f"media_urls[{place}] ", f", {shown.size_bytes} bytes."
        for told in self._warnings:
            message = str(told["message"])
            of_type = f"; what is sent is {shown.content_type}, " in message
            if told["code"] == "media_converted" and message.startswith(begin) and of_type and message.endswith(end):
                return message
        return ""


def _is_about(told: Told, option: str) -> bool:
    """Warnings name their option in the code (`first_comment_not_supported`) or begin with it."""
    return str(told["code"]).startswith(f"{option}_") or str(told["message"]).startswith(f"{option}:")


def _read(network: str, path: str, seen: Seen) -> Any:
    try:
        return READS[network][path](seen)
    except (KeyError, IndexError):
        return None


def _medium(shown: Mapping[str, Any]) -> Medium:
    return Medium(shown["content_type"], shown["size_bytes"], shown["sha256"])
