"""At delivery: a picture in the form that a network takes, made once and kept."""

import asyncio
import json
import tempfile
from dataclasses import asdict
from typing import IO

from pydantic import TypeAdapter, ValidationError

from dravo.kit.schemas import StrictModel
from dravo.kit.storage import Storage
from dravo.media import convert, queries
from dravo.media.child import said_by
from dravo.media.ingest import ingest
from dravo.media.inspection import UnusableMedia
from dravo.media.once import kept_or_made
from dravo.media.schemas import drafted
from dravo.models.media import MediaAsset
from dravo.platforms.media import ImageForm
from dravo.resources import Resources

SECONDS = 120.0
"""Twice the processor time that a conversion may take: other deliveries convert at the same moment."""

_RULES = 1
"""Raised when `convert` begins to write pictures otherwise: what was made by older rules is then made anew."""

_SENTENCES: dict[convert.Refusal, str] = {
    "moves": "It moves, and writing it anew would make it stand still",
    "type": "None of the types that are taken can be written here",
    "size": "It cannot be written in {most_bytes} bytes without a loss that people see; make it smaller",
    "measures": "It is too long for its breadth to be scaled down",
    "damaged": "It could not be read, or not in the time and memory that a conversion may take",
}


class CannotConvert(Exception):
    """A picture is outside the form and cannot be brought into it. `property` is the one that is at fault.

    The text is for the user.
    """

    def __init__(self, property: str, sentence: str) -> None:  # noqa: A002 - nothing else is called so here
        super().__init__(sentence)
        self.property = property
        self.sentence = sentence


async def rendition(resources: Resources, asset: MediaAsset, form: ImageForm) -> MediaAsset:
    """The asset itself where it is in the form (as far as is known) or a video; else the picture made of it for the form.

    Raises CannotConvert; TooSlow, StorageUnavailable and DatabaseUnavailable. Must not be called inside a transaction.
    """
    faults = form.faults(drafted(asset))
    if asset.kind == "video" or not faults:
        return asset
    if drafted(asset).moves:
        raise _refusal("moves", faults, form)
    name = json.dumps({"rules": _RULES, **asdict(form)})
    return await kept_or_made(
        resources,
        ("rendition", asset.workspace_id, asset.environment, asset.id, name),
        find=lambda session: queries.rendition_of(session, asset, name),
        make=lambda: _made(resources, asset, form, faults),
        bind=lambda session, made: queries.bind_rendition(session, asset, name, made),
    )


async def _made(resources: Resources, asset: MediaAsset, form: ImageForm, faults: list[str]) -> MediaAsset:
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as written:
        await _copy(resources.storage, asset.storage_key, source)
        said = await said_by(
            "dravo.media.convert",
            source,
            seconds=SECONDS,
            arguments=[json.dumps(asdict(form)), str(written.fileno())],
            lent=[written.fileno()],
        )
        refused = _understood(said)
        if refused is not None:
            raise _refusal(refused, faults, form)
        try:
            made = await ingest(resources, asset.workspace_id, asset.environment, written)
        except UnusableMedia:
            raise _refusal("damaged", faults, form) from None
    if form.faults(drafted(made)):
        raise _refusal("damaged", faults, form)
    return made


async def _copy(storage: Storage, key: str, into: IO[bytes]) -> None:
    async for chunk in storage.read(key):
        await asyncio.to_thread(into.write, chunk)
    await asyncio.to_thread(into.flush)
    into.seek(0)


class _Made(StrictModel):
    made: bool


class _Refused(StrictModel):
    refused: convert.Refusal


_ANSWER: TypeAdapter[_Made | _Refused] = TypeAdapter(_Made | _Refused)


def _understood(said: bytes | None) -> convert.Refusal | None:
    """Why there is no picture. A child that crashed, or that the system ended, has said nothing."""
    try:
        answer = _ANSWER.validate_json(said or b"")
    except ValidationError:
        return "damaged"
    if isinstance(answer, _Refused):
        return answer.refused
    return None if answer.made else "damaged"


def _refusal(refused: convert.Refusal, faults: list[str], form: ImageForm) -> CannotConvert:
    at_fault = (
        refused if refused in {"type", "size", "measures"} else faults[0].partition(" is ")[0].partition(" are ")[0]
    )
    sentence = _SENTENCES[refused].format(most_bytes=form.most_bytes)
    return CannotConvert(at_fault, f"{sentence}; its {', its '.join(faults)}.")
