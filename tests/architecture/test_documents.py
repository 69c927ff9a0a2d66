"""What is written beside the code says what the code does."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from architecture import catalogue, environment
from architecture.sources import ROOT
from dravo.settings import Settings

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = ROOT / ".env.example"


def test_env_example_is_settings() -> None:
    assert EXAMPLE.read_text() == environment.render(), "renew it: see tests/architecture/environment.py"


def test_what_env_example_shows_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = dict(re.findall(r"^# (DRAVO_\w+)=(.+)$", EXAMPLE.read_text(), re.MULTILINE))
    needed = re.findall(r"^(DRAVO_\w+)=$", EXAMPLE.read_text(), re.MULTILINE)
    assert set(needed) == {f"DRAVO_{name.upper()}" for name, f in Settings.model_fields.items() if f.is_required()}
    for name, value in {
        "DRAVO_DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
        "DRAVO_ENCRYPTION_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
        "DRAVO_STORAGE_URL": "file:///nowhere",
    }.items():
        assert name in needed
        monkeypatch.setenv(name, value)
    plain = Settings().model_dump()
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    assert Settings().model_dump() == plain


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    broken = [link for link in _relative_links(document.read_text()) if not _exists(document, link)]
    assert broken == []


def _relative_links(text: str) -> Iterator[str]:
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code):
        if "://" not in link and not link.startswith("mailto:"):
            yield link


def _exists(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    if not target.exists():
        return False
    return not anchor or anchor in {_anchor(line) for line in target.read_text().splitlines() if line.startswith("#")}


def _anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    words = re.sub(r"[^\w\- ]", "", heading.lstrip("#").strip().lower())
    return words.replace(" ", "-")


PATHS = re.compile(r"`((?:src|tests|docs|migrations|requirements|dravo|dravo_simulator)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_paths_that_are_named_exist(document: Path) -> None:
    missing = [
        path for path in PATHS.findall(document.read_text()) if not any((ROOT / s / path).exists() for s in ("", "src"))
    ]
    assert missing == []


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", document.read_text())}
    assert named <= targets


def test_commands_that_are_named_exist() -> None:
    from typer.main import get_command

    from dravo.cli.main import app

    root = get_command(app)
    known = {
        *root.commands,  # type: ignore[attr-defined]
        *(f"{a} {b}" for a, group in root.commands.items() for b in getattr(group, "commands", ())),  # type: ignore[attr-defined]
    }
    named = {
        name for document in DOCUMENTS for name in re.findall(r"`dravo ((?:[a-z]+)(?: [a-z]+)?)", _inline(document))
    }
    assert {name for name in named if name not in known and name.split()[0] not in known} == set()


def _inline(document: Path) -> str:
    return document.read_text()


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    documented = set(re.findall(r"^\| `([a-z_]+)`", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE))
    codes = catalogue.codes()
    assert len(codes) > 80, "the catalogue is found by how codes are written; has that changed?"
    assert codes - documented == set()
    assert documented - codes == set()


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(file.name[:4]) for file in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
