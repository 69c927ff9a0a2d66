"""An upload as an object: begun, filled, finished, processed, attached."""

from collections.abc import AsyncIterator

from starlette.datastructures import UploadFile
from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.blobs import CHUNK_BYTES, Received
from dravo_simulator.probe import Facts, probe
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World
from dravo_simulator.x import errors, limits

INVALID_IDS = "Your media IDs are invalid."


def begin(world: World, account: Account, category: str, *, owners: list[str], data: JSON | None = None) -> Stored:
    """A new upload without bytes. Inside the caller's transaction."""
    media_id = world.snowflake()
    kept: JSON = {
        "category": category,
        "key": f"{limits.KEYS.get(category, '3')}_{media_id}",
        "owners": [account.id, *owners],
        "expires_at": world.now() + limits.lives_seconds(category),
        "segments": {},
        "sha256": None,
        "type": None,
        "size": 0,
        "width": None,
        "height": None,
        "alt_text": None,
        "processing": None,
        "bad": None,
    }
    return world.create("x", "media", media_id, account.id, kept | (data or {}))


def own(world: World, account: Account, media_id: str) -> Stored | None:
    """The upload of that id, when the account made it and it has not lapsed."""
    upload = world.store.get("x", "media", media_id)
    if upload is None or upload.account != account.id or upload.data["expires_at"] <= world.now():
        return None
    return upload


async def finish(request: Request, account: Account, upload: Stored, received: Received) -> Stored:
    """Makes a medium of the bytes, or discards them and refuses. Videos and GIFs are then processed."""
    world, category = world_of(request), upload.data["category"]
    facts = await probe(received.path)
    refusal = _refusal(facts, category, received, account)
    if refusal is not None:
        received.discard()
        raise errors.invalid(refusal)
    is_picture = facts is not None and facts.kind == "image"
    course, bad = _course(request, account, category, facts)
    with world.store.transaction():
        content_type = facts.content_type if facts else upload.data.get("media_type") or "application/octet-stream"
        blob = world.store.blobs.keep(received, content_type, facts)
        for segment in upload.data["segments"].values():
            world.store.blobs.discard(segment["part"])
        return world.change(
            "x",
            upload,
            sha256=blob.sha256,
            type=content_type,
            size=blob.size,
            width=facts.width if facts and is_picture else None,
            height=facts.height if facts and is_picture else None,
            processing=course,
            bad=bad,
            segments={},
        )


def view(world: World, upload: Stored) -> JSON:
    """An upload that is finished, as finalize, one-shot and STATUS answer it."""
    data = upload.data
    shown: JSON = {
        "id": upload.id,
        "media_key": data["key"],
        "size": data["size"],
        "expires_after_secs": int(data["expires_at"] - world.now()),
    }
    if data["processing"] is not None:
        shown["processing_info"] = _processing_info(processing.look(world, data["processing"]))
    if data["width"] is not None:
        shown["image"] = {"image_type": data["type"], "w": data["width"], "h": data["height"]}
    elif data["category"] in limits.VIDEOS:
        shown["video"] = {"video_type": data["type"]}
    return shown


def is_ready(world: World, upload: Stored) -> bool:
    """Whether a post may name it: complete, processed, and inside X's limits."""
    data = upload.data
    if data["sha256"] is None or data["bad"] is not None:
        return False
    return data["processing"] is None or processing.look(world, data["processing"]).state == "done"


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """The file of a multipart body, which lies on disk already when it is large."""
    while chunk := await file.read(CHUNK_BYTES):
        yield chunk


def _refusal(facts: Facts | None, category: str, received: Received, account: Account) -> str | None:
    """What is refused at once: a file that is too large, and a picture that is none."""
    if received.size > limits.most_bytes(category, account):
        return f"media: file size exceeds {limits.most_bytes(category, account)} bytes"
    allowed = {"tweet_image": limits.IMAGES, "dm_image": limits.IMAGES}
    allowed |= {"tweet_gif": {"image/gif"}, "dm_gif": {"image/gif"}}
    if category in allowed and (facts is None or facts.content_type not in allowed[category]):
        return "media: media type unrecognized"
    return None


def _course(request: Request, account: Account, category: str, facts: Facts | None) -> tuple[JSON | None, str | None]:
    """How the medium will be processed, and why a post will not take it."""
    world = world_of(request)
    settings = world.settings
    if category not in limits.VIDEOS and not (category == "tweet_gif" and settings.x_gif_processing):
        return None, limits.fault_of(facts, category, account) if facts else None
    course = processing.begin(request, world, settings.processing_seconds)
    if facts is None or (category in limits.VIDEOS and facts.kind != "video"):
        return processing.failed(course, "InvalidMedia: file is not a video"), None
    fault = limits.fault_of(facts, category, account)
    if fault is None or settings.x_bad_media == "at_post":
        return course, fault
    return processing.failed(course, fault), None


def _processing_info(course: processing.Course) -> JSON:
    """``error`` is not in the v2 schema, but seen; a failure may also hide behind in_progress (twitteroauth#1185)."""
    if course.state == "done":
        return {"state": "succeeded", "progress_percent": 100}
    if course.state == "failed":
        return {"state": "failed", "progress_percent": 0, "error": limits.error_of(course.reason or "")}
    check_after = max(1, min(5, round(course.seconds_left)))
    if course.reason is not None:
        error = limits.error_of(course.reason)
        return {"state": "in_progress", "progress_percent": 99, "check_after_secs": check_after, "error": error}
    if course.progress == 0:
        return {"state": "pending", "check_after_secs": check_after}
    return {"state": "in_progress", "check_after_secs": check_after, "progress_percent": course.progress}
