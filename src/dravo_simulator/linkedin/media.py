"""What pictures, videos and documents have in common: an owner, an upload, and a time in which they are processed."""

from typing import Literal

from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.linkedin import errors
from dravo_simulator.linkedin.door import may_speak_for, urn_in_path
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account, World, medium

Kind = Literal["image", "video", "document"]
Status = Literal["WAITING_UPLOAD", "PROCESSING", "AVAILABLE", "PROCESSING_FAILED"]
STATUS: dict[str, Status] = {"running": "PROCESSING", "done": "AVAILABLE", "failed": "PROCESSING_FAILED"}
KINDS: tuple[Kind, ...] = ("image", "video", "document")
PAGE_SCOPES = {"w_organization_social", "r_organization_social"}


def begin(
    request: Request, account: Account, kind: Kind, owner: str, *, lives_seconds: float, **more: object
) -> Stored:
    """A medium that waits for its bytes. Refuses an owner that the caller may not speak for."""
    if not may_speak_for(account, owner):
        raise errors.access_denied(f"{kind}s.ACTION-initializeUpload.CREATE")
    world = world_of(request)
    upload_id = world.token({"image": "D4E22AQ", "video": "D4E05AQ", "document": "D4E10AQ"}[kind])[:24]
    waiting = {"owner": owner, "sha256": None, "processing": None, "expires_at": world.now() + lives_seconds}
    return world.create("linkedin", kind, f"urn:li:{kind}:{upload_id}", account.id, waiting | more)


def upload_url(request: Request, medium_: Stored, part: str) -> str:
    upload_id = medium_.id.rpartition(":")[2]
    return f"{origin(request)}/www.linkedin.com/dms-uploads/{upload_id}/{part}?ca=vector_ads&cn=uploads&sync=0&v=beta"


def awaited(request: Request, kind: Kind) -> Stored:
    """The medium that an upload URL belongs to, while the URL lives."""
    world = world_of(request)
    waiting = world.store.get("linkedin", kind, f"urn:li:{kind}:{request.path_params['upload_id']}")
    if waiting is None:
        raise errors.not_found("the upload")
    if waiting.data["expires_at"] <= world.now():
        raise errors.refusal(400, "The upload URL has expired", "EXPIRED_UPLOAD_URL")
    return waiting


def asked_for(request: Request, account: Account, kind: Kind) -> Stored:
    """The medium of the path, for whoever may speak for its owner."""
    urn = urn_in_path(request)
    found = world_of(request).store.get("linkedin", kind, urn)
    if found is None or not may_speak_for(account, found.data["owner"]):
        raise errors.not_found(urn)
    return found


def check_page_token(account: Account, kind: Kind) -> None:
    """Pictures and documents are read by tokens with a page scope only: w_member_social alone is not enough."""
    if PAGE_SCOPES.isdisjoint(account.scopes):
        raise errors.refusal(403, f"Accessing this {kind} resource is forbidden", "ACCESS_DENIED", 100)


def view(world: World, asked: Stored) -> JSON:
    """The medium as a GET answers it; to be asked counts towards processing that ends after so many questions."""
    seen = {"id": asked.id, "owner": asked.data["owner"], "status": status_of(asked, world)}
    if seen["status"] == "PROCESSING_FAILED":
        seen["processingFailureReason"] = asked.data["processing"]["reason"]
    if asked.data["processing"] is not None:
        world.change("linkedin", asked, processing=processing.asked(asked.data["processing"]))
    return seen


def status_of(asked: Stored, world: World) -> Status:
    if asked.data["processing"] is None:
        return "WAITING_UPLOAD"
    return STATUS[processing.look(world, asked.data["processing"]).state]


def will_be_seen(asked: Stored) -> bool:
    """Whether a post with it ever has readers: not while it is stuck, and not after it failed."""
    course = asked.data["processing"]
    return not course["stuck"] and course["reason"] is None


def usable(world: World, urn: str, author: str, field: str, kinds: tuple[Kind, ...]) -> Stored:
    """The medium for a post by that author; one that is still processed will do."""
    kind = next((kind for kind in kinds if urn.startswith(f"urn:li:{kind}:")), None)
    if kind is None:
        raise errors.invalid_field(field, f"{urn} is none of {', '.join(kinds)}", "INVALID_URN_TYPE")
    found = world.store.get("linkedin", kind, urn)
    if found is None or found.data["owner"] != author:
        raise errors.invalid_field(field, f"{urn} does not belong to {author}", "INVALID_URN_ID")
    status = status_of(found, world)
    if status == "WAITING_UPLOAD":
        raise errors.refusal(400, f"{urn} is waiting for its upload", "MEDIA_ASSET_WAITING_UPLOAD")
    if status == "PROCESSING_FAILED":
        raise errors.refusal(400, f"{urn} could not be processed", "MEDIA_ASSET_PROCESSING_FAILED")
    return found


def shown(world: World, used: Stored, alt_text: str | None) -> JSON:
    """The medium as the ledger has it."""
    blob = world.store.blob(used.data["sha256"])
    assert blob is not None
    item = medium(blob, alt_text=alt_text)
    if used.data.get("thumbnail"):
        item["thumbnail_sha256"] = used.data["thumbnail"]
    return item
