"""``fields=`` of Graph with fields inside of fields."""

from dravo_simulator.meta_oauth import errors
from dravo_simulator.store import JSON
from dravo_simulator.world import World


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
