"""robots.txt as a crawler reads it (RFC 9309): the group that names it, else that of ``*``; the longest rule decides."""

import re


def allows(text: str, agent: str, path: str) -> bool:
    """Whether ``agent`` may read ``path`` (with its query) by this file. Of two rules equally long, the one that allows."""
    rules = _rules(text, agent.lower())
    fitting = [(len(pattern), allowed) for allowed, pattern in rules if pattern and _matches(pattern, path)]
    return max(fitting, default=(0, True))[1]


def _rules(text: str, agent: str) -> list[tuple[bool, str]]:
    """(allowed, pattern) of every rule that is meant for the agent."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    named: list[str] = []
    is_naming = False
    for line in text.splitlines():
        field, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        match field.lower():
            case "user-agent":
                named = [*(named if is_naming else []), value.lower()]
                groups.setdefault(value.lower(), [])
                is_naming = True
            case "allow" | "disallow":
                is_naming = False
                for name in named:
                    groups[name].append((field.lower() == "allow", value))
    return groups.get(agent, groups.get("*", []))


def _matches(pattern: str, path: str) -> bool:
    """``*`` stands for anything, a last ``$`` for the end of the path."""
    ends = pattern.endswith("$")
    expression = ".*".join(re.escape(part) for part in pattern.removesuffix("$").split("*"))
    return re.match(expression + ("$" if ends else ""), path) is not None
