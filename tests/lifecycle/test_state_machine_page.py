"""docs/state-machine.md is drawn from the table in lifecycle/states.py, so that neither can be wrong about the other."""

import os
from pathlib import Path

from dravo.lifecycle.states import FINAL, TRANSITIONS, Status, Transition

PAGE = Path(__file__).parents[2] / "docs" / "state-machine.md"
BEGIN = "<!-- drawn from src/dravo/lifecycle/states.py -->"
END = "<!-- the end of what is drawn -->"
REDRAW = "REDRAW_STATE_MACHINE"

GUARDS = {
    "none": "",
    "nothing_sent": "nothing was sent, or it is known to have come to nothing",
    "sent": "the call that publishes was sent",
    "confirmed": "the network confirmed it",
}


def drawn() -> str:
    return "\n".join([BEGIN, "", *_diagram(), "", *_table(), "", END])


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> scheduled", "    [*] --> queued"]
    lines += [f"    {arrow.source} --> {arrow.target}: {arrow.cause}" for arrow in TRANSITIONS]
    lines += [f"    {status} --> [*]" for status in Status if status in FINAL]
    return [*lines, "```"]


def _table() -> list[str]:
    return ["| from | to | cause | what happened | only when |", "|---|---|---|---|---|", *map(_row, TRANSITIONS)]


def _row(arrow: Transition) -> str:
    cells = [f"`{arrow.source}`", f"`{arrow.target}`", f"`{arrow.cause}`", arrow.meaning, GUARDS[arrow.guard]]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def redrawn(page: str) -> str:
    """The page with its drawn part made anew."""
    before, _, rest = page.partition(BEGIN)
    return before + drawn() + rest.partition(END)[2]


def test_the_page_shows_the_table_as_it_is() -> None:
    page = PAGE.read_text()
    assert BEGIN in page
    assert END in page
    if REDRAW in os.environ:
        PAGE.write_text(redrawn(page))
        page = PAGE.read_text()
    assert page == redrawn(page), (
        f"{PAGE.name} is not what lifecycle/states.py says. Draw it anew with: "
        f"{REDRAW}=1 .venv/bin/python -m pytest {Path(__file__).relative_to(PAGE.parents[1])}"
    )


def test_every_state_is_explained_on_the_page() -> None:
    page = PAGE.read_text()
    for status in Status:
        assert f"- **{status}**" in page
