"""What becomes of each option with each kind of post: asked of the rules and of the adapters, without a network."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dravo.platforms.base import Draft, Finding
from dravo.platforms.registry import PLATFORMS
from platforms.memory_run import MemoryRun
from platforms.option_tables import TABLES, Row
from platforms.test_option_tables import MEDIA, OF_META_AND_TIKTOK, WITH_ANY_MEDIUM, Recording, job_of

SENT, SENT_WITH_WARNING, WARNED, REFUSED = "✓", "✓ !", "\N{EN DASH}", "✗"
SIZE = 1_000_000
"""Bytes of a medium that no network finds too small or too large."""
TITLES = {
    "gif": "moving GIF",
    "none": "no medium",
    "reel": "upright video",
    "mixed": "picture and video",
    "story": "story of a picture",
    "film story": "story of a video",
    "picture draft": "draft of a picture",
    "pictures draft": "draft of pictures",
    "video draft": "draft of a video",
}


def kinds_of(network: str) -> list[str]:
    """The kinds of posts of a network with which the tests of the option tables walk its options."""
    by_option: dict[str, list[str]] = {}
    for name, row, kind in [*WITH_ANY_MEDIUM, *OF_META_AND_TIKTOK]:
        if name == network:
            by_option.setdefault(row.path, []).append(kind)
    return max(by_option.values(), key=len)


async def options(network: str) -> list[Sequence[str]]:
    """A line for each option, a column for each kind of post."""
    kinds = kinds_of(network)
    lines: list[Sequence[str]] = [["option", *(TITLES.get(kind, kind) for kind in kinds)]]
    lines += [
        [f"`{row.path}`", *[await _fate(network, _fitting(row, kind), kind) for kind in kinds]]
        for row in TABLES[network]
    ]
    return lines


def _fitting(row: Row, kind: str) -> Row:
    """The option as one says it of a single picture: one text, and the only photo for a cover."""
    if kind.removesuffix(" draft") not in {"picture", "gif"}:
        return row
    if row.path == "alt_texts":
        return replace(row, value=row.value[:1], wire=lambda body: [body["content"]["media"]["altText"]])
    return replace(row, value=0) if row.path == "photo_cover_index" else row


async def _fate(network: str, row: Row, kind: str) -> str:
    said = row.options() | ({"story": True} if "story" in kind else {})
    said |= {"post_mode": "MEDIA_UPLOAD"} if "draft" in kind else {}
    medium = kind.replace("film story", "reel").replace("story", "picture").removesuffix(" draft")
    job = job_of(network, said, MEDIA[medium])
    media = [replace(each.draft(), size_bytes=SIZE) for each in job.media]
    found = PLATFORMS[network].check(Draft(job.text, media, job.options, job.profile, job.config))
    if found.errors:
        return REFUSED
    http = Recording()
    await PLATFORMS[network].adapter.publish(job, MemoryRun(http=http))
    warned = any(
        _is_about(each, f"/platform_options/{network}/{row.path.replace('.', '/')}") for each in found.warnings
    )
    if not _is_sent(row, http, partly=warned):
        assert warned, f"{network}: {row.path} with {kind} is dropped in silence"
        return WARNED
    return SENT_WITH_WARNING if warned else SENT


def _is_sent(row: Row, http: Recording, *, partly: bool) -> bool:
    """Whether the option is in its field, or something of it where that will do."""
    posted, commented = http.bodies()
    try:
        value = row.wire(commented if row.comments else posted)
    except (KeyError, IndexError, TypeError, StopIteration):
        return False
    return bool(value == row.sent_as(row.value) or (partly and value))


def _is_about(found: Finding, pointer: str) -> bool:
    return f"{pointer}/".startswith(f"{found.pointer}/") or found.pointer.startswith(f"{pointer}/")


def networks() -> Iterator[str]:
    """Those that have options, in the order of the registry."""
    return (network for network in PLATFORMS if network in TABLES)
