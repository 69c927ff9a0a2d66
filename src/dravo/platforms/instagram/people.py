"""The ways in which a client may name people, brought into one shape.

`user_tags` is an object, a list of objects, or text; `collaborators` a list of names, or text. Text that begins with `[` or `{` is
JSON, as the Graph API takes it; other text is names between commas. A name that comes twice counts once, where it came first.
"""

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError

from dravo.kit.schemas import StrictModel, worded

N = TypeVar("N")

MOST_TAGS = 20
MOST_COLLABORATORS = 3
MOST_TEXT = 5000

_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")


def _username(value: str) -> str:
    name = value.removeprefix("@")
    if not _USERNAME.fullmatch(name):
        raise PydanticCustomError(
            "invalid_username", "must be an Instagram username: 1 to 30 letters, digits, dots and underscores"
        )
    return name


Username = Annotated[str, AfterValidator(_username)]
"""An Instagram username; one leading `@` is taken off, because the API refuses names that carry it."""


class UserTag(StrictModel):
    """An account tagged in an image, at a place in it."""

    username: Username = Field(description="The account to tag, with or without a leading @.")
    x: float = Field(ge=0, le=1, allow_inf_nan=False, description="From the left edge (0) to the right edge (1).")
    y: float = Field(ge=0, le=1, allow_inf_nan=False, description="From the top edge (0) to the bottom edge (1).")


def _each_tag_once(tags: list[UserTag]) -> list[UserTag]:
    return _firsts(tags, lambda tag: tag.username)


def _each_name_once(names: list[str]) -> list[str]:
    return _firsts(names, lambda name: name)


def _firsts(named: list[N], name_of: Callable[[N], str]) -> list[N]:
    """The first of each name; Instagram's names know no capitals."""
    by_name: dict[str, N] = {}
    for one in named:
        by_name.setdefault(name_of(one).lower(), one)
    return list(by_name.values())


def _tags(value: Any, one_shape: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, dict):
        return _alone(value, one_shape)
    if not isinstance(value, str):
        return one_shape(value)
    if _is_json(value):
        parsed = _parsed(value)
        return _in_text(parsed if isinstance(parsed, list) else [parsed], one_shape)
    return _in_text([{"username": name, "x": 0.5, "y": 0.5} for name in _names(value)], one_shape)


def _collaborators(value: Any, one_shape: ValidatorFunctionWrapHandler) -> Any:
    if not isinstance(value, str):
        return one_shape(value)
    return _in_text(_parsed(value) if _is_json(value) else _names(value), one_shape)


def _is_json(text: str) -> bool:
    _at_most(text)
    return text.lstrip().startswith(("[", "{"))


def _at_most(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise PydanticCustomError("too_long", "must have at most 5000 characters")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PydanticCustomError("invalid_json_text", "begins like JSON and is not JSON") from None


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _alone(value: dict[str, Any], one_shape: ValidatorFunctionWrapHandler) -> Any:
    """One object: its problems are shown at its own keys, not at a place in a list that the client never wrote."""
    try:
        return one_shape([value])
    except ValidationError as error:
        raise _moved(error, drop=1) from None


def _in_text(value: Any, one_shape: ValidatorFunctionWrapHandler) -> Any:
    """What a text stood for: its problems are shown at the text, which has no places inside."""
    try:
        return one_shape(value)
    except ValidationError as error:
        raise _moved(error, drop=None) from None


def _moved(error: ValidationError, *, drop: int | None) -> ValidationError:
    """The same problems at a shorter place (`drop` parts off the front; None: all), without the values."""
    lines = []
    for found in error.errors(include_url=False, include_input=False):
        place, about_a_key = found["loc"], found["type"] in {"missing", "extra_forbidden"}
        code, said = worded(found)
        # The door has its own words for a key that is missing or unknown, and knows it by the validator's.
        kind = found["type"] if about_a_key else code
        if drop is None:
            # A missing or unknown key has no place inside a text, and must not read as if user_tags itself were it.
            kind = "invalid_tag" if about_a_key else code
            said = ": ".join([".".join(str(part) for part in place if _printable(part)), said]) if place else said
        shown = PydanticCustomError(kind, "{said}", {"said": said})
        lines.append(InitErrorDetails(type=shown, loc=() if drop is None else place[drop:], input=None))
    return ValidationError.from_exception_data(error.title, lines, hide_input=True)


def _printable(part: str | int) -> bool:
    """Keys that the client made up are not repeated."""
    return isinstance(part, int) or part in UserTag.model_fields


UserTags = Annotated[
    list[UserTag],
    AfterValidator(_each_tag_once),
    Field(max_length=MOST_TAGS),
    WrapValidator(_tags, json_schema_input_type=UserTag | list[UserTag] | str),
]
Collaborators = Annotated[
    list[Username],
    AfterValidator(_each_name_once),
    Field(max_length=MOST_COLLABORATORS),
    WrapValidator(_collaborators, json_schema_input_type=list[str] | str),
]
