"""Uploads in segments: initialize, append, finalize, and STATUS while the result is processed (openapi 2.167)."""

import base64
import binascii
from collections.abc import AsyncIterator

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import processing
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import NotJSON, content_type, json_object, world_of
from dravo_simulator.world import Account
from dravo_simulator.x import errors, limits, uploads
from dravo_simulator.x.bodies import opened_form
from dravo_simulator.x.door import checked, read
from dravo_simulator.x.schemas import AppendFields, InitializeUpload

OVERHEAD_BYTES = 64 * 1024
"""What a body may hold beside the segment: boundaries, names, or the braces of JSON."""


async def initialize(request: Request, account: Account) -> Response:
    return _initialize(request, account, await read(request, InitializeUpload))


async def append(request: Request, account: Account) -> Response:
    upload = _open(request, account, request.path_params["media_id"])
    _check_length(request)
    kind = content_type(request)
    if kind == "multipart/form-data":
        async with opened_form(request) as form:
            return await _append_form(request, upload, form)
    if kind != "application/json":
        raise errors.unsupported_media_type("multipart/form-data or application/json")
    try:
        body = await json_object(request)
    except NotJSON as broken:
        raise errors.invalid("Invalid JSON") from broken
    if not body.get("media"):
        raise errors.invalid("$.media: is missing but it is required")
    try:
        segment = base64.b64decode(str(body.pop("media")), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise errors.invalid("$.media: is not valid base64") from broken
    fields = checked(body, AppendFields)
    return await _keep_segment(request, upload, fields.segment_index, _once(segment))


async def finalize(request: Request, account: Account) -> Response:
    async with request.app.state.finalizing:  # the second of two at once sees what the first has made
        return await _finalize(request, account, request.path_params["media_id"])


async def status(request: Request, account: Account) -> Response:
    """How far processing is. What needs none is answered as if it did not exist (xdevplatform/xurl#18)."""
    query = request.query_params
    unknown = sorted(set(query) - {"media_id", "command"})
    if unknown:
        raise errors.invalid(f"The query parameter [{unknown[0]}] is not one of the known ones", **{unknown[0]: []})
    if query.get("command", "STATUS") != "STATUS":
        raise errors.invalid("The `command` query parameter value is not one of [STATUS]", command=query["command"])
    world = world_of(request)
    upload = uploads.own(world, account, query.get("media_id", ""))
    if upload is None or upload.data["processing"] is None:
        raise errors.invalid("BadRequest: Not found", media_id=query.get("media_id", ""))
    with world.store.transaction():
        upload = world.change("x", upload, processing=processing.asked(upload.data["processing"]))
    return JSONResponse({"data": uploads.view(world, upload)})


async def command(request: Request, account: Account, form: FormData) -> Response:
    """The form from before 2025-04-30: one address, told apart by ``command``."""
    fields: JSON = {name: value for name, value in form.items() if isinstance(value, str)}
    name = fields.pop("command", None)
    if name == "INIT":
        fields["total_bytes"] = _number(fields, "total_bytes")
        return _initialize(request, account, checked(fields, InitializeUpload))
    if name == "FINALIZE":
        async with request.app.state.finalizing:
            return await _finalize(request, account, str(fields.get("media_id", "")))
    if name != "APPEND":
        raise errors.invalid("command: does not have a value in the enumeration [INIT, APPEND, FINALIZE]", command=name)
    upload = _open(request, account, str(fields.get("media_id", "")))
    return await _append_form(request, upload, form)


def _initialize(request: Request, account: Account, order: InitializeUpload) -> Response:
    world, category = world_of(request), order.media_category or _category_of(order.media_type)
    if order.total_bytes is not None and order.total_bytes > limits.most_bytes(category, account):
        raise errors.invalid(
            f"total_bytes: file size exceeds {limits.most_bytes(category, account)} bytes",
            total_bytes=order.total_bytes,
        )
    with world.store.transaction():
        kept: JSON = {"total_bytes": order.total_bytes, "media_type": order.media_type}
        upload = uploads.begin(world, account, category, owners=order.additional_owners or [], data=kept)
    shown = {"id": upload.id, "media_key": upload.data["key"], "expires_after_secs": limits.lives_seconds(category)}
    return JSONResponse({"data": shown})


async def _append_form(request: Request, upload: Stored, form: FormData) -> Response:
    media = form.get("media")
    if not isinstance(media, UploadFile):
        raise errors.invalid("$.media: is missing but it is required")
    given: JSON = {name: value for name, value in form.items() if isinstance(value, str)}
    older = {name: given.pop(name, None) for name in ("command", "media_id")}
    if older["command"] is None and older["media_id"] is not None:
        raise errors.invalid(
            "$.media_id: is not defined in the schema and the schema does not allow additional properties"
        )
    if "segment_index" in given:
        given["segment_index"] = _number(given, "segment_index")
    fields = checked(given, AppendFields)
    return await _keep_segment(request, upload, fields.segment_index, uploads.pieces(media))


async def _keep_segment(request: Request, upload: Stored, index: int, arriving: AsyncIterator[bytes]) -> Response:
    """A segment on disk; one that is sent again takes the place of the earlier one."""
    world = world_of(request)
    try:
        received = await world.store.blobs.receive(arriving, at_most=world.settings.x_segment_bytes)
    except TooLarge as large:
        raise _too_large(request) from large
    with world.store.transaction():
        _put_segment(request, upload.id, index, received)
    return JSONResponse({"data": {"expires_at": int(upload.data["expires_at"])}})


def _put_segment(request: Request, media_id: str, index: int, received: Received) -> None:
    """Reads the upload anew: other segments may have arrived while this one did."""
    world = world_of(request)
    upload = world.store.get("x", "media", media_id)
    if upload is None or upload.data["sha256"] is not None:
        received.discard()
        raise errors.invalid(uploads.INVALID_IDS, media_id=media_id)
    segments = upload.data["segments"]
    if str(index) in segments:
        world.store.blobs.discard(segments[str(index)]["part"])
    segments[str(index)] = {"part": received.path.name, "size": received.size}
    world.change("x", upload, segments=segments)


async def _finalize(request: Request, account: Account, media_id: str) -> Response:
    """Puts the segments together. They must be numbered without a gap and add up to what was announced."""
    world = world_of(request)
    upload = uploads.own(world, account, media_id)
    if upload is None:
        raise errors.invalid(uploads.INVALID_IDS, media_id=media_id)
    if upload.data["sha256"] is not None:
        if world.settings.x_finalize_twice == "refuse":
            raise errors.invalid("The media upload is finalized already", media_id=media_id)
        return JSONResponse({"data": uploads.view(world, upload)})
    segments = upload.data["segments"]
    ordered = [segments[str(index)] for index in range(len(segments)) if str(index) in segments]
    announced = upload.data["total_bytes"]
    size = sum(segment["size"] for segment in ordered)
    if not ordered or len(ordered) != len(segments) or (announced is not None and size != announced):
        raise errors.invalid("Segments do not add up to provided total file size.", media_id=media_id)
    whole = await world.store.blobs.join([world.store.blobs.part(segment["part"]) for segment in ordered])
    finished = await uploads.finish(request, account, upload, whole)
    return JSONResponse({"data": uploads.view(world, finished)})


def _category_of(media_type: str | None) -> str:
    """What an upload without a category is for, which the specification leaves open."""
    if media_type == "image/gif":
        return "tweet_gif"
    return "tweet_video" if (media_type or "").startswith("video/") else "tweet_image"


def _open(request: Request, account: Account, media_id: str) -> Stored:
    """An upload that still takes segments."""
    upload = uploads.own(world_of(request), account, media_id)
    if upload is None or upload.data["sha256"] is not None:
        raise errors.invalid(uploads.INVALID_IDS, media_id=media_id)
    return upload


def _check_length(request: Request) -> None:
    """Refuses what is too long by its own announcement, before it is read. Base64 takes four bytes for three."""
    length = request.headers.get("content-length", "0")
    most = world_of(request).settings.x_segment_bytes
    most = most * 4 // 3 if content_type(request) == "application/json" else most
    if length.isdecimal() and int(length) > most + OVERHEAD_BYTES:
        raise _too_large(request)


def _too_large(request: Request) -> errors.Problem:
    status = world_of(request).settings.x_segment_refusal
    title = "Payload Too Large" if status == 413 else "Request Header Fields Too Large"
    return errors.problem(status, title, title)


def _number(fields: JSON, name: str) -> int | str:
    """A form knows only texts: digits are meant as a number, the rest is for the schema to refuse."""
    text = str(fields.get(name, ""))
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 20 else text


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
