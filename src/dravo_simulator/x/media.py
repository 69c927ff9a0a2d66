"""POST /2/media/upload in one go, its older ``command=`` form, and POST /2/media/metadata."""

import base64
import binascii
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.store import JSON
from dravo_simulator.wire import NotJSON, content_type, json_object, world_of
from dravo_simulator.world import Account
from dravo_simulator.x import chunks, errors, limits, uploads
from dravo_simulator.x.bodies import opened_form
from dravo_simulator.x.door import read
from dravo_simulator.x.schemas import CreateMetadata

CATEGORIES = {
    "2.167": ["tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"],
    "2.159": ["tweet_image", "dm_image", "subtitles"],
}
FIELDS = {
    "2.167": {"media", "media_category", "additional_owners"},
    "2.159": {"media", "media_category", "additional_owners", "media_type", "shared"},
}
"""By version of the specification (``MediaUploadRequest``)."""
JSON_BYTES = 64 * limits.MEGABYTE
"""The longest JSON body read; base64 is for pictures."""


@dataclass(frozen=True)
class Sent:
    category: str
    owners: list[str]
    received: Received


async def upload(request: Request, account: Account) -> Response:
    """The whole file at once. The documentation means it for images, the schema takes every category."""
    kind = content_type(request)
    if kind == "multipart/form-data":
        async with opened_form(request) as form:
            if "command" in form and world_of(request).settings.x_command_form == "accept":
                return await chunks.command(request, account, form)
            fields: JSON = {name: value for name, value in form.items() if name != "media"}
            if isinstance(form.get("media"), UploadFile):
                fields["media"] = form["media"]
            sent = await _sent(request, account, fields)
    elif kind == "application/json":
        sent = await _sent(request, account, await _json(request))
    else:
        raise errors.unsupported_media_type("multipart/form-data or application/json")
    world = world_of(request)
    with world.store.transaction():
        begun = uploads.begin(world, account, sent.category, owners=sent.owners)
    finished = await uploads.finish(request, account, begun, sent.received)
    return JSONResponse({"data": uploads.view(world, finished)})


async def describe(request: Request, account: Account) -> Response:
    """Alt text, for images and GIFs that are uploaded (that videos have none is node-twitter-api-v2's comment)."""
    order = await read(request, CreateMetadata)
    world = world_of(request)
    found = uploads.own(world, account, order.id)
    if found is None or found.data["sha256"] is None:
        raise errors.invalid(uploads.INVALID_IDS, id=order.id)
    given = order.metadata
    alt_text = given.alt_text if given else None
    if alt_text is not None and found.data["category"] in limits.VIDEOS:
        raise errors.invalid("Alt text is not supported for videos", id=order.id)
    if alt_text is not None:
        with world.store.transaction():
            world.change("x", found, alt_text=alt_text.text)
    associated = given.model_dump(exclude_unset=True) if given else {}
    return JSONResponse({"data": {"id": order.id, "associated_metadata": associated}})


async def _sent(request: Request, account: Account, fields: JSON) -> Sent:
    """Checks the fields, then takes the bytes to disk."""
    version = world_of(request).settings.x_simple_upload
    unknown = sorted(set(fields) - FIELDS[version])
    if unknown:
        raise errors.invalid(
            f"$.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties"
        )
    if fields.get("media") is None:
        raise errors.invalid("$.media: is missing but it is required")
    category = fields.get("media_category")
    if category not in CATEGORIES[version]:
        raise errors.invalid("$.media_category: does not have a value in the enumeration", media_category=category)
    owners = fields.get("additional_owners", "")
    if not isinstance(owners, str):
        raise errors.invalid("$.additional_owners: must be a string", additional_owners=[])
    most = limits.most_bytes(category, account)
    media = fields["media"]
    try:
        arriving = uploads.pieces(media) if isinstance(media, UploadFile) else _decoded(media)
        received = await world_of(request).store.blobs.receive(arriving, at_most=most)
    except TooLarge as large:
        raise errors.invalid(f"media: file size exceeds {most} bytes") from large
    return Sent(category, [owner for owner in owners.split(",") if owner], received)


async def _decoded(text: object) -> AsyncIterator[bytes]:
    """Base64 of a JSON body."""
    try:
        yield base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise errors.invalid("$.media: is not valid base64") from broken


async def _json(request: Request) -> JSON:
    if int(request.headers.get("content-length") or 0) > JSON_BYTES:
        raise errors.problem(413, "Payload Too Large", "Payload Too Large")
    try:
        return await json_object(request)
    except NotJSON as broken:
        raise errors.invalid("Invalid JSON") from broken
