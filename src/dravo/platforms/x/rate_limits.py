"""How long X wants to be left alone: by the headers of its answer, or by the period of a used-up plan.

Source: X docs `fundamentals/rate-limits` and `openapi.json` 2.159 and 2.167 (read 2026-08-22). No answer has a Retry-After.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from dravo.platforms.errors import RateLimited, Scope

BACKOFF = timedelta(seconds=60)
"""How long to wait when X limits a rate without saying until when."""

DAILY_BACKOFF = timedelta(minutes=15)
"""The same when a day's budget is used up."""

LONGEST_WAIT = timedelta(days=32)
"""No budget of X's lasts longer than a month: a reset that is further ahead, by the clock of the answer, is not believed."""

LATEST_RESET = 4_102_444_800
"""1 January 2100: a reset beyond it is no time."""

_CALLS = "X's limit of calls of this kind for this account is reached"

_BUDGETS: tuple[tuple[str, Scope, str], ...] = (
    ("x-app-limit-24hour", "app", "X's limit for this app within 24 hours is reached"),
    ("x-user-limit-24hour", "account", "X's limit for this account within 24 hours is reached"),
    ("x-rate-limit", "account", _CALLS),
)
"""How the headers of a budget begin, the longest wait first, who waits, and what for."""


def limited(problem: dict[str, Any], headers: Mapping[str, str]) -> RateLimited:
    """Until when: the day's reset where a day's budget is used up, else the window's reset, else a minute from now."""
    return _limited(problem, headers, None, BACKOFF)


def posts_of_the_day_used(problem: dict[str, Any], headers: Mapping[str, str]) -> RateLimited:
    """The same where X says that the account has posted as often as it may in a day; without a reset a quarter of an hour."""
    return _limited(problem, headers, "X's limit of posts a day for this account is reached", DAILY_BACKOFF)


def _limited(
    problem: dict[str, Any], headers: Mapping[str, str], said: str | None, otherwise: timedelta
) -> RateLimited:
    """`said` is the limit by X's own words, where it has any; else the headers tell it."""
    for prefix, scope, limit in _BUDGETS:
        until = _reset(f"{prefix}-reset", headers)
        if until and headers.get(f"{prefix}-remaining", "").strip() == "0":
            return RateLimited(_until(said or limit, until), until=until, scope=scope, raw=problem)
    until = _reset("x-rate-limit-reset", headers)
    if until and "x-rate-limit-remaining" not in headers:
        return RateLimited(_until(said or _CALLS, until), until=until, raw=problem)
    minutes = otherwise // timedelta(minutes=1)
    message = f"{said or _CALLS}; X does not say until when, so it is tried again in {minutes} min."
    return RateLimited(message, wait=otherwise, raw=problem)


def _until(limit: str, until: datetime) -> str:
    return f"{limit}; it is tried again after {until:%Y-%m-%d %H:%M} UTC."


def usage_capped(problem: dict[str, Any], headers: Mapping[str, str]) -> RateLimited:
    """The plan's budget for a day or a month is used up: until midnight UTC, by X's own clock.

    On which day a month's budget begins anew is the app's own affair and stands in no answer; it is a midnight in any case.
    """
    period = str(problem.get("period") or "present period").lower()
    span = {"daily": "day", "monthly": "month"}.get(period, "period")
    until = _midnight_after(_time_of(headers))
    return RateLimited(
        f"The app's X plan has used up its budget for the {span}; it is tried again "
        f"{'after midnight UTC' if until else 'in a day'}, and a larger plan ends the wait.",
        until=until,
        wait=None if until else timedelta(days=1),
        scope="app",
        raw=problem,
        code="usage_capped",
    )


def _reset(name: str, headers: Mapping[str, str]) -> datetime | None:
    text = headers.get(name, "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    if not 0 < seconds < LATEST_RESET:
        return None
    until, now = datetime.fromtimestamp(seconds, UTC), _time_of(headers)
    return None if now is not None and until - now > LONGEST_WAIT else until


def _time_of(headers: Mapping[str, str]) -> datetime | None:
    """What time it was at X when it answered."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _midnight_after(now: datetime | None) -> datetime | None:
    try:
        return None if now is None else datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    except OverflowError:
        return None
