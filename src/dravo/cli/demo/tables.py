"""The comparison as a person reads it: a table for each network on a terminal, a line for each field elsewhere."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dravo.cli.demo.compare import FIELDS, Field, Medium

WIDTH = 120
"""Columns of a table, where the terminal has as many."""
_MARKS = {"same": ("✓", "green"), "warned": ("!", "yellow"), "differs": ("✗", "bold red")}


@dataclass(frozen=True, slots=True)
class Compared:
    """One post on one network. `notes` are warnings that are about no row."""

    post: str
    rows: Sequence[Field]
    notes: Sequence[str]


def show(title: str, compared: Sequence[Compared], console: Console) -> None:
    """Everything about one network."""
    if console.is_terminal:
        console.print()
        console.print(_table(title, compared), soft_wrap=False, width=min(WIDTH, console.width))
    else:
        console.print(f"\n{title}")
        for each in compared:
            for row in each.rows:
                console.print(Text(_line(each.post, row)))
    for each in compared:
        for note in each.notes:
            console.print(Text(f"  note on {each.post}: {note}", "dim"))


def summary(compared: Mapping[str, Sequence[Compared]]) -> str:
    """How many fields there were, and what became of them."""
    rows = [row for each in compared.values() for one in each for row in one.rows]
    counted = Counter(row.verdict for row in rows)
    options = {(network, row.option) for network, each in compared.items() for one in each for row in one.rows}
    options -= {(network, field) for network in compared for field in FIELDS}
    return (
        f"{len(options)} options, {len(rows)} fields of {sum(len(each) for each in compared.values())} posts on {len(compared)} networks: "
        f"{counted['same']} the same, {counted['warned']} warned of, {counted['differs']} different."
    )


def _table(title: str, compared: Sequence[Compared]) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True, padding=(0, 1)
    )
    table.add_column("post", width=12)
    table.add_column("option", width=24)
    table.add_column("said", ratio=1, overflow="fold")
    table.add_column("what the network shows", ratio=1, overflow="fold")
    table.add_column("", width=1)
    for each in compared:
        for number, row in enumerate(each.rows):
            mark, colour = _MARKS[row.verdict]
            shown = Text(_shown(row), "" if row.verdict == "same" else colour)
            table.add_row(
                Text("" if number else each.post, "bold"),
                row.option,
                Text(text_of(row.said)),
                shown,
                Text(mark, colour),
            )
        table.add_section()
    return table


def _line(post: str, row: Field) -> str:
    said, shown = (text.replace("\n", "; ") for text in (text_of(row.said), _shown(row)))
    return f"  {_MARKS[row.verdict][0]} {post:<13} {row.option:<24} said: {said} | shows: {shown}"


def _shown(row: Field) -> str:
    if row.verdict != "warned":
        return text_of(row.seen)
    return f"{'' if row.seen in (None, '') else text_of(row.seen) + '; '}warned of: {row.words}"


def text_of(value: Any) -> str:
    """A value for a person; of a digest the beginning."""
    match value:
        case None | "":
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f"the file {value[:8]}…" if _is_digest(value) else value
        case Medium():
            return f"{value.content_type.partition('/')[2].upper()} {value.size_bytes:,} bytes {value.sha256[:8]}…"
        case [] | ():
            return "none"
        case [first, *_] if isinstance(first, (str, Medium)):
            return "\n".join(text_of(each) for each in value)
        case _:
            return json.dumps(value, ensure_ascii=False)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
