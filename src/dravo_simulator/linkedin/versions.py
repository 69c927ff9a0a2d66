"""Which API versions live, as data (Versioning page as read on 2026-09-19)."""

from datetime import UTC, date, datetime

from dravo_simulator.linkedin import errors
from dravo_simulator.world import World

SUNSET = {
    "202511": date(2026, 11, 16),
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
    "202604": date(2027, 4, 15),
    "202605": date(2027, 5, 15),
    "202606": date(2027, 6, 15),
    "202607": date(2027, 7, 15),
    "202608": date(2027, 8, 17),
    "202609": date(2027, 9, 15),
}
"""Version and the day it ends. There never was a 202512, and what is older than these is gone."""


def check(version: str | None, world: World) -> None:
    """Refuses a call without a version, or of one that is not served. There is no default."""
    if not version:
        raise errors.refusal(400, "A version must be present. Please specify a version.", "VERSION_MISSING")
    active = world.settings.linkedin_active_versions
    is_active = _is_living(version, world.now()) if active is None else version in active
    if not is_active:
        # The text has been seen with a day behind the month.
        raise errors.refusal(426, f"Requested version {version}01 is not active", "NONEXISTENT_VERSION")


def _is_living(version: str, now: float) -> bool:
    end = SUNSET.get(version)
    return end is not None and datetime.fromtimestamp(now, UTC).date() < end
