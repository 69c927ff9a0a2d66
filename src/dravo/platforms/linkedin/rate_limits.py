"""How long LinkedIn wants to be left alone.

Sources: LinkedIn docs `error-handling`, `share-on-linkedin`, `comments-api` (read 2026-09-19). No Retry-After is documented, and it is
honoured where it comes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from dravo.platforms.errors import RateLimited

BACKOFF = timedelta(seconds=60)
"""How long to wait when LinkedIn limits a rate without saying until when; comments are throttled by the minute."""

DAILY_BACKOFF = timedelta(hours=1)
"""The same for a day's budget, where the answer does not even tell what time it is there."""

LONGEST_WAIT = timedelta(days=32)
"""No budget of LinkedIn's lasts longer than a day: a wish beyond a month is none."""


def limited(problem: dict[str, Any], headers: Mapping[str, str]) -> RateLimited:
    """As long as LinkedIn asks for; else to the end of a day's budget, at midnight UTC; else a minute."""
    said = str(problem.get("message", "")).lower()
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit() and len(asked) < 9 and timedelta(seconds=int(asked)) <= LONGEST_WAIT:
        message = f"{_limit(said)}; it is tried again in {int(asked)} s, as LinkedIn asks."
        return RateLimited(message, wait=timedelta(seconds=int(asked)), raw=problem)
    if _of_the_day(said):
        midnight = _next_midnight(headers.get("date", ""))
        message = f"{_limit(said)}; it is tried again {'after midnight UTC' if midnight else 'in an hour'}."
        return RateLimited(message, until=midnight, wait=None if midnight else DAILY_BACKOFF, raw=problem)
    message = f"{_limit(said)}; LinkedIn does not say until when, so it is tried again in a minute."
    return RateLimited(message, wait=BACKOFF, raw=problem)


def _of_the_day(said: str) -> bool:
    return "resource level throttle" in said


def _limit(said: str) -> str:
    """Which limit it is, as far as the answer tells."""
    if _of_the_day(said):
        return "LinkedIn's limit of calls a day, for this account or for the app, is reached"
    if "comment create throttled" in said:
        return "LinkedIn's limit of comments a minute for this account is reached"
    return "LinkedIn's rate limit for this account is reached"


def _next_midnight(date: str) -> datetime | None:
    """By LinkedIn's own clock, as the answer's Date header tells it."""
    try:
        tomorrow = parsedate_to_datetime(date).astimezone(UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(tomorrow.date(), time(), UTC)
