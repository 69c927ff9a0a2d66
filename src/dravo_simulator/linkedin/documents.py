"""Documents: one upload, like an image, and a title in the post (Documents API page, read 2026-05)."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import processing
from dravo_simulator.blobs import TooLarge
from dravo_simulator.linkedin import errors, media
from dravo_simulator.linkedin.door import action, caller, read
from dravo_simulator.linkedin.schemas import InitializeUpload
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account

UPLOAD_URL_SECONDS = 86400
MOST_BYTES = 100 * 1024 * 1024
KINDS = {b"%PDF": "application/pdf", b"PK\x03\x04": "application/zip", b"\xd0\xcf\x11\xe0": "application/x-ole-storage"}
"""PDF, and what Office files are inside: DOCX and PPTX are archives, DOC and PPT are OLE. Pages are not counted."""


async def initialize(request: Request, account: Account) -> Response:
    if action(request) != "initializeUpload":
        raise errors.illegal("Unknown action on resource documents")
    owner = (await read(request, InitializeUpload)).initializeUploadRequest.owner
    with world_of(request).store.transaction():
        document = media.begin(request, account, "document", owner, lives_seconds=UPLOAD_URL_SECONDS)
    value = {
        "uploadUrlExpiresAt": int(document.data["expires_at"] * 1000),
        "uploadUrl": media.upload_url(request, document, "uploaded-document/0"),
        "document": document.id,
    }
    return JSONResponse({"value": value})


async def put(request: Request) -> Response:
    account = caller(request)
    document = media.awaited(request, "document")
    if document.account != account.id:
        raise errors.not_found("the upload")
    world = world_of(request)
    try:
        received = await world.store.blobs.receive(request.stream(), at_most=MOST_BYTES)
    except TooLarge as large:
        raise errors.refusal(413, "The document has too many bytes", "REQUEST_ENTITY_TOO_LARGE") from large
    content_type = _content_type(received.path)
    if content_type is None:
        received.discard()
        raise errors.refusal(415, "Unsupported media type", "UNSUPPORTED_MEDIA_TYPE")
    course = processing.begin(request, world, world.settings.processing_seconds)
    with world.store.transaction():
        blob = world.store.blobs.keep(received, content_type)
        world.change("linkedin", document, sha256=blob.sha256, processing=course)
    return Response(status_code=201)


async def show(request: Request, account: Account) -> Response:
    media.check_page_token(account, "document")
    return JSONResponse(media.view(world_of(request), media.asked_for(request, account, "document")))


def _content_type(path: Path) -> str | None:
    with path.open("rb") as file:
        return KINDS.get(file.read(4))
