"""``fields=`` of Graph with fields inside of fields, and the pages of a list."""

import base64
import binascii
from urllib.parse import urlencode

from starlette.requests import Request

from dravo_simulator.meta_oauth import errors
from dravo_simulator.store import JSON
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import World

MOST_PER_PAGE = 100


def select(world: World, node: JSON, fields: str, kind: str) -> JSON:
    """The node cut down to ``fields``; ``id`` always comes along, what is None never. ``kind`` names the node in a refusal."""
    chosen: JSON = {}
    for name, inner in _parsed(fields).items():
        if name not in node:
            raise errors.no_such_field(world, name, kind)
        value = node[name]
        if isinstance(value, dict):
            value = select(world, value, inner or "id", name)
        if value is not None:
            chosen[name] = value
    return chosen | {"id": node["id"]}


def listed(request: Request, given: dict[str, str], nodes: list[JSON]) -> JSON:
    """One page of a list by ``limit`` and ``after``: the cursors of its ends, and ``next`` while there is more."""
    world, limit = world_of(request), given.get("limit", "25")
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST_PER_PAGE:
        raise errors.invalid(world, "(#100) Param limit must be between 1 and 100")
    start = _start(world, given.get("after"), nodes)
    page = nodes[start : start + int(limit)]
    if not page:
        return {"data": []}
    after = _cursor(page[-1])
    paging: JSON = {"cursors": {"before": _cursor(page[0]), "after": after}}
    if nodes[start + int(limit) :]:
        query = urlencode({**given, "limit": limit, "after": after})
        paging["next"] = f"{origin(request)}{request.scope['path']}?{query}"
    return {"data": page, "paging": paging}


def _parsed(fields: str) -> dict[str, str]:
    """``a,b{c,d}`` → a and b with what stands inside their braces."""
    found: dict[str, str] = {}
    name, inner, depth = "", "", 0
    for character in fields + ",":
        if character == "}":
            depth -= 1
        if depth > 0:
            inner += character
        elif character == "," and name.strip():
            found[name.strip()] = inner
            name = inner = ""
        elif character not in "{},":
            name += character
        if character == "{":
            depth += 1
    return found


def _cursor(node: JSON) -> str:
    return base64.urlsafe_b64encode(str(node["id"]).encode()).decode().rstrip("=")


def _start(world: World, after: str | None, nodes: list[JSON]) -> int:
    if after is None:
        return 0
    try:
        last = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as broken:
        raise errors.invalid(world, "(#100) Invalid cursor") from broken
    return next((number + 1 for number, node in enumerate(nodes) if node["id"] == last), len(nodes))
