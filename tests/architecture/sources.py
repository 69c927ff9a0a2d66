"""The project's own files, as these tests read them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
DRAVO = SRC / "dravo"


def modules(folder: Path = SRC) -> list[Path]:
    """Every module below a folder, in a fixed order."""
    found = sorted(folder.rglob("*.py"))
    assert found, f"{folder} holds no modules: these tests look in the wrong place"
    return found


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text())


def name_of(module: Path) -> str:
    """`src/dravo/kit/http.py` → `dravo.kit.http`."""
    return ".".join(module.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


def imports(module: Path) -> set[str]:
    """The modules that a module names in imports, wherever they stand, written absolutely."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def calls(module: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the called name: `findings.error(…)` is `error`."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def identifiers(module: Path) -> set[str]:
    """Every name that the module defines or uses, its own file name included."""
    found = {module.stem}
    for node in ast.walk(tree(module)):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.keyword(arg=str(name)):
                found.add(name)
    return found


def words(identifier: str) -> set[str]:
    """`jobs_per_queue` and `JobsPerQueue` → jobs, per, queue."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier)}
