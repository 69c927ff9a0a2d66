"""From rows to what an adapter is given: text, options, profile, media; and the last check before anything is sent."""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

from pydantic import BaseModel

from dravo.accounts import credentials
from dravo.deliveries import queries
from dravo.kit.ids import Key
from dravo.kit.storage import Storage
from dravo.media import fetch, service
from dravo.models import Account, Delivery, MediaAsset, Post, PostMedium
from dravo.platforms.base import Draft, Findings, Platform, Profile, PublishJob
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.media import Details, Medium
from dravo.resources import Resources


def profile_of(account: Account) -> Profile:
    return Profile(account.platform_account_id, account.handle, account.traits)


def secrets_of(resources: Resources, account: Account) -> dict[str, Any]:
    """The account's opened credentials: `access_token` and what else its network gave. Raises Unreadable."""
    return credentials.open_credentials(resources.cipher, account.id, account.credentials)


async def job_of(
    resources: Resources, platform: Platform, delivery: Delivery, post: Post, account: Account
) -> PublishJob[BaseModel]:
    """All that the adapter needs. Foreign media are fetched here, once per post. Raises Rejected or Transient."""
    async with resources.db.transaction() as session:
        rows = await queries.media_of(session, delivery)
    return PublishJob(
        text=post.text,
        media=[await _medium(resources, delivery, row) for row in rows],
        options=platform.options.model_validate(
            post.platform_options.get(platform.name) or {}, strict=False, extra="ignore"
        ),
        profile=profile_of(account),
        config=resources.settings.of_network(platform.name),
    )


async def _medium(resources: Resources, delivery: Delivery, row: PostMedium) -> Medium:
    named = f"media_urls[{row.position}] ({row.url})"
    try:
        asset = await fetch.asset_of_foreign(
            resources, delivery.workspace_id, delivery.environment, delivery.post_id, row.position, row.url
        )
    except fetch.MediaRefused as error:
        raise Rejected(error.code, f"{named}: {error}", pointer=f"/media_urls/{row.position}") from error
    except fetch.MediaUnavailable as error:
        raise Transient("media_unavailable", f"{named}: {error}") from error
    return _as_medium(resources, asset, row)


def _as_medium(resources: Resources, asset: MediaAsset, row: PostMedium) -> Medium:
    return Medium(
        index=row.position,
        kind="video" if asset.kind == "video" else "image",
        content_type=asset.content_type,
        size_bytes=asset.size_bytes,
        sha256=asset.sha256,
        width=asset.width,
        height=asset.height,
        duration_ms=asset.duration_ms,
        source_url=row.url,
        public_url=service.public_url_of(resources.settings.public_url, asset),
        open=partial(_read, resources.storage, asset.storage_key),
        details=Details(**asset.details),
    )


def _read(storage: Storage, key: str, start: int, end: int) -> AsyncIterator[bytes]:
    return storage.read(key, start=start, end=end)


def check(platform: Platform, job: PublishJob[BaseModel], warn: Callable[[str, str], None]) -> None:
    """The network's rules once more, with every fact known. Raises Rejected; hands warnings to `warn`."""
    media = [medium.draft() for medium in job.media]
    findings: Findings = platform.check(Draft(job.text, media, job.options, job.profile, job.config))
    for finding in findings.warnings:
        warn(finding.code, finding.message)
    if findings.errors:
        first = findings.errors[0]
        raise Rejected(first.code, _named(first.pointer, first.message, job.media), pointer=first.pointer)


def _named(pointer: str, message: str, media: Sequence[Medium]) -> str:
    """A fault in one medium names it by its index and URL."""
    parts = pointer.split("/")
    if parts[1] == "media_urls" and len(parts) == 3 and int(parts[2]) < len(media):
        return f"media_urls[{parts[2]}] ({media[int(parts[2])].source_url}): {message}"
    return f"{'.'.join(parts[1:])}: {message}"


def delivery_key(delivery: Delivery) -> Key:
    return Key(delivery.workspace_id, delivery.environment, delivery.id)
