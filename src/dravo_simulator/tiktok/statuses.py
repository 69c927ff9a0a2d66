"""status/fetch and cancel: what has become of a publish_id."""

from starlette.requests import Request
from starlette.responses import Response

from dravo_simulator import processing
from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok import errors
from dravo_simulator.tiktok.door import read
from dravo_simulator.tiktok.schemas import PublishNamed
from dravo_simulator.tiktok.state import fail, is_stuck, settle
from dravo_simulator.wire import world_of
from dravo_simulator.world import Account, World


async def fetch(request: Request, account: Account) -> Response:
    """A publish that failed is no error of this call."""
    world = world_of(request)
    order = await read(request, PublishNamed)
    publish = _own(world, account, order.publish_id)
    with world.store.transaction():
        world.change("tiktok", publish, processing=processing.asked(publish.data["processing"]))
    await settle(request)
    return errors.ok(world, _view(world, _own(world, account, order.publish_id)))


async def cancel(request: Request, account: Account) -> Response:
    """Only a download that is under way, and only if it can still be stopped; one that is stuck is under way for ever."""
    world = world_of(request)
    order = await read(request, PublishNamed)
    _own(world, account, order.publish_id)
    await settle(request)
    publish = _own(world, account, order.publish_id)
    is_under_way = not publish.data["is_here"] or is_stuck(world, publish)
    if publish.data["status"] != "PROCESSING_DOWNLOAD" or not is_under_way:
        raise errors.refused(world, "publish_not_cancellable")
    request.app.state.arrivals.cancel(publish.id)
    with world.store.transaction():
        fail(world, publish, "publish_cancelled")
    return errors.ok(world, {})


def _own(world: World, account: Account, publish_id: str) -> Stored:
    publish = world.store.get("tiktok", "publish", publish_id)
    lives = world.settings.tiktok_publish_id_seconds
    if publish is None or (lives is not None and world.now() >= publish.at + lives):
        raise errors.refused(world, "invalid_publish_id")
    if publish.account != account.id:
        raise errors.refused(world, "token_not_authorized_for_specified_publish_id")
    return publish


def _view(world: World, publish: Stored) -> JSON:
    data = publish.data
    shown: JSON = {"status": data["status"]} | _bytes(world, publish)
    if data["status"] == "FAILED":
        shown["fail_reason"] = data["fail_reason"]
    if data["public_ids"] or world.settings.tiktok_no_public_ids == "empty":
        shown["publicaly_available_post_id"] = data["public_ids"]  # TikTok's own spelling
    return shown


def _bytes(world: World, publish: Stored) -> JSON:
    """How far its media are. How soon an upload's chunk counts here, if ever, no page says."""
    if publish.data["upload"] is None:
        return {"downloaded_bytes": publish.data["bytes"]}
    late = world.settings.tiktok_uploaded_bytes_seconds
    if late is None:
        return {}
    counted = [part["size"] for part in publish.data["parts"] if part["at"] + late <= world.now()]
    return {"uploaded_bytes": sum(counted)}
