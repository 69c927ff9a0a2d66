"""Strict models at the door: from the bytes of a body to a model, with errors that name field, reason and way out.

The bytes are parsed here rather than by the framework because its parser answers 500 to NaN and lone surrogates, takes the last
of two equal keys and any depth, and echoes the input in its errors.
"""

import difflib
import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, NoReturn, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from dravo.kit.errors import FieldError, escape, malformed, validation_problem
from dravo.kit.wording import worded

MAX_DEPTH = 32
M = TypeVar("M", bound=BaseModel)


__all__ = ["worded"]  # adapters that bring findings into another shape word them as the door does


class StrictModel(BaseModel):
    """A model of what a client sends: no coercion, no unknown key."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})?$")


def _instant(value: object) -> datetime:
    """Only text, only ISO 8601 with date, time and timezone; answered in UTC."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _INSTANT.match(value):
        raise PydanticCustomError("invalid_instant", "must be an ISO 8601 text such as 2027-01-31T09:00:00Z")
    try:
        instant = datetime.fromisoformat(value.upper())
    except ValueError:
        raise PydanticCustomError("invalid_instant", "is not a date and time that exists") from None
    if instant.tzinfo is None:
        raise PydanticCustomError("timezone_missing", "needs a timezone: add Z for UTC, or an offset such as +02:00")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("invalid_instant", "is outside the years that a calendar has") from None


def rfc3339(instant: datetime) -> str:
    """UTC with `Z`, microseconds only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[datetime, BeforeValidator(_instant), PlainSerializer(rfc3339, return_type=str)]
"""A moment: ISO 8601 text with a timezone on the way in, RFC 3339 in UTC with `Z` on the way out."""


def _http_url(value: str) -> str:
    problem = url_problem(value)
    if problem:
        raise PydanticCustomError("invalid_url", "{problem}", {"problem": problem})
    return value


_HOST_LABEL = re.compile(r"^(?!-)[a-zA-Z0-9_-]{1,63}(?<!-)$")


def url_problem(value: str) -> str | None:
    """What is wrong with an absolute http(s) URL, or None. At most 2048 characters, a valid host and port, no userinfo."""
    from urllib.parse import urlsplit

    if len(value) > 2048:
        return "is longer than 2048 characters"
    if any(char.isspace() or not char.isprintable() for char in value) or "\\" in value:
        return "holds white space, a control character or a backslash; percent-encode it"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return "has no valid host and port"
    if parts.scheme not in {"http", "https"}:
        return "must begin with http:// or https://"
    if "@" in parts.netloc:
        return "must not hold a user name or password"
    if port == 0 or not _valid_host(parts.hostname or ""):
        return "has no valid host and port"
    return None


def _valid_host(host: str) -> bool:
    import ipaddress

    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).scope_id is None  # a zone means something on one machine only
        except ValueError:
            return False
    try:
        ascii_host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return False
    labels = ascii_host.removesuffix(".").split(".")
    if not ascii_host or len(ascii_host) > 253 or not all(_HOST_LABEL.match(label) for label in labels):
        return False
    if re.fullmatch(r"(0[xX][0-9a-fA-F]+|[0-9]+)", labels[-1]):  # an odd numeric host: only a dotted quad is an address
        try:
            ipaddress.IPv4Address(ascii_host)
        except ValueError:
            return False
    return True


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""An absolute http(s) URL as text, kept as the client wrote it."""


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it and nothing beside it. Raises Problem 400 (`malformed_json`)."""
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise malformed("The body begins with a byte order mark; send plain UTF-8 without one.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed("The body is not UTF-8.") from None
    try:
        value = json.loads(
            text, object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_float=_finite, parse_int=_small_int
        )
    except RecursionError:
        raise malformed(f"The body is nested more than {MAX_DEPTH} levels deep.") from None
    except json.JSONDecodeError as error:
        raise malformed(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    return _walked(value)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise malformed(f"The key '{escape(twice)}' stands twice in one object.")
    return unique


def _no_constant(name: str) -> NoReturn:
    raise malformed(f"{name} is not a JSON number.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise malformed("A number is too large.")
    return number


def _small_int(text: str) -> int:
    if len(text) > 40:
        raise malformed("A number has too many digits.")
    return int(text)


def _walked(value: Any) -> Any:
    """Refuse what no field takes: too deep, NUL, lone surrogates (in keys and values alike)."""
    errors: list[FieldError] = []
    pending: list[tuple[Any, str, int]] = [(value, "", 0)]
    while pending and len(errors) < 100:
        item, pointer, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise malformed(f"The body is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(item, dict):
            for key, inner in reversed(item.items()):
                below = f"{pointer}/{escape(key)}"
                if reason := unstorable(key):
                    errors.append(FieldError(below, "invalid_text", f"the name {reason}"))
                pending.append((inner, below, depth + 1))
        elif isinstance(item, list):
            pending.extend((inner, f"{pointer}/{i}", depth + 1) for i, inner in reversed(list(enumerate(item))))
        elif isinstance(item, str) and (reason := unstorable(item)):
            errors.append(FieldError(pointer, "invalid_text", reason))
    if errors:
        raise validation_problem(errors)
    return value


def unstorable(text: str) -> str | None:
    """Why a text cannot be stored or sent on, or None."""
    if "\0" in text:
        return "holds a NUL character"
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        return "holds half of a surrogate pair (\\ud800-\\udfff without its partner)"
    return None


def parse_model(model: type[M], body: bytes) -> M:
    """A body's bytes as a strict model. Raises Problem 400 with every problem in it."""
    return validate(model, parse_json(body))


def validate(model: type[M], value: Any) -> M:
    """A JSON value as a strict model. Raises Problem 400 with every problem in it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise validation_problem(field_errors(model, error)) from None


def field_errors(model: type[BaseModel], error: ValidationError) -> list[FieldError]:
    """Pydantic's findings in our words, without the values that were sent; one finding per place and code."""
    found: dict[tuple[str, str], FieldError] = {}
    for details in error.errors(include_input=False, include_url=False, include_context=True):
        said = _field_error(model, details)
        found.setdefault((said.pointer, said.code), said)
    return list(found.values())


def _field_error(model: type[BaseModel], details: ErrorDetails) -> FieldError:
    pointer = "".join(f"/{escape(part)}" for part in details["loc"] if not _is_tag(part))
    if details["type"] == "extra_forbidden":
        return _unknown(model, pointer, details["loc"])
    return FieldError(pointer, *worded(details))


def _is_tag(part: str | int) -> bool:
    """Pydantic puts names of union members and validators into the path; they are no part of the request."""
    return isinstance(part, str) and part.startswith("function-")


def _unknown(model: type[BaseModel], pointer: str, loc: Sequence[str | int]) -> FieldError:
    names = _names_at(model, loc[:-1])
    near = difflib.get_close_matches(_snake(str(loc[-1])), names, n=1, cutoff=0.6)
    roots = len(loc) == 2 and loc[0] == "platform_options"
    noun, code = ("platform", "unknown_platform") if roots else ("option", "unknown_option")
    if len(loc) == 1:
        noun, code = "field", "unknown_field"
    if near:
        return FieldError(pointer, code, f"unknown {noun}, did you mean '{near[0]}'?")
    return FieldError(pointer, code, f"unknown {noun}; known are {', '.join(names)}")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name[:80]).lower()


def _names_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The field names of the model that stands at `loc` below `model`."""
    here: type[BaseModel] | None = model
    for part in loc:
        if here is None or not isinstance(part, str) or part not in here.model_fields:
            continue
        here = _model_in(here.model_fields[part].annotation)
    return sorted(here.model_fields) if here else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
