"""One-shot image upload and alt text."""

import base64
import binascii
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.store import JSON
from dravo_simulator.wire import NotJSON, Picture, content_type, json_object, look_at_picture, world_of
from dravo_simulator.world import Account
from dravo_simulator.x import errors
from dravo_simulator.x.door import read
from dravo_simulator.x.posts import MEDIA_SECONDS
from dravo_simulator.x.schemas import CreateMetadata

LIMITS_BYTES = {"tweet_image": 5 * 1024 * 1024, "tweet_gif": 15 * 1024 * 1024}
"""Media introduction and best practices pages, read 2026-08."""
KINDS = {
    "tweet_image": {"image/jpeg", "image/png", "image/gif", "image/webp"},
    "tweet_gif": {"image/gif"},
}
FIELDS = {"media", "media_category", "media_type", "shared", "additional_owners"}


@dataclass(frozen=True)
class Sent:
    category: str
    content: bytes


async def upload(request: Request, account: Account) -> Response:
    sent = await _multipart(request) if content_type(request) == "multipart/form-data" else await _json(request)
    picture = _check(sent)
    world = world_of(request)
    with world.store.transaction():
        media_id = world.snowflake()
        blob = world.store.add_blob(sent.content, picture.content_type)
        kept = {"sha256": blob.sha256, "category": sent.category, "alt_text": None, "type": picture.content_type}
        world.create("x", "media", media_id, account.id, kept)
    data = {
        "id": media_id,
        "media_key": f"3_{media_id}",
        "size": len(sent.content),
        "expires_after_secs": MEDIA_SECONDS,
        "image": {"image_type": picture.content_type, "w": picture.width, "h": picture.height},
    }
    return JSONResponse({"data": data})


async def describe(request: Request, account: Account) -> Response:
    """Alt text for an upload that is not posted yet."""
    order = await read(request, CreateMetadata)
    world = world_of(request)
    stored = world.store.get("x", "media", order.id)
    if stored is None or stored.account != account.id or stored.at + MEDIA_SECONDS <= world.now():
        raise errors.invalid("Your media IDs are invalid.", id=order.id)
    with world.store.transaction():
        world.change("x", stored, alt_text=order.metadata.alt_text.text)
    return JSONResponse({"data": {"id": order.id, "associated_metadata": order.metadata.model_dump()}})


async def _multipart(request: Request) -> Sent:
    async with request.form() as form:
        fields: JSON = {name: value for name, value in form.items() if isinstance(value, str)}
        _check_fields(set(form))
        media = form.get("media")
        if not isinstance(media, UploadFile):
            raise errors.invalid("$.media: is missing but it is required")
        return Sent(_category(fields), await media.read())


async def _json(request: Request) -> Sent:
    if content_type(request) != "application/json":
        raise errors.problem(415, "Unsupported Media Type", "Expected multipart/form-data or application/json")
    try:
        body = await json_object(request)
        _check_fields(set(body))
        return Sent(_category(body), base64.b64decode(str(body.get("media") or ""), validate=True))
    except (NotJSON, binascii.Error) as broken:
        raise errors.invalid("$.media: is not valid base64") from broken


def _check_fields(given: set[str]) -> None:
    """The old ``command=`` form has endpoints of its own since 2025-04-30 and is refused like any unknown field."""
    unknown = sorted(given - FIELDS)
    if unknown:
        raise errors.invalid(
            f"$.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties"
        )


def _category(fields: JSON) -> str:
    category = fields.get("media_category")
    if not isinstance(category, str) or category not in LIMITS_BYTES:
        raise errors.invalid("$.media_category: does not have a value in the enumeration", media_category=category)
    return category


def _check(sent: Sent) -> Picture:
    if len(sent.content) > LIMITS_BYTES[sent.category]:
        raise errors.invalid(f"media: file size exceeds {LIMITS_BYTES[sent.category]} bytes")
    picture = look_at_picture(sent.content)
    if picture is None or picture.content_type not in KINDS[sent.category]:
        raise errors.invalid("media: media type unrecognized")
    return picture
