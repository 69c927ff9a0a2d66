"""What Meta's answers tell about the calls that are left.

Source: Graph API overview `rate-limiting` (summaries of 2026-09-11). Meta throttles at 100 %, says so in every answer before,
and counts what is asked after that against the caller.
"""

import json
import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dravo.kit.http import Reply

NEARLY_ALL = 95
"""Per cent of the calls, or of the time that they may take, from which on an account rests."""

REST = timedelta(minutes=5)
"""How long it rests where Meta tells no time: the counts are those of the last hour and sink all the while."""

MOST_MINUTES = 24 * 60
"""The windows of Meta's limits are an hour and a day; a longer time is not one that it would stand by."""

_APP = "x-app-usage"
_BUSINESS = "x-business-use-case-usage"
_SHARES = ("call_count", "total_cputime", "total_time")


def usage_wait(reply: Reply) -> timedelta | None:
    """The longest "time to regain access" of `X-Business-Use-Case-Usage`, in minutes there; None when none is said."""
    minutes = [_number(entry.get("estimated_time_to_regain_access")) for entry in _entries(reply, _BUSINESS)]
    longest = min(max(minutes, default=0), MOST_MINUTES)
    return timedelta(minutes=longest) if longest > 0 else None


def rest(reply: Reply) -> timedelta | None:
    """How long the account had better rest after an answer; None while there is room."""
    wait = usage_wait(reply)
    if wait is not None:
        return wait
    entries = [*_entries(reply, _APP), *_entries(reply, _BUSINESS)]
    used = max((_number(entry.get(share)) for entry in entries for share in _SHARES), default=0)
    return REST if used >= NEARLY_ALL else None


def _entries(reply: Reply, header: str) -> Iterator[dict[str, Any]]:
    """The counts in a header: the app's stand there plainly, those of businesses in a list for each."""
    try:
        usage = json.loads(reply.headers.get(header, "{}"))
    except (ValueError, RecursionError):
        return
    if not isinstance(usage, dict):
        return
    listed = (
        [usage] if header == _APP else [entry for each in usage.values() if isinstance(each, list) for entry in each]
    )
    yield from (entry for entry in listed if isinstance(entry, dict))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        return 0
    return value
