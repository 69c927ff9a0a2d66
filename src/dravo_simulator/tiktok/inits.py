"""The calls that announce a publish: a video by its bytes or its URL, directly or for the inbox, and photos by their URLs."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok import errors, limits, properties, publishes, quotas, rules
from dravo_simulator.tiktok.door import read
from dravo_simulator.tiktok.schemas import ContentInit, FileUpload, InboxInit, VideoInit, VideoPull
from dravo_simulator.wire import origin, world_of
from dravo_simulator.world import Account, World

DIRECT_SCOPE, DRAFT_SCOPE = "video.publish", "video.upload"


async def video(request: Request, account: Account) -> Response:
    order = await read(request, VideoInit)
    rules.check_direct(world_of(request), account, order.post_info)
    info = order.post_info.model_dump(exclude_unset=True)
    return _begin_video(request, account, publishes.DIRECT, order.source_info, info)


async def inbox_video(request: Request, account: Account) -> Response:
    """A draft without a word about it: its owner writes the caption in the app."""
    world = world_of(request)
    order = await read(request, InboxInit)
    if order.post_info is not None and world.settings.tiktok_inbox_post_info == "refuse":
        raise errors.invalid_param(world, "post_info is not a field of this call")
    rules.check_draft(world, account)
    return _begin_video(request, account, publishes.DRAFT, order.source_info, {})


async def content(request: Request, account: Account) -> Response:
    """Photos. Of a draft only title, description and cover are carried."""
    world = world_of(request)
    order = await read(request, ContentInit)
    is_direct = order.post_mode == publishes.DIRECT
    if (DIRECT_SCOPE if is_direct else DRAFT_SCOPE) not in account.scopes:
        raise errors.refused(world, "scope_not_authorized")
    if is_direct:
        rules.check_direct(world, account, order.post_info)
    elif account.attributes["old_app"]:
        raise errors.refused(world, "app_version_check_failed")
    else:
        rules.check_draft(world, account)
    cover_index, urls = _cover(world, order), order.source_info.photo_images
    properties.check(request, urls)
    carried = None if is_direct else {"title", "description"}
    with world.store.transaction():
        publish = publishes.begin(
            request,
            account,
            "PHOTO",
            order.post_mode,
            info=order.post_info.model_dump(exclude_unset=True, include=carried),
            urls=urls,
            cover_index=cover_index,
        )
        quotas.note(world, account)
    return _announced(request, publish)


def _begin_video(request: Request, account: Account, mode: str, source: FileUpload | VideoPull, info: JSON) -> Response:
    world = world_of(request)
    urls: list[str] | None = None
    upload: JSON | None = None
    if isinstance(source, VideoPull):
        urls = [source.video_url]
        properties.check(request, urls)
    else:
        fault = limits.fault_of_cut(source, world.settings.tiktok_megabyte)
        if fault is not None:
            raise errors.invalid_param(world, fault)
        upload = {
            "id": world.snowflake(),
            "token": world.token(""),
            "size": source.video_size,
            "chunk_size": source.chunk_size,
            "count": source.total_chunk_count,
        }
    with world.store.transaction():
        publish = publishes.begin(request, account, "VIDEO", mode, info=info, urls=urls, upload=upload)
        if upload is not None:
            world.create("tiktok", "upload", upload["id"], account.id, {"publish": publish.id})
        quotas.note(world, account)
    return _announced(request, publish)


def _announced(request: Request, publish: Stored) -> Response:
    """The answer; what is to be pulled begins to be pulled now, whether or not anybody waits for it."""
    world, upload = world_of(request), publish.data["upload"]
    data: JSON = {"publish_id": publish.id}
    if upload is None:
        request.app.state.arrivals.begin(publish.id)
    else:
        host = world.settings.tiktok_upload_host
        secret = f"upload_id={upload['id']}&upload_token={upload['token']}"
        data["upload_url"] = f"{origin(request)}/{host}/video/?{secret}"
    return errors.ok(world, data)


def _cover(world: World, order: ContentInit) -> int:
    index = order.source_info.photo_cover_index
    if index < len(order.source_info.photo_images):
        return index
    if world.settings.tiktok_cover_out_of_range == "refuse":
        raise errors.invalid_param(world, "photo_cover_index is out of range")
    return 0
