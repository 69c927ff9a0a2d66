"""Reading X's answers, `{"data": {…}}`."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.x.refusals import refusal

A = TypeVar("A", bound=BaseModel)


def reader(model: type[A], *, effect: bool = False, medium: str | None = None) -> Callable[[Reply], A]:
    """Reads `data` as `model`. A success that names nothing may still have had its `effect`; `medium` as in `refusal`."""

    def read(reply: Reply) -> A:
        if not reply.ok:
            raise refusal(reply, effect=effect, medium=medium)
        try:
            answer = reply.json()
            return model.model_validate(answer.get("data") if isinstance(answer, dict) else None)
        except (UnreadableAnswer, ValidationError) as error:
            if not effect:
                raise
            raise OutcomeUnknown(f"X answered {reply.status} without the id of the post.") from error

    return read
