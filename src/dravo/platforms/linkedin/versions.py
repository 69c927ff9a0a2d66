"""Which version of LinkedIn's API is spoken, and when it ends. Source: LinkedIn docs `versioning` (read 2026-09-19)."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

VERSION = "202609"
"""Never computed from the calendar: there are months without a version (202512)."""

SUNSETS: Mapping[str, date] = MappingProxyType(
    {
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
)
"""From this day on LinkedIn answers 426 to the version."""
