"""What may know what, beyond the contracts of import-linter (pyproject.toml)."""

import sys

import pytest

from architecture.sources import DRAVO, imports, modules, name_of

KNOWN_TO_NETWORKS = ("dravo.kit.http", "dravo.kit.schemas", "dravo.kit.errors", "dravo.platforms")
LIBRARIES_OF_NETWORKS = {"pydantic", "pydantic_core"}
OWN_LIBRARIES = {"dravo.platforms.x.weighted_length": {"twitter_text"}}
"""A library that one network's own rule needs."""

ORDER = {"router": 4, "tasks": 4, "dependencies": 3, "queries": 1, "schemas": 0}
A_VERB = 2
EXCEPTIONS = {
    (
        "dravo.media.schemas",
        "probe",
    ): "the table of media types stands with the probe, which may import nothing of ours",
}


def test_one_module_imports_httpx() -> None:
    assert [name_of(module) for module in modules(DRAVO) if _libraries(imports(module)) & {"httpx"}] == [
        "dravo.kit.http"
    ]


def test_networks_know_three_kit_modules_and_pydantic() -> None:
    strangers = {}
    for module in modules(DRAVO / "platforms"):
        name, found = name_of(module), imports(module)
        libraries = _libraries(found) - sys.stdlib_module_names - {"dravo"}
        ours = {known for known in found if known.startswith("dravo.") and not known.startswith(KNOWN_TO_NETWORKS)}
        if foreign := ours | (libraries - LIBRARIES_OF_NETWORKS - OWN_LIBRARIES.get(name, set())):
            strangers[name] = foreign
    assert strangers == {}


def test_local_servers_need_nothing_but_the_standard_library() -> None:
    foreign = {
        library
        for module in modules(DRAVO / "local")
        for library in imports(module)
        if library.split(".")[0] not in sys.stdlib_module_names and not library.startswith("dravo.local")
    }
    assert foreign == set()


@pytest.mark.parametrize(
    "room", ["accounts", "auth", "deliveries", "lifecycle", "media", "posts", "webhooks"], ids=lambda room: room
)
def test_inside_a_room_imports_go_down_too(room: str) -> None:
    upwards = {
        (name_of(module), other)
        for module in modules(DRAVO / room)
        for other in _siblings(room, imports(module))
        if _height(other) > _height(module.stem)
    }
    assert upwards == {pair for pair in EXCEPTIONS if pair[0].startswith(f"dravo.{room}.")}


def _siblings(room: str, found: set[str]) -> set[str]:
    return {name.split(".")[2] for name in found if name.startswith(f"dravo.{room}.")}


def _height(stem: str) -> int:
    return ORDER.get(stem, A_VERB)


def _libraries(found: set[str]) -> set[str]:
    return {name.split(".")[0] for name in found}
