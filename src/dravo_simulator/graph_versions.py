"""Versions of the Graph API: which are served, and what becomes of a call to one that is not."""

import re
from datetime import UTC, datetime

from dravo_simulator.world import World

ENDS = {
    "v21.0": "2027-01-21",
    "v22.0": "2027-05-20",
    "v23.0": "2027-10-08",
    "v24.0": "2028-02-18",
    "v25.0": "2028-07-29",
}
"""Oldest first, with the day on which each ends (changelog page of 2026-10-29; v23.0 by the rule of two years after v24.0)."""
NEWEST = "v26.0"
"""Released on 2026-07-29. A newer one came on 2026-11-04, whose number is not certain: ``graph_newest_version``."""


def served(world: World) -> list[str]:
    """The versions that are alive on the clock's day, oldest first."""
    today = datetime.fromtimestamp(world.now(), UTC).date().isoformat()
    newer = world.settings.graph_newest_version
    return [*(version for version, end in ENDS.items() if today < end), NEWEST, *([newer] if newer != NEWEST else [])]


def used(world: World, asked: str) -> str | None:
    """The version that answers a call: the one asked for, or for one that has ended the oldest that is left.

    None when there never was such a version.
    """
    alive = served(world)
    if asked in alive:
        return asked
    number = re.fullmatch(r"v([1-9][0-9]?)\.[0-9]{1,2}", asked)
    oldest = int(alive[0][1:].partition(".")[0])
    return alive[0] if number is not None and int(number[1]) < oldest else None
