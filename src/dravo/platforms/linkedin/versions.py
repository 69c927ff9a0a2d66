"""Which version of LinkedIn's API is spoken, and when it ends. Source: LinkedIn docs `versioning` (read 2026-09-19)."""

from collections.abc import Mapping
from datetime import date, timedelta
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

ENDS_SOON = timedelta(days=60)


def concern(version: str, today: date) -> str | None:
    """What is wrong with speaking a version on a day, as a sentence for whoever runs the deployment; None: nothing."""
    sunset = SUNSETS.get(version)
    if sunset is None:
        return (
            f"Nothing is known of version {version} of LinkedIn's API; "
            f"set DRAVO_LINKEDIN_VERSION to one that is, such as {VERSION}."
        )
    if today >= sunset:
        return f"LinkedIn has answered no call of version {version} since {sunset}; set DRAVO_LINKEDIN_VERSION to a newer one."
    if sunset - today <= ENDS_SOON:
        days = (sunset - today).days
        return (
            f"LinkedIn ends version {version} on {sunset}, in {days} days; set DRAVO_LINKEDIN_VERSION to a newer one."
        )
    return None
