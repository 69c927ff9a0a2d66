"""Images: ask for an upload URL, put the bytes there, wait until they are usable (Images API page, read 2026-09)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator import processing
from dravo_simulator.blobs import Received, TooLarge
from dravo_simulator.linkedin import errors, media
from dravo_simulator.linkedin.door import action, caller, read
from dravo_simulator.linkedin.schemas import InitializeUpload
from dravo_simulator.probe import Facts, probe
from dravo_simulator.wire import Refusal, world_of
from dravo_simulator.world import Account

UPLOAD_URL_SECONDS = 86400
MOST_PIXELS = 36_152_320
MOST_GIF_FRAMES = 250
KINDS = {"image/jpeg", "image/png", "image/gif"}


async def initialize(request: Request, account: Account) -> Response:
    if action(request) != "initializeUpload":
        raise errors.illegal("Unknown action on resource images")
    owner = (await read(request, InitializeUpload)).initializeUploadRequest.owner
    with world_of(request).store.transaction():
        image = media.begin(request, account, "image", owner, lives_seconds=UPLOAD_URL_SECONDS)
    value = {
        "uploadUrlExpiresAt": int(image.data["expires_at"] * 1000),
        "uploadUrl": media.upload_url(request, image, "uploaded-image/0"),
        "image": image.id,
    }
    return JSONResponse({"value": value})


async def put(request: Request) -> Response:
    """The upload itself: no version header, but the token (images differ from videos in that)."""
    account = caller(request)
    image = media.awaited(request, "image")
    if image.account != account.id:
        raise errors.not_found("the upload")
    received, facts = await received_picture(request)
    world = world_of(request)
    course = processing.begin(request, world, world.settings.processing_seconds)
    with world.store.transaction():
        blob = world.store.blobs.keep(received, facts.content_type, facts)
        world.change("linkedin", image, sha256=blob.sha256, processing=course)
    return Response(status_code=201)


async def received_picture(request: Request) -> tuple[Received, Facts]:
    """The bytes of the body, if they are a picture that LinkedIn takes."""
    world = world_of(request)
    try:
        received = await world.store.blobs.receive(request.stream(), at_most=world.settings.linkedin_image_bytes)
    except TooLarge as large:
        raise errors.refusal(413, "The image has too many bytes", "REQUEST_ENTITY_TOO_LARGE") from large
    try:
        return received, _taken(await probe(received.path))
    except Refusal:
        received.discard()
        raise


def _taken(facts: Facts | None) -> Facts:
    """The facts, if LinkedIn takes such a picture."""
    if facts is None or facts.content_type not in KINDS:
        raise errors.refusal(415, "Unsupported media type", "UNSUPPORTED_MEDIA_TYPE")
    if facts.width * facts.height >= MOST_PIXELS or (facts.frames or 1) > MOST_GIF_FRAMES:
        raise errors.refusal(400, "The image is too large", "MEDIA_ASSET_PROCESSING_FAILED")
    return facts


async def show(request: Request, account: Account) -> Response:
    media.check_page_token(account, "image")
    return JSONResponse(media.view(world_of(request), media.asked_for(request, account, "image")))
