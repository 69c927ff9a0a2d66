"""`Idempotency-Key`: the same request again gets the first answer, and one post exists.

A record is written in the transaction that writes its post, so a rejected request leaves none. Of two requests at the
same time the second waits on the first one's record, finds the key taken, and is rolled back and answered from it.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Request
from sqlalchemy import Interval, cast, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.auth.schemas import Caller
from dravo.kit.db import now
from dravo.kit.errors import FieldError, Problem, validation_problem
from dravo.models import IdempotencyRecord
from dravo.posts.schemas import PostAccepted

Answer = dict[str, Any]
"""The body of the 202 as it was first sent."""


class Taken(Exception):
    """A request with the same key was faster; its record tells the answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under a key (None: without one): whose it is, and what its bytes hash to."""

    caller: Caller
    key: str | None
    body_sha256: bytes

    @classmethod
    def of(cls, caller: Caller, key: str | None, body: bytes) -> "Attempt":
        return cls(caller, key, hashlib.sha256(body).digest())


async def key_of(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern="^[!-~]+$",
            description="1 to 255 visible ASCII characters. The same key with the same body within 24 hours answers as the "
            "first time and publishes nothing.",
        ),
    ] = None,
) -> str | None:
    """The header's value. Raises Problem 400 when there are several: it would be a guess which one is meant."""
    if len(request.headers.getlist("idempotency-key")) > 1:
        raise validation_problem([FieldError("/header/Idempotency-Key", "repeated", "must be there once")])
    return idempotency_key


def _expired_before() -> Any:
    return now() - cast(literal("24 hours"), Interval)


async def find(session: AsyncSession, attempt: Attempt) -> Answer | None:
    """The first answer, when there was one within 24 hours. Raises Problem 422 when its body was another."""
    if attempt.key is None:
        return None
    record: IdempotencyRecord | None = await session.scalar(
        select(IdempotencyRecord).where(
            IdempotencyRecord.workspace_id == attempt.caller.workspace_id,
            IdempotencyRecord.environment == attempt.caller.environment,
            IdempotencyRecord.key == attempt.key,
            IdempotencyRecord.created_at > _expired_before(),
        )
    )
    if record is None:
        return None
    if record.body_sha256 != attempt.body_sha256:
        raise Problem(
            422,
            "idempotency_mismatch",
            "The key stands for another request",
            "This Idempotency-Key was used with another body; use a new key for a new post.",
        )
    return record.answer


async def keep(session: AsyncSession, attempt: Attempt, answer: PostAccepted) -> None:
    """Write the record beside its post. Raises Taken, to be raised through the transaction so that nothing stays."""
    if attempt.key is None:
        return
    values = {
        "body_sha256": attempt.body_sha256,
        "post_id": answer.id,
        "answer": answer.model_dump(mode="json"),
        "created_at": now(),
    }
    statement = insert(IdempotencyRecord).values(
        workspace_id=attempt.caller.workspace_id,
        environment=attempt.caller.environment,
        key=attempt.key,
        **values,
    )
    written = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "environment", "key"],
            set_=values,
            where=IdempotencyRecord.created_at <= _expired_before(),
        ).returning(IdempotencyRecord.key)
    )
    if written.one_or_none() is None:
        raise Taken
