"""What is wrong with a value, in our own stable codes and words; the validator's vocabulary changes with its versions."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

_VALIDATORS_OWN = frozenset(get_args(ErrorType))

_WORDING: Mapping[str, tuple[str, str]] = {
    "missing": ("required", "is required"),
    "string_type": ("invalid_type", "must be a text"),
    "int_type": ("invalid_type", "must be a whole number"),
    "int_from_float": ("invalid_type", "must be a whole number"),
    "float_type": ("invalid_type", "must be a number"),
    "finite_number": ("invalid_type", "must be a finite number"),
    "bool_type": ("invalid_type", "must be true or false"),
    "list_type": ("invalid_type", "must be a list"),
    "dict_type": ("invalid_type", "must be an object"),
    "model_type": ("invalid_type", "must be an object"),
    "model_attributes_type": ("invalid_type", "must be an object"),
    "string_too_short": ("too_short", "must have at least {min_length} characters"),
    "string_too_long": ("too_long", "must have at most {max_length} characters"),
    "too_short": ("too_few", "must have at least {min_length} entries"),
    "too_long": ("too_many", "must have at most {max_length} entries"),
    "greater_than_equal": ("out_of_range", "must be at least {ge}"),
    "less_than_equal": ("out_of_range", "must be at most {le}"),
    "greater_than": ("out_of_range", "must be more than {gt}"),
    "less_than": ("out_of_range", "must be less than {lt}"),
    "literal_error": ("invalid_choice", "must be one of {expected}"),
    "string_pattern_mismatch": ("invalid_format", "has not the form that this field takes; see the reference"),
}


def worded(details: ErrorDetails) -> tuple[str, str]:
    """Code and sentence for one finding of the validator. Findings of our own rules keep the code and words they have."""
    kind, context = details["type"], details.get("ctx", {})
    if kind not in _VALIDATORS_OWN:
        return kind, details["msg"]
    code, sentence = _WORDING.get(kind, ("invalid_value", "is not what this field takes; see the reference"))
    return code, sentence.format_map(_Known(context))


class _Known(dict[str, Any]):
    """A sentence may name a bound that a version of the validator no longer tells."""

    def __missing__(self, key: str) -> str:
        return f"the {key.replace('_', ' ')}"
