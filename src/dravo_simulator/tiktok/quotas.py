"""How much may be published in 24 hours: by a creator over all apps, and by how many creators through one app.

Content sharing guidelines, read 2026-11-23. Counted from what is there, so that what failed takes no room.
"""

from collections.abc import Iterator

from dravo_simulator.store import Stored
from dravo_simulator.tiktok.publishes import is_whole
from dravo_simulator.world import Account, World

DAY_SECONDS = 86400


def refusal_of(world: World, account: Account) -> str | None:
    """The code by which a creator may not publish at all now, whatever it is; None when they may."""
    if account.attributes["banned"]:
        return "spam_risk_user_banned_from_posting"
    if not world.settings.rate_limits:
        return None
    if _posts(world, account.id) >= world.settings.tiktok_posts_per_day:
        return "spam_risk_too_many_posts"
    return None if _is_among_the_active(world, account) else "reached_active_user_cap"


def has_room_for_a_draft(world: World, account: Account) -> bool:
    if not world.settings.rate_limits:
        return True
    pending = [
        publish
        for publish in _today(world, account.id, "MEDIA_UPLOAD")
        if publish.data["status"] not in {"FAILED", "PUBLISH_COMPLETE"}
        and (is_whole(publish) or world.settings.tiktok_orphans_are_pending)
    ]
    return len(pending) < world.settings.tiktok_pending_drafts


def has_room_to_post(world: World, publish: Stored) -> bool:
    """Whether the creator has not posted too much meanwhile: several may have begun before the first was posted."""
    done = [other for other in _today(world, publish.account, "DIRECT_POST") if other.data["posted_at"] is not None]
    return not world.settings.rate_limits or len(done) < world.settings.tiktok_posts_per_day


def note(world: World, account: Account) -> None:
    """The creator has published through the app. Inside the caller's transaction.

    Audited is an app, and an account says here whether its own is: those that say so are no creators of one that is not.
    """
    if not account.attributes["audited"]:
        world.create("tiktok", "publisher", f"{account.app} {account.id}", account.app, {"at": world.now()})


def _posts(world: World, account_id: str) -> int:
    publishes = _today(world, account_id, "DIRECT_POST")
    return sum(1 for publish in publishes if is_whole(publish) and publish.data["status"] != "FAILED")


def _today(world: World, account_id: str, mode: str) -> Iterator[Stored]:
    for publish in world.store.newest("tiktok", "publish", account_id, since=world.now() - DAY_SECONDS):
        if publish.data["post_mode"] == mode:
            yield publish


def _is_among_the_active(world: World, account: Account) -> bool:
    """An audited app has a quota of its own, which no page tells."""
    if account.attributes["audited"]:
        return True
    known = world.store.newest("tiktok", "publisher", account.app)
    active = {noted.id for noted in known if noted.data["at"] > world.now() - DAY_SECONDS}
    return f"{account.app} {account.id}" in active or len(active) < world.settings.tiktok_active_users
