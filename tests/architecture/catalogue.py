"""Every stable code that a caller can meet, collected from where the code raises or reports it."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from architecture.sources import DRAVO, calls, modules, tree

PLACE = {
    # problems and their errors
    "Problem": 1,
    "FieldError": 1,
    "PydanticCustomError": 0,
    "add": 1,
    # rules of the networks
    "error": 1,
    "warn": 0,
    "_at_most": 2,
    # failures of deliveries
    "Transient": 0,
    "Rejected": 0,
    "Misconfigured": 0,
    "MediaRefused": 0,
    # the networks' tables
    "Row": 1,
    "_again": 0,
    "_reconnect": 1,
    "_rejected": 0,
    "_hold": 0,
}
"""At which place of its arguments a call names a code. `findings.warn` has it second, `run.warn` first: both are read."""

CODE = re.compile(r"[a-z]+(_[a-z]+)*")
MADE_FROM_PARTS = {"damaged_file", "too_many_pixels_file", "too_many_hashtags", "too_many_mentions"}
"""`media/router.py` writes `<reason>_file`, Instagram's limits write `too_many_<what>`."""


def codes() -> set[str]:
    """All of them, those of tables included."""
    from dravo.api import errors
    from dravo.kit import wording
    from dravo.platforms._graph import wire
    from dravo.platforms.x import refusals

    in_tables = {code for code, *_ in errors._OF_STATUS.values()} | {row[1] for row in refusals._FORBIDDEN}
    in_tables |= {code for code, _ in wording._WORDING.values()} | {"invalid_value"}
    elsewhere = {wire.UNREADABLE, "request_refused"}
    return MADE_FROM_PARTS | in_tables | elsewhere | {code for module in modules(DRAVO) for code in _codes_in(module)}


def _codes_in(module: Path) -> Iterator[str]:
    logs = "log" in module.read_text() and module.parent.name in {"deliveries", "api"}
    for name, call in calls(module):
        candidates = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
        if name in PLACE and not (logs and name == "error"):
            places = [PLACE[name], 1] if name == "warn" else [PLACE[name]]
            candidates += [call.args[place] for place in places if len(call.args) > place]
        yield from _texts(candidates)
    for node in ast.walk(tree(module)):
        # `noun, code = "option", "unknown_option"`
        if isinstance(node, ast.Assign):
            yield from _texts(_assigned_to_code(node))
        # `{"error_code": "worker_crashed"}` of a row, `{"code": "first_comment_not_sent"}` of a warning
        if isinstance(node, ast.Dict):
            named = zip(node.keys, node.values, strict=True)
            yield from _texts(
                value for key, value in named if isinstance(key, ast.Constant) and key.value in {"error_code", "code"}
            )
        # `code: str = "rate_limited"` of a verdict, and `super().__init__("outcome_unknown", …)`
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            arguments = dict(zip((a.arg for a in node.args.kwonlyargs), node.args.kw_defaults, strict=True))
            yield from _texts([arguments.get("code")])
            yield from _texts(
                argument
                for inner in ast.walk(node)
                if isinstance(inner, ast.Call)
                and isinstance(inner.func, ast.Attribute)
                and inner.func.attr == "__init__"
                for argument in inner.args[:1]
            )


def _assigned_to_code(node: ast.Assign) -> Iterator[ast.expr | None]:
    for target in node.targets:
        for at, name in enumerate(target.elts if isinstance(target, ast.Tuple) else [target]):
            if isinstance(name, ast.Name) and name.id == "code":
                for value in _branches(node.value):
                    yield value.elts[at] if isinstance(value, ast.Tuple) and isinstance(target, ast.Tuple) else value


def _texts(nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    for node in nodes:
        for branch in _branches(node):
            if isinstance(branch, ast.Constant) and isinstance(branch.value, str) and CODE.fullmatch(branch.value):
                yield branch.value


def _branches(node: ast.expr | None) -> list[ast.expr | None]:
    """`a if … else b` may be either."""
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
