"""What a person at the command line is told: one sentence with the way out, and never a traceback for their own mistake."""

from collections.abc import Callable

import asyncpg
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from dravo.accounts.simulate import SimulatorUnavailable
from dravo.kit.db import DatabaseUnavailable
from dravo.local.errors import LocalError
from dravo.settings import DatabaseSettings, Settings


class Stop(Exception):
    """The command cannot be carried out; the text is for the person who gave it."""


_UNREACHABLE = (
    "The database cannot be reached or refuses the login. Is Postgres running, and does DRAVO_DATABASE_URL name it?"
)


def explained(error: BaseException) -> str | None:
    """The sentence for an error that a person can mend, or None for one that is a fault of ours."""
    if isinstance(error, (Stop, LocalError)):
        return "\n".join([str(error), *getattr(error, "__notes__", [])])
    if isinstance(error, ValidationError) and error.title in {Settings.__name__, DatabaseSettings.__name__}:
        return "\n".join(_variable(*finding) for finding in _findings(error))
    if isinstance(error, SimulatorUnavailable):
        return f"The simulator did not help: {error}"
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if _without_schema(error):
        return "The database has not the schema of this version; run: dravo db upgrade"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."  # a file or folder, not the network
    if isinstance(error, (DatabaseUnavailable, OSError, asyncpg.PostgresError)):
        return _UNREACHABLE
    return None


def _without_schema(error: BaseException) -> bool:
    """Undefined table, column or function (SQLSTATE 42P01, 42703, 42883)."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state in {"42P01", "42703", "42883"}


def _findings(error: ValidationError) -> list[tuple[str, str, str]]:
    return [
        (str(details["loc"][0]), details["type"], details["msg"])
        for details in error.errors(include_input=False, include_url=False)
        if details["loc"]
    ]


def _variable(field: str, kind: str, message: str) -> str:
    variable = f"DRAVO_{field.upper()}"
    if kind == "missing":
        return f"{variable} is not set. {Settings.model_fields[field].description}"
    return f"{variable} is wrong: {message.removeprefix('Value error, ')}"


def sentences(command: Callable[[], object]) -> None:
    """Run a command; an error that a person can mend becomes a sentence on standard error and exit code 1."""
    import sys

    try:
        command()
    except Exception as error:
        said = explained(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        sys.exit(1)
