"""A publish as an object: one video or some photos, from the call that announces it to the post."""

from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World

DIRECT, DRAFT = "DIRECT_POST", "MEDIA_UPLOAD"
RUNNING = {"PROCESSING_UPLOAD", "PROCESSING_DOWNLOAD"}
SHAPES = {
    ("VIDEO", DIRECT, "FILE_UPLOAD"): "v_pub_file~v2-1.",
    ("VIDEO", DIRECT, "PULL_FROM_URL"): "v_pub_url~v2.",
    ("VIDEO", DRAFT, "FILE_UPLOAD"): "v_inbox_file~v2.",
    ("VIDEO", DRAFT, "PULL_FROM_URL"): "v_inbox_url~v2.",
    ("PHOTO", DIRECT, "PULL_FROM_URL"): "p_pub_url~v2.",
    ("PHOTO", DRAFT, "PULL_FROM_URL"): "p_pub_url~v2.",
}
"""How a publish_id begins, as the examples of the reference have it."""


def begin(
    request: Request,
    account: Account,
    media_type: str,
    post_mode: str,
    *,
    info: JSON,
    urls: list[str] | None = None,
    cover_index: int | None = None,
    upload: JSON | None = None,
) -> Stored:
    """A new publish, of ``urls`` to pull or of an ``upload`` to come. Inside the caller's transaction.

    An upload has ``size``, ``chunk_size``, ``count`` and its ``token``; ``info`` is what the caller said about the post.
    """
    world = world_of(request)
    source = "PULL_FROM_URL" if upload is None else "FILE_UPLOAD"
    grant = world.grant_of("tiktok", account.token)
    # Processing of an upload begins with its last byte: until then the course only knows what was ordered about it.
    seconds = world.settings.processing_seconds if upload is None else 0.0
    data: JSON = {
        "status": "PROCESSING_DOWNLOAD" if upload is None else "PROCESSING_UPLOAD",
        "media_type": media_type,
        "post_mode": post_mode,
        "source": source,
        "info": info,
        "urls": urls or [],
        "cover_index": cover_index,
        "upload": upload,
        "parts": [],
        "bytes": 0,
        "media": [],
        "is_here": False,
        "here_at": None,
        "fail_reason": None,
        "processing": processing.begin(request, world, seconds),
        "family": None if grant is None else grant.family,
        "app": account.app,
        "public_ids": [],
        "is_public": False,
        "posted_at": None,
        "coming": None,
    }
    publish_id = SHAPES[media_type, post_mode, source] + world.snowflake()
    publish = world.create("tiktok", "publish", publish_id, account.id, data)
    if upload is None:
        world.store.watch("tiktok", publish_id)
    return publish


def is_whole(publish: Stored) -> bool:
    """Whether TikTok has been given all it needs: of an upload every byte."""
    upload = publish.data["upload"]
    return upload is None or publish.data["bytes"] == upload["size"]


def arrived(world: World, publish: Stored, *, fail_reason: str | None = None) -> Stored:
    """All media are here, or never will be. Inside the caller's transaction."""
    return world.change("tiktok", publish, is_here=True, here_at=world.now(), fail_reason=fail_reason)
