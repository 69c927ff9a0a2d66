"""Nothing is accepted that is known to fail: the rules that need the database, and those of the networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.accounts import queries as accounts
from dravo.auth.schemas import Caller
from dravo.kit.errors import Errors
from dravo.media.schemas import drafted
from dravo.media.service import Foreign, Unknown, resolve
from dravo.models import Account, MediaAsset
from dravo.platforms.base import Draft, Profile
from dravo.platforms.media import DraftMedium
from dravo.platforms.registry import PLATFORMS
from dravo.posts import queries
from dravo.posts.schemas import PostCreate, Reading
from dravo.settings import Settings

UNKNOWN_MEDIUM = "is no medium of this environment, or has expired; ingest it again"


@dataclass(frozen=True, slots=True)
class Checked:
    """A post that may be stored: its accounts in the order named, an asset id per medium (None: foreign), and the time.

    `attached_ids` are assets of ours that options name.
    """

    post: PostCreate
    accounts: list[Account]
    asset_ids: list[str | None]
    attached_ids: list[str]
    now: datetime


async def check(session: AsyncSession, caller: Caller, reading: Reading, settings: Settings) -> Checked:
    """Raises Problem 400 with everything that is wrong, as far as it can be known."""
    post, errors = reading.post, Errors(list(reading.errors))
    known = {} if "account_ids" in reading.broken else await _known_accounts(session, caller, post, errors)
    at = await _time(session, post, errors)
    media = await _resolved(session, caller, post.urls, settings)
    for i, medium in enumerate(media):
        if isinstance(medium, Unknown):
            errors.add(f"/media_urls/{i}", "unknown_media", UNKNOWN_MEDIUM)
    attached: list[str] = []
    # A network's rules look at text, media and options together: with one of them unread they would find faults that
    # are none.
    if reading.broken.isdisjoint({"text", "media_urls", "platform_options"}):
        known_media = [_drafted(i, medium) for i, medium in enumerate(media)]
        drafts = [(account, _draft(post, account, known_media, settings)) for account in known.values()]
        for account, draft in drafts:
            _network_rules(account, draft, errors)
        attached = await _attached(session, caller, drafts, settings, errors)
    errors.raise_if_any()
    return Checked(post, list(known.values()), [_asset_id(medium) for medium in media], attached, at)


async def _resolved(
    session: AsyncSession, caller: Caller, urls: Sequence[str], settings: Settings
) -> list[MediaAsset | Foreign | Unknown]:
    return await resolve(
        session,
        public_url=settings.public_url,
        workspace_id=caller.workspace_id,
        environment=caller.environment,
        urls=urls,
    )


async def _attached(
    session: AsyncSession,
    caller: Caller,
    drafts: Sequence[tuple[Account, Draft[BaseModel]]],
    settings: Settings,
    errors: Errors,
) -> list[str]:
    """The assets of ours that the targeted networks' options name by URL; several accounts of one network name them once."""
    named = {
        attachment.pointer: attachment.url
        for account, draft in drafts
        for attachment in PLATFORMS[account.platform].attachments(draft)
    }
    found = await _resolved(session, caller, list(named.values()), settings)
    for pointer, medium in zip(named, found, strict=True):
        if isinstance(medium, Unknown):
            errors.add(pointer, "unknown_media", UNKNOWN_MEDIUM)
    return [medium.id for medium in found if isinstance(medium, MediaAsset)]


async def _known_accounts(
    session: AsyncSession, caller: Caller, post: PostCreate, errors: Errors
) -> dict[str, Account]:
    found = await accounts.by_id(session, caller.workspace_id, caller.environment, post.account_ids)
    for i, account_id in enumerate(post.account_ids):
        if account_id not in found:
            errors.add(f"/account_ids/{i}", "unknown_account", "is no connected account of this environment")
    return {account_id: found[account_id] for account_id in post.account_ids if account_id in found}


async def _time(session: AsyncSession, post: PostCreate, errors: Errors) -> datetime:
    times = await queries.times(session)
    if post.scheduled_at is not None and post.scheduled_at < times.earliest:
        errors.add(
            "/scheduled_at",
            "scheduled_too_soon",
            "must be at least 60 seconds ahead; leave it out to publish at once",
        )
    if post.scheduled_at is not None and post.scheduled_at > times.latest:
        errors.add("/scheduled_at", "scheduled_too_late", "must be at most 2 years ahead")
    return times.now


def _drafted(index: int, medium: MediaAsset | Foreign | Unknown) -> DraftMedium:
    """What is known of a medium now; a foreign one is judged when it is fetched."""
    return drafted(medium, index) if isinstance(medium, MediaAsset) else DraftMedium(index)


def _draft(post: PostCreate, account: Account, media: Sequence[DraftMedium], settings: Settings) -> Draft[BaseModel]:
    options: BaseModel | None = getattr(post.platform_options, account.platform, None)
    profile = Profile(account.platform_account_id, account.handle, account.traits)
    config = settings.of_network(account.platform)
    return Draft(post.text, media, options or PLATFORMS[account.platform].options(), profile, config)


def _network_rules(account: Account, draft: Draft[BaseModel], errors: Errors) -> None:
    for finding in PLATFORMS[account.platform].check(draft).errors:
        errors.add(finding.pointer, finding.code, finding.message, account_id=account.id, platform=account.platform)


def _asset_id(medium: MediaAsset | Foreign | Unknown) -> str | None:
    return medium.id if isinstance(medium, MediaAsset) else None
