"""Images: ask for an upload URL, put the bytes there, wait until they are usable."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dravo_simulator.linkedin import errors
from dravo_simulator.linkedin.door import caller, may_speak_for, read, urn_in_path
from dravo_simulator.linkedin.schemas import InitializeUpload
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import look_at_picture, origin, world_of
from dravo_simulator.world import Account, World, medium

UPLOAD_URL_SECONDS = 86400
MOST_PIXELS = 36_152_320
MOST_GIF_FRAMES = 250
KINDS = {"image/jpeg", "image/png", "image/gif"}
"""Images API page, read 2026-09. No byte limit is published."""


async def initialize(request: Request, account: Account) -> Response:
    if request.query_params.get("action") != "initializeUpload":
        raise errors.refusal(400, "Unknown action on resource images", "ILLEGAL_ARGUMENT")
    owner = (await read(request, InitializeUpload)).initializeUploadRequest.owner
    if not may_speak_for(account, owner):
        raise errors.access_denied("images.ACTION-initializeUpload.CREATE")
    world = world_of(request)
    with world.store.transaction():
        upload_id = world.token("D4E10AQ")[:24]
        urn = f"urn:li:image:{upload_id}"
        kept = {"owner": owner, "sha256": None, "ready_at": None, "expires_at": world.now() + UPLOAD_URL_SECONDS}
        world.create("linkedin", "image", urn, account.id, kept)
    value = {
        "uploadUrl": f"{origin(request)}/www.linkedin.com/dms-uploads/{upload_id}/uploaded-image/0?ca=vector_ads&cn=uploads",
        "uploadUrlExpiresAt": int((world.now() + UPLOAD_URL_SECONDS) * 1000),
        "image": urn,
    }
    return JSONResponse({"value": value})


async def put(request: Request) -> Response:
    """The upload itself: no version header, but the token (images differ from videos in that)."""
    account = caller(request)
    world = world_of(request)
    image = world.store.get("linkedin", "image", f"urn:li:image:{request.path_params['upload_id']}")
    if image is None or image.account != account.id:
        raise errors.not_found("the upload")
    if image.data["expires_at"] <= world.now():
        raise errors.refusal(400, "The upload URL has expired", "EXPIRED_UPLOAD_URL")
    content = await request.body()
    picture = look_at_picture(content)
    if picture is None or picture.content_type not in KINDS:
        raise errors.refusal(415, "Unsupported media type", "UNSUPPORTED_MEDIA_TYPE")
    if picture.width * picture.height >= MOST_PIXELS or picture.frames > MOST_GIF_FRAMES:
        raise errors.refusal(400, "The image is too large", "MEDIA_ASSET_PROCESSING_FAILED")
    with world.store.transaction():
        blob = world.store.add_blob(content, picture.content_type)
        ready_at = world.now() + world.settings.processing_seconds
        world.change("linkedin", image, sha256=blob.sha256, ready_at=ready_at)
    return Response(status_code=201)


async def show(request: Request, account: Account) -> Response:
    """Whether the image is ready. A token with w_member_social alone may not ask."""
    urn = urn_in_path(request)
    if "r_organization_social" not in account.scopes:
        raise errors.refusal(403, "Accessing this image resource is forbidden", "ACCESS_DENIED", 100)
    world = world_of(request)
    image = world.store.get("linkedin", "image", urn)
    if image is None or not may_speak_for(account, image.data["owner"]):
        raise errors.not_found(urn)
    return JSONResponse({"id": urn, "owner": image.data["owner"], "status": status_of(image, world)})


def usable(world: World, urn: str, author: str, field: str) -> Stored:
    """The image for a post by that author; one still being processed will do."""
    image = world.store.get("linkedin", "image", urn)
    if not urn.startswith("urn:li:image:"):
        raise errors.invalid_field(field, f"{urn} is not an image", "INVALID_URN_TYPE")
    if image is None or image.data["owner"] != author:
        raise errors.invalid_field(field, f"{urn} does not belong to {author}", "INVALID_URN_ID")
    if image.data["sha256"] is None:
        raise errors.refusal(400, f"{urn} is waiting for its upload", "MEDIA_ASSET_WAITING_UPLOAD")
    return image


def shown(world: World, image: Stored, alt_text: str | None) -> JSON:
    blob = world.store.blob(image.data["sha256"])
    assert blob is not None
    return medium(blob, alt_text=alt_text)


def status_of(image: Stored, world: World) -> str:
    if image.data["ready_at"] is None:
        return "WAITING_UPLOAD"
    return "PROCESSING" if image.data["ready_at"] > world.now() else "AVAILABLE"
