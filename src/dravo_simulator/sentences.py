"""What is wrong with an order, in sentences that name the field as the order spells it."""

import re
from collections.abc import Callable
from typing import Any

from pydantic import AfterValidator, ValidationError

_TIME = "must be a time with its zone, such as 2027-02-03T04:05:06Z"
_OBJECT = "must be an object"
_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is no field of this order",
    "literal_error": lambda said: f"must be {said['expected']}",
    "string_type": lambda _: "must be a text",
    "string_too_short": lambda _: "may not be empty",
    "string_too_long": lambda said: f"may have at most {said['max_length']} characters",
    "bool_type": lambda _: "must be true or false",
    "int_type": lambda _: "must be a whole number",
    "float_type": lambda _: "must be a number",
    "finite_number": lambda _: "must be a finite number",
    "greater_than_equal": lambda said: f"must be at least {said['ge']:g}",
    "less_than_equal": lambda said: f"must be at most {said['le']:g}",
    "list_type": lambda _: "must be a list",
    "dict_type": lambda _: _OBJECT,
    "model_type": lambda _: _OBJECT,
    "value_error": lambda said: str(said["error"]),
}
"""By pydantic's name of what it found; everything it can find about a time is said in the same way."""


def sentences(invalid: ValidationError, within: str = "") -> str:
    """All that was found, one sentence each. ``within`` is the field in which the checked part of the order stands."""
    return "; ".join(_sentence(found, within) for found in invalid.errors())


def looking_like(pattern: str, words: str) -> AfterValidator:
    """For a text that the pattern describes from end to end; ``words`` say it to a person and go on after "must"."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text, re.DOTALL) is None:
            raise ValueError(f"must {words}")
        return text

    return AfterValidator(check)


def _sentence(found: Any, within: str) -> str:
    path = ".".join(str(part) for part in ([within] if within else []) + list(found["loc"]))
    said = _WORDS[found["type"]](found.get("ctx", {})) if found["type"] in _WORDS else _TIME
    return f"{path}: {said}" if path else said
