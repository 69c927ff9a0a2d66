"""`.env.example` out of Settings. Renew it with: PYTHONPATH=tests .venv/bin/python -m architecture.environment > .env.example"""

import textwrap
from typing import Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from dravo.settings import Settings

HEAD = """\
# Every variable that `dravo api`, `dravo worker` and `dravo db` read. What is commented out shows its default;
# what is not must be filled in. `dravo up` needs none of them. Durations in seconds, or as ISO 8601 where they begin with P.
"""


def render() -> str:
    """The whole file: each field's description as a comment, then the variable."""
    return HEAD + "".join(_entry(name, field) for name, field in Settings.model_fields.items())


def _entry(name: str, field: FieldInfo) -> str:
    variable = f"DRAVO_{name.upper()}="
    comment = textwrap.fill(field.description or "", 110, initial_indent="# ", subsequent_indent="# ")
    return f"\n{comment}\n" + (variable if field.is_required() else f"# {variable}{_text(field)}") + "\n"


def _text(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    annotation: Any = field.annotation
    said = TypeAdapter(annotation).dump_python(field.default, mode="json")
    return ",".join(map(str, said)) if isinstance(said, list) else str(said)


if __name__ == "__main__":
    import sys

    sys.stdout.write(render())
