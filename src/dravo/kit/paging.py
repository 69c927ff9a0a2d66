"""Lists in pages: keyset, newest first. Ids sort by time, so the id alone is the place where a page ends.

A page begins after an id and not after a number of rows, so that rows which arrive meanwhile move nothing.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Annotated, ClassVar, Generic, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from dravo.kit.schemas import StrictModel, unstorable

I = TypeVar("I", bound=BaseModel)  # noqa: E741 - I for item


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_HasId)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _whole_number(value: object) -> object:
    """Query parameters are text; only plain digits are a number (not `1.0`, `1_0`, ` 1` or `+1`)."""
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,9}", value):
            raise PydanticCustomError("invalid_type", "must be a whole number")
        return int(value)
    return value


def _cursor(value: str) -> str:
    """The id in a cursor of ours; it stays text that means nothing to the caller."""
    try:
        place = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        place = ""
    if not _ID.fullmatch(place) or _sealed(place) != value:
        raise _foreign_cursor()
    return place


def _foreign_cursor() -> PydanticCustomError:
    return PydanticCustomError("invalid_cursor", "is no next_cursor of this list; begin again without it")


def _sealed(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _storable(value: str) -> str:
    if reason := unstorable(value):
        raise PydanticCustomError("invalid_text", "{reason}", {"reason": reason})
    return value


QueryText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]
"""A text in a query parameter: 1..200 characters that the database can compare."""


class PageQuery(StrictModel):
    """The query parameters of every list. `of` is the prefix of its ids: another list's cursor means nothing here."""

    of: ClassVar[str]

    limit: Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=100)] = Field(
        50, description="How many items at most, 1 to 100."
    )
    cursor: Annotated[str, Field(max_length=200), AfterValidator(_cursor)] | None = Field(
        None, description="`next_cursor` of the page before."
    )

    @field_validator("cursor")
    @classmethod
    def _own_cursor(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(f"{cls.of}_"):
            raise _foreign_cursor()
        return value


class Page(BaseModel, Generic[I]):
    """A part of a list, newest first. `next_cursor` is null on the last page."""

    items: list[I]
    next_cursor: str | None


def cut(rows: Sequence[R], limit: int) -> tuple[Sequence[R], str | None]:
    """A page and its `next_cursor` out of rows that were read with `limit + 1`."""
    page = rows[:limit]
    return page, _sealed(page[-1].id) if len(rows) > limit else None


def containing(text: str) -> str:
    """A LIKE pattern for "holds this text"; the text's own wildcards mean themselves (escape character: backslash)."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
