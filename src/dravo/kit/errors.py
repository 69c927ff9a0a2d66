"""Problems: what a caller is told when something cannot be done (RFC 9457, `application/problem+json`).

A `Problem` carries what the answer needs and never a value that the caller sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TYPE_BASE = "https://dravo.dev/problems/"
MAX_ERRORS = 100
MAX_BYTES = 16 * 1024
MAX_NAME = 80
"""Key names of the caller's are repeated to this length."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with a request: where (JSON pointer), what (stable code), and a sentence with the way out."""

    pointer: str
    code: str
    message: str
    account_id: str | None = None
    platform: str | None = None

    def as_json(self) -> dict[str, str]:
        said = {"pointer": self.pointer, "code": self.code, "message": self.message}
        if self.account_id is not None and self.platform is not None:
            said |= {"account_id": self.account_id, "platform": self.platform}
        return said

    def sentence(self) -> str:
        """`platform_options.x.poll: …`, the form in which `detail` names the first problem."""
        path = ".".join(unescape(part) for part in self.pointer.split("/")[1:])
        return f"{path}: {self.message}" if path else self.message


class Problem(Exception):
    """An error answer: status, stable code, title, and a detail that says what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def as_json(self, request_id: str) -> dict[str, Any]:
        """The document, at most MAX_ERRORS errors and about MAX_BYTES long."""
        document: dict[str, Any] = {
            "type": TYPE_BASE + self.code.replace("_", "-"),
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail[:1000],
        }
        if self.errors:
            document["errors"] = _fitting(self.errors)
        return document | {"request_id": request_id}


def _fitting(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    room = MAX_BYTES - 4096
    fitting = []
    for error in errors[:MAX_ERRORS]:
        said = error.as_json()
        room -= sum(len(value.encode()) + 24 for value in said.values())
        if room < 0:
            break
        fitting.append(said)
    return fitting


def escape(part: str | int) -> str:
    """One reference token of a JSON pointer (RFC 6901), safe to print: bounded, no lone surrogates, no control codes."""
    name = str(part).encode("utf-8", "replace").decode()
    name = "".join(char if char.isprintable() else "?" for char in name[:MAX_NAME])
    return name.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def validation_problem(errors: Sequence[FieldError]) -> Problem:
    """400 for a request whose content is wrong; `errors` must hold at least one."""
    return Problem(400, "validation_error", "The request is not valid", errors[0].sentence(), errors=errors)


def malformed(detail: str) -> Problem:
    return Problem(400, "malformed_json", "The body is not JSON that we read", detail)


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", "There is no such thing", f"There is no such {what} for this caller.")


def conflict(detail: str) -> Problem:
    return Problem(409, "conflict", "The state forbids it", detail)


@dataclass(slots=True)
class Errors:
    """Collects field errors, to refuse a request once with all of them."""

    found: list[FieldError] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str, **account: str | None) -> None:
        self.found.append(FieldError(pointer, code, message, **account))

    def raise_if_any(self) -> None:
        if self.found:
            raise validation_problem(self.found)
