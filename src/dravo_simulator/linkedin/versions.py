"""Which API versions live, as data (Versioning page as read on 2026-09-19)."""

from datetime import UTC, date, datetime

SUNSET = {
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
"""Version and the day it ends. There never was a 202512; 202511 ended on 2026-11-16."""


def is_active(version: str, now: float) -> bool:
    end = SUNSET.get(version)
    return end is not None and datetime.fromtimestamp(now, UTC).date() < end
