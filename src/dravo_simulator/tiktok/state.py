"""What happens to a TikTok post while nobody calls: pictures are pulled, then it is posted or it fails."""

from starlette.datastructures import State
from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.fetch import Fetcher, FetchFailed
from dravo_simulator.store import JSON, Stored
from dravo_simulator.wire import look_at_picture
from dravo_simulator.world import World, medium

MOST_BYTES = 20 * 1024 * 1024
LONGEST_SHORT_SIDE = 1080
KINDS = {"image/jpeg", "image/webp"}
"""Media transfer guide; that 1080p means the shorter side is what users report (postiz-app#1875)."""


async def settle(request: Request) -> None:
    """Brings every unfinished post up to now."""
    await settle_world(request.app.state)


async def settle_world(state: State) -> None:
    """One at a time: two callers who look at the same moment must not post twice."""
    world: World = state.world
    async with state.settling:
        for publish_id in world.store.watched("tiktok"):
            publish = world.store.get("tiktok", "publish", publish_id)
            assert publish is not None
            await _advance(world, state.fetcher, publish)


async def _advance(world: World, fetcher: Fetcher, publish: Stored) -> None:
    if publish.data["pulled"] is None:
        publish = await _pull(world, fetcher, publish)
    if processing.look(world, publish.data["processing"]).state == "running" or world.settings.tiktok_stuck:
        return
    with world.store.transaction():
        _finish(world, publish)
        world.store.unwatch("tiktok", publish.id)


async def _pull(world: World, fetcher: Fetcher, publish: Stored) -> Stored:
    """Reads every picture of the post; one bad picture spoils all of them and TikTok does not say which."""
    pictures: list[bytes] = []
    fail_reason: str | None = None
    kinds: list[str] = []
    for url in publish.data["urls"]:
        try:
            content = (await fetcher.get(url, at_most=2 * MOST_BYTES)).content
        except FetchFailed:
            fail_reason = "photo_pull_failed"
            break
        kind, fail_reason = _judge(content)
        if fail_reason is not None:
            break
        pictures.append(content)
        kinds.append(kind)
    with world.store.transaction():
        blobs = [world.store.add_blob(content, kind) for content, kind in zip(pictures, kinds, strict=True)]
        return world.change(
            "tiktok",
            publish,
            pulled=[blob.sha256 for blob in blobs],
            downloaded_bytes=sum(len(content) for content in pictures),
            fail_reason=fail_reason,
        )


def _judge(content: bytes) -> tuple[str, str | None]:
    """Content type, and the reason to fail if there is one."""
    picture = look_at_picture(content)
    if picture is None or picture.content_type not in KINDS:
        return "", "file_format_check_failed"
    if min(picture.width, picture.height) > LONGEST_SHORT_SIDE or len(content) > MOST_BYTES:
        return "", "picture_size_check_failed"
    return picture.content_type, None


def _finish(world: World, publish: Stored) -> None:
    ordered = publish.data["processing"]["reason"]
    fail_reason = world.settings.tiktok_fail_reason or ordered or publish.data["fail_reason"]
    if fail_reason is not None:
        world.change("tiktok", publish, status="FAILED", fail_reason=fail_reason)
        return
    is_draft = publish.data["post_mode"] == "MEDIA_UPLOAD"
    is_public = publish.data["post_info"].get("privacy_level") == "PUBLIC_TO_EVERYONE"
    # Public ids only exist for public posts; they are int64 (Get video status reference).
    public_ids = [int(world.snowflake())] if is_public and not is_draft else []
    status = "SEND_TO_USER_INBOX" if is_draft else "PUBLISH_COMPLETE"
    world.change("tiktok", publish, status=status, public_ids=public_ids)
    account = world.account("tiktok", by="id", value=publish.account)
    assert account is not None
    world.record(
        account,
        "post",
        publish.id,
        text=publish.data["post_info"].get("description", ""),
        media=_shown(world, publish),
        options=_options(publish, public_ids, is_draft=is_draft),
        at=publish.data["processing"]["until"],
    )


def _options(publish: Stored, public_ids: list[int], *, is_draft: bool) -> JSON:
    options: JSON = {name: value for name, value in publish.data["post_info"].items() if name != "description"}
    options |= {"post_mode": publish.data["post_mode"], "photo_cover_index": publish.data["photo_cover_index"]}
    if is_draft:
        options["inbox"] = True
    if public_ids:
        options["publicaly_available_post_id"] = public_ids
    return options


def _shown(world: World, publish: Stored) -> list[JSON]:
    shown: list[JSON] = []
    for sha256, url in zip(publish.data["pulled"], publish.data["urls"], strict=True):
        blob = world.store.blob(sha256)
        assert blob is not None
        shown.append(medium(blob, url=url))
    return shown
