"""Habits that no linter knows."""

import ast

from architecture.sources import DRAVO, ROOT, calls, imports, modules, name_of, tree

READS_ENVIRONMENT = {
    "dravo.settings": "the only reader of DRAVO_ variables",
    "dravo.local.server": "copies the environment for a server, without our variables",
}
SLEEPS = {
    "dravo.local.process": "its plain-code half waits for a child process, bounded, where no event loop runs",
}


def test_only_settings_reads_the_environment() -> None:
    readers = {
        name_of(module)
        for module in modules(DRAVO)
        if imports(module) & {"os.environ", "os.getenv", "os.environb"}
        or any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
            for node in ast.walk(tree(module))
        )
    }
    assert readers == set(READS_ENVIRONMENT)


def test_nothing_sleeps_in_a_thread() -> None:
    sleepers = {
        name_of(module)
        for module in modules()
        if "time.sleep" in imports(module)
        or any(
            isinstance(node, ast.Attribute)
            and node.attr == "sleep"
            and isinstance(node.value, ast.Name)
            and node.value.id == "time"
            for node in ast.walk(tree(module))
        )
    }
    assert sleepers == set(SLEEPS)


def test_only_the_command_line_prints() -> None:
    printing = [
        name_of(module)
        for module in modules()
        if any(
            name == "print" and isinstance(call.func, ast.Name) and DRAVO / "cli" not in module.parents
            for name, call in calls(module)
        )
    ]
    # The probe is a child process of its own: standard output is how it answers.
    assert [name for name in printing if name != "dravo.media.probe"] == []


def test_adapters_let_suspensions_pass() -> None:
    """A delivery that waits leaves its adapter by a BaseException; one that caught it would hold a worker."""
    catching = [
        f"{name_of(module)}:{handler.lineno}"
        for module in modules(DRAVO / "platforms")
        for handler in ast.walk(tree(module))
        if isinstance(handler, ast.ExceptHandler) and (handler.type is None or "BaseException" in _names(handler.type))
    ]
    assert catching == []


def _names(node: ast.expr) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def test_locks_name_no_host() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert [lock.name for lock in locks] == ["dev.txt", "local.txt", "main.txt"]
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock
        assert "--hash=sha256:" in text, lock
        assert not [line for line in text.splitlines() if line.startswith("-")], f"{lock} holds an option of pip"
