"""docs/simulator.md says everything that can be ordered, and nothing that cannot."""

import re
from pathlib import Path
from typing import get_args

from dravo_simulator import attributes, control
from dravo_simulator.accounts import AccountOrder
from dravo_simulator.apps import SEEDED
from dravo_simulator.control import AppOrder, ClockOrder, WebhookOrder
from dravo_simulator.faults import Action, Fault
from dravo_simulator.hosts import HOSTS
from dravo_simulator.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()


def section(title: str) -> str:
    """The part of the page under a heading."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(text: str, column: int = 0) -> list[str]:
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")
    ]
    return [name for row in rows if len(row) > column for name in re.findall(r"`([^`]+)`", row[column])]


def test_every_setting_is_on_the_page_with_its_default() -> None:
    text = section("Settings")
    assert sorted(first_cells(text)) == sorted(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        [row] = [line for line in text.splitlines() if line.startswith("|") and f"`{name}`" in line.split(" | ")[0]]
        default = field.get_default(call_default_factory=True)
        in_words = isinstance(default, list)
        assert in_words or str("null" if default is None else default).lower() in row.lower(), row


def test_every_attribute_is_on_the_page() -> None:
    known = [name for model in attributes.MODELS.values() for name in model.model_fields]
    assert [name for name in first_cells(section("Accounts"), 1) if name in known] == known
    assert set(AccountOrder.model_fields) <= set(first_cells(section("Accounts")))


def test_every_action_and_field_of_a_fault_is_on_the_page() -> None:
    text = section("Faults")
    assert first_cells(text) == ["status", "status_after", *first_cells(text)[2:]]
    assert set(first_cells(text)) == set(get_args(Action))
    assert [name for name in Fault.model_fields if f"`{name}`" not in text] == []


def test_every_control_call_is_on_the_page() -> None:
    calls = {
        f"{method} /_control{route.path}" for route in control.ROUTES for method in (route.methods or set()) - {"HEAD"}
    }
    assert {name for name in first_cells(section("Control calls")) if "/_control" in name} == calls
    fields = {*AppOrder.model_fields, *ClockOrder.model_fields, *WebhookOrder.model_fields}
    assert [name for name in fields if f"`{name}`" not in section("Control calls")] == []


def test_every_host_and_seeded_app_is_on_the_page() -> None:
    start = section("Start it")
    assert [host for hosts in HOSTS.values() for host in hosts if f"`{host}`" not in start] == []
    for app in SEEDED.values():
        assert f"| `{app.client_id}` | `{app.client_secret}` |" in section("Get a token")
