"""What happens to a TikTok publish while nobody calls: it is posted, lies in the inbox or fails, and what may come after that."""

from collections.abc import Callable

from starlette.datastructures import State
from starlette.requests import Request

from dravo_simulator import processing
from dravo_simulator.store import JSON, Stored
from dravo_simulator.tiktok import limits, quotas
from dravo_simulator.tiktok.effects import record
from dravo_simulator.tiktok.events import happened
from dravo_simulator.tiktok.publishes import DIRECT, RUNNING, arrived
from dravo_simulator.world import World


async def settle(request: Request) -> None:
    """Brings every unfinished publish up to now."""
    await settle_world(request.app.state)


async def settle_world(state: State) -> None:
    world: World = state.world
    await state.arrivals.settle()
    for publish_id in world.store.watched("tiktok"):
        publish = world.store.get("tiktok", "publish", publish_id)
        assert publish is not None, "what is watched is there"
        if _has_timed_out(world, publish):
            state.arrivals.cancel(publish_id)
        with world.store.transaction():
            _advance(world, publish)


def fail(world: World, publish: Stored, reason: str) -> Stored:
    """It ends here. Inside the caller's transaction."""
    failed = world.change("tiktok", publish, status="FAILED", fail_reason=reason)
    world.store.unwatch("tiktok", publish.id)
    _tell(world, failed, "failed", reason=reason)
    return failed


def is_stuck(world: World, publish: Stored) -> bool:
    """Whether it was ordered that this one, or every one, shall not end."""
    return publish.data["processing"]["stuck"] or world.settings.tiktok_stuck


def _advance(world: World, publish: Stored) -> None:
    if publish.data["status"] in RUNNING:
        if _has_timed_out(world, publish):
            reason = f"{publish.data['media_type'].lower()}_pull_failed"
            publish = arrived(world, publish, fail_reason=reason)
        if not publish.data["is_here"] or not _is_processed(world, publish):
            return
        publish = _finish(world, publish)
    while (coming := publish.data["coming"]) is not None:
        if coming["at"] > world.now():
            return
        publish = NEXT[coming["what"]](world, publish, coming["at"])
    world.store.unwatch("tiktok", publish.id)


def _has_timed_out(world: World, publish: Stored) -> bool:
    is_pulling = publish.data["status"] == "PROCESSING_DOWNLOAD" and not publish.data["is_here"]
    return is_pulling and world.now() >= publish.at + limits.PULL_SECONDS


def _is_processed(world: World, publish: Stored) -> bool:
    return not is_stuck(world, publish) and processing.look(world, publish.data["processing"]).state != "running"


def _finish(world: World, publish: Stored) -> Stored:
    reason = world.settings.tiktok_fail_reason or publish.data["processing"]["reason"]
    if reason is None and _is_let_in_no_more(world, publish):
        reason = "auth_removed"
    if reason is None:
        reason = publish.data["fail_reason"]
    if reason is None and publish.data["post_mode"] == DIRECT and not quotas.has_room_to_post(world, publish):
        reason = "spam_risk_too_many_posts"
    if reason is not None:
        return fail(world, publish, reason)
    at = max(publish.data["processing"]["until"], publish.data["here_at"])
    if publish.data["post_mode"] != DIRECT:
        return _deliver(world, publish, at)
    is_public = publish.data["info"]["privacy_level"] == "PUBLIC_TO_EVERYONE"
    posted = _post(world, publish, at, is_public=is_public)
    record(world, posted, at)
    return posted


def _is_let_in_no_more(world: World, publish: Stored) -> bool:
    """The creator has removed the app: all that came of the consent is revoked, and not merely renewed."""
    grants = list(world.store.grants.of_family(publish.data["family"] or ""))
    is_over = bool(grants) and all(grant.revoked_by is not None for grant in grants)
    return is_over and any(grant.revoked_by in {"user", "order"} for grant in grants)


def _deliver(world: World, publish: Stored, at: float) -> Stored:
    """Into the inbox of its owner, who may post it later."""
    coming = _later(at, world.settings.tiktok_draft_posted_seconds, "posted")
    delivered = world.change("tiktok", publish, status="SEND_TO_USER_INBOX", coming=coming)
    record(world, delivered, at)
    _tell(world, delivered, "inbox_delivered")
    return delivered


def _post_draft(world: World, publish: Stored, at: float) -> Stored:
    account = world.account("tiktok", by="id", value=publish.account)
    assert account is not None, "accounts do not go away"
    return _post(world, publish, at, is_public=not account.attributes["private"])


def _post(world: World, publish: Stored, at: float, *, is_public: bool) -> Stored:
    coming = _later(at, world.settings.tiktok_public_id_seconds, "public") if is_public else None
    posted = world.change(
        "tiktok", publish, status="PUBLISH_COMPLETE", posted_at=at, is_public=is_public, coming=coming
    )
    _tell(world, posted, "complete")
    is_public_at_once = coming is not None and coming["at"] <= world.now()
    return _show(world, posted, at) if is_public_at_once and coming is not None else posted


def _show(world: World, publish: Stored, at: float) -> Stored:
    """Moderation is over. Public ids are int64, and only public posts have them (Get video status reference)."""
    ids = [int(world.snowflake()) for _ in range(world.settings.tiktok_public_ids)]
    coming = _later(at, world.settings.tiktok_taken_down_seconds, "hidden")
    shown = world.change("tiktok", publish, public_ids=ids, coming=coming)
    for public_id in ids:
        _tell(world, shown, "publicly_available", post_id=public_id)
    return shown


def _hide(world: World, publish: Stored, _at: float) -> Stored:
    hidden = world.change("tiktok", publish, public_ids=[], is_public=False, coming=None)
    for public_id in publish.data["public_ids"]:
        _tell(world, hidden, "no_longer_publicaly_available", post_id=public_id)  # TikTok's own spelling
    return hidden


NEXT: dict[str, Callable[[World, Stored, float], Stored]] = {"posted": _post_draft, "public": _show, "hidden": _hide}


def _later(at: float, seconds: float | None, what: str) -> JSON | None:
    return None if seconds is None else {"what": what, "at": at + seconds}


def _tell(world: World, publish: Stored, event: str, **more: object) -> None:
    """What a webhook says of it (Get video status reference). A direct post's type has no name on that page."""
    kind = "DIRECT_PUBLISH" if publish.data["post_mode"] == DIRECT else "INBOX_SHARE"
    happened(world, publish, f"post.publish.{event}", {"publish_id": publish.id, "publish_type": kind, **more})
