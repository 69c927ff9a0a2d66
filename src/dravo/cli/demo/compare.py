"""What was said beside what is seen, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dravo.cli.demo.said import Saying
from dravo.cli.demo.seen import READS, Seen

Verdict = Literal["same", "warned", "differs"]
Told = Mapping[str, Any]
"""A warning of a result."""


FIELDS = ("id", "text", "media", "post")
"""What is compared beside the options; the last one stands for a post that is not there."""


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
    if seen is None:
        why = result["error_message"] or "no single post of this id is in the ledger"
        return [Field("post", "published", f"{result['status']}: {why}", "differs")]
    judge = _Judge(result["warnings"])
    rows = [
        judge.row("id", result["platform_post_id"], seen.public_id),
        judge.row("text", saying.text, seen.entry["text"]),
        judge.row("media", [media[name] for name in saying.media], [_medium(shown) for shown in seen.media]),
    ]
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
    """The warnings that none of the rows is about."""
    return [told["message"] for told in result["warnings"] if not any(_is_about(told, row.option) for row in rows)]


class _Judge:
    def __init__(self, warnings: Sequence[Told]) -> None:
        self._warnings = warnings

    def row(self, option: str, said: Any, seen: Any) -> Field:
        if said == seen:
            return Field(option, said, seen, "same")
        told = next((told["message"] for told in self._warnings if _is_about(told, option)), None)
        return Field(option, said, seen, "differs" if told is None else "warned", told or "")


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
