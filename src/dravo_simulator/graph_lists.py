"""Lists on the Graph hosts come in pages: cut by ``limit`` and ``after``, with cursors and the address of the next one."""

import base64
import binascii
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from dravo_simulator import graph
from dravo_simulator.store import JSON
from dravo_simulator.wire import origin, world_of

MOST_PER_PAGE = 100
DIGITS = len(str(MOST_PER_PAGE))
Item = TypeVar("Item")


def listed(request: Request, items: list[Item], ids: list[str]) -> tuple[list[Item], JSON]:
    """One page of a list whose items have these ids, and what an answer tells beside its ``data``; of an empty page nothing.

    ``next`` is only there while more follows. It repeats the query, with the token if that is where it stood.
    """
    given = dict(request.query_params)
    limit = given.get("limit", "25")
    if not (limit.isdecimal() and len(limit) <= DIGITS and 1 <= int(limit) <= MOST_PER_PAGE):
        raise graph.refusal(world_of(request), 100, f"Param limit must be between 1 and {MOST_PER_PAGE}")
    start = _start(request, given.get("after"), ids)
    end = start + int(limit)
    if not ids[start:end]:
        return [], {}
    before, after = (_cursor(item_id) for item_id in (ids[start], ids[start:end][-1]))
    paging: JSON = {"cursors": {"before": before, "after": after}}
    if ids[end:]:
        query = urlencode(given | {"limit": limit, "after": after})
        paging["next"] = f"{origin(request)}{request.scope['path']}?{query}"
    return items[start:end], {"paging": paging}


def _cursor(item_id: str) -> str:
    return base64.urlsafe_b64encode(item_id.encode()).decode().rstrip("=")


def _start(request: Request, after: str | None, ids: list[str]) -> int:
    """Where the page begins: behind what the cursor names, and at the end when that is no longer there."""
    if after is None:
        return 0
    try:
        last = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as broken:
        raise graph.refusal(world_of(request), 100, "Invalid cursor") from broken
    return ids.index(last) + 1 if last in ids else len(ids)
