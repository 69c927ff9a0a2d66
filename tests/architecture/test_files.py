"""How the sources are cut into files."""

import ast
import tomllib

import pytest

from architecture.sources import DRAVO, ROOT, modules, name_of, tree

MOST_LINES = 330
LONGER = {
    "dravo.kit.http": "the one module that imports httpx holds both of its uses: calls to networks, guarded fetches",
}
JUNK_DRAWERS = ("util", "utils", "helper", "helpers", "manager", "managers", "misc", "common")

ROOMS_WITH_DOCUMENTED_FUNCTIONS = ("kit", "lifecycle", "deliveries")
FILES_OF_A_NETWORK = {"__init__.py", "adapter.py", "client.py", "limits.py", "options.py"}
NETWORKS = sorted(
    folder.name for folder in (DRAVO / "platforms").iterdir() if folder.is_dir() and folder.name[0] not in "_."
)


def test_files_stay_short() -> None:
    long = {name_of(module) for module in modules() if len(module.read_text().splitlines()) > MOST_LINES}
    assert long == set(LONGER), "move a verb out under its own name; what is no longer long leaves the list"


def test_there_are_no_junk_drawers() -> None:
    assert [name_of(module) for module in modules() if not set(JUNK_DRAWERS).isdisjoint(module.parts)] == []
    assert [name_of(module) for module in modules() if module.stem.endswith(JUNK_DRAWERS)] == []


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(module) for module in modules() if tree(module).body and not ast.get_docstring(tree(module))]
    assert silent == []


def test_public_functions_of_the_engine_room_are_documented() -> None:
    """One line of code may speak for itself; more than that says what it means, and what it raises."""
    files = [DRAVO / "platforms" / "base.py"]
    for room in ROOMS_WITH_DOCUMENTED_FUNCTIONS:
        files += modules(DRAVO / room)
    silent = [
        f"{name_of(module)}.{node.name}"
        for module in files
        for node in tree(module).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and _is_more_than_a_line(node)
    ]
    assert silent == []


def _is_more_than_a_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        # An enumeration is its members.
        return not any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases)
    return len(node.body) > 1


@pytest.mark.parametrize("network", NETWORKS)
def test_a_networks_folder_has_the_five_files(network: str) -> None:
    files = {file.name for file in (DRAVO / "platforms" / network).glob("*.py")}
    assert files >= FILES_OF_A_NETWORK


def test_every_network_is_registered_and_has_its_contracts() -> None:
    from dravo.platforms.registry import PLATFORMS

    assert sorted(PLATFORMS) == NETWORKS
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    expected = [f"dravo.platforms.{network}" for network in NETWORKS]
    by_id = {contract["id"]: contract for contract in contracts}
    assert sorted(by_id["strangers"]["modules"]) == expected
    assert sorted(by_id["registry"]["protected_modules"]) == expected
