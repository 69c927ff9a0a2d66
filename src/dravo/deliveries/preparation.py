"""From rows to what an adapter is given: text, options, profile, media; and the last check before anything is sent."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import BaseModel

from dravo.accounts import credentials
from dravo.accounts.profiles import profile_of
from dravo.deliveries import queries
from dravo.kit.crypto import Unreadable
from dravo.kit.ids import Key
from dravo.kit.storage import Storage, StorageUnavailable
from dravo.media import attachments as attachments_of_posts
from dravo.media import fetch, renditions
from dravo.media.child import TooSlow
from dravo.media.pulls import pull_url
from dravo.models import Account, Delivery, MediaAsset, Post, PostMedium
from dravo.platforms.base import Draft, Findings, Platform, PublishJob
from dravo.platforms.errors import Rejected, Transient
from dravo.platforms.media import Attachment, Details, Medium
from dravo.resources import Resources


def secrets_of(resources: Resources, account: Account) -> dict[str, Any]:
    """The account's opened credentials: `access_token` and what else its network gave. Raises Unreadable."""
    return credentials.open_credentials(resources.cipher, account.id, account.credentials)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job with its media as they came, and the assets behind them."""

    job: PublishJob[BaseModel]
    assets: list[MediaAsset]

    @property
    def draft(self) -> Draft[BaseModel]:
        media = [medium.draft() for medium in self.job.media]
        return Draft(self.job.text, media, self.job.options, self.job.profile, self.job.config)


async def gathered(
    resources: Resources, platform: Platform, delivery: Delivery, post: Post, account: Account
) -> Prepared:
    """All that the adapter needs. Foreign media are fetched here, once per post. Raises Rejected or Transient."""
    async with resources.db.transaction() as session:
        rows = await queries.media_of(session, delivery)
    assets = [await _asset(resources, delivery, row) for row in rows]
    job = PublishJob(
        text=post.text,
        media=[
            _as_medium(resources, delivery, asset, row.position, row.url)
            for asset, row in zip(assets, rows, strict=True)
        ],
        options=platform.options.model_validate(
            post.platform_options.get(platform.name) or {}, strict=False, extra="ignore"
        ),
        profile=profile_of(account, _readable_secrets(resources, account)),
        config=resources.settings.of_network(platform.name),
    )
    return Prepared(job, assets)


def _readable_secrets(resources: Resources, account: Account) -> dict[str, Any]:
    try:
        return secrets_of(resources, account)
    except Unreadable:
        return {}


async def fitted(
    resources: Resources, platform: Platform, delivery: Delivery, prepared: Prepared, warn: Callable[[str, str], None]
) -> PublishJob[BaseModel]:
    """The job with its pictures in the form that the network takes, and with the pictures that its options name.

    Raises Rejected when a picture cannot be brought into that form; Transient when the storage fails.
    """
    draft, job = prepared.draft, prepared.job
    media = []
    for medium, drafted, asset in zip(job.media, draft.media, prepared.assets, strict=True):
        form = platform.image_form(draft, drafted) if medium.kind == "image" else None
        named = f"media_urls[{medium.index}] ({medium.source_url})"
        try:
            made = asset if form is None else await renditions.rendition(resources, asset, form)
        except renditions.CannotConvert as error:
            pointer = f"/media_urls/{medium.index}"
            message = f"{named}: {platform.title} does not take it as it is. {error}"
            raise Rejected("media_not_convertible", message, pointer=pointer) from error
        except (StorageUnavailable, TooSlow) as error:
            raise Transient("media_unavailable", f"{named}: it could not be read or converted in time.") from error
        if form is not None and made.id != asset.id:
            faults = ", its ".join(form.faults(drafted))
            warn(
                "media_converted",
                f"{named} was converted for {platform.title}, since its {faults}; what is sent is "
                f"{made.content_type}, {made.width} x {made.height} pixels, {made.size_bytes} bytes.",
            )
        media.append(_as_medium(resources, delivery, made, medium.index, medium.source_url))
    attachments = {}
    for attachment in platform.attachments(draft):
        found = await _attached(resources, platform, delivery, attachment, warn)
        if found is not None:
            attachments[attachment.name] = found
    return replace(job, media=media, attachments=attachments)


async def _attached(
    resources: Resources,
    platform: Platform,
    delivery: Delivery,
    attachment: Attachment,
    warn: Callable[[str, str], None],
) -> Medium | None:
    """The picture that an option names; a post is not held back by one that cannot be had."""
    option = ".".join(attachment.pointer.split("/")[1:])
    try:
        asset = await attachments_of_posts.asset_of_attachment(
            resources,
            delivery.workspace_id,
            delivery.environment,
            delivery.post_id,
            f"{platform.name}.{attachment.name}",
            attachment.url,
        )
        if asset.kind != "image":
            raise renditions.CannotConvert("type", "It is a video; name a picture.")  # noqa: TRY301 - ends as the others do
        made = await renditions.rendition(resources, asset, attachment.form)
    except (fetch.MediaRefused, fetch.MediaUnavailable, renditions.CannotConvert, TooSlow, StorageUnavailable) as error:
        warn("attachment_left_out", f"{option} ({attachment.url}) is left out: {error}")
        return None
    return _as_medium(resources, delivery, made, 0, attachment.url)


async def _asset(resources: Resources, delivery: Delivery, row: PostMedium) -> MediaAsset:
    named = f"media_urls[{row.position}] ({row.url})"
    try:
        return await fetch.asset_of_foreign(
            resources, delivery.workspace_id, delivery.environment, delivery.post_id, row.position, row.url
        )
    except fetch.MediaRefused as error:
        raise Rejected(error.code, f"{named}: {error}", pointer=f"/media_urls/{row.position}") from error
    except fetch.MediaUnavailable as error:
        raise Transient("media_unavailable", f"{named}: {error}") from error


def _as_medium(resources: Resources, delivery: Delivery, asset: MediaAsset, index: int, source_url: str) -> Medium:
    return Medium(
        index=index,
        kind="video" if asset.kind == "video" else "image",
        content_type=asset.content_type,
        size_bytes=asset.size_bytes,
        sha256=asset.sha256,
        width=asset.width,
        height=asset.height,
        duration_ms=asset.duration_ms,
        source_url=source_url,
        public_url=pull_url(resources.cipher, resources.settings.public_url, delivery, asset),
        open=partial(_read, resources.storage, asset.storage_key),
        details=Details.of(asset.details),
    )


def _read(storage: Storage, key: str, start: int, end: int) -> AsyncIterator[bytes]:
    return storage.read(key, start=start, end=end)


def check(platform: Platform, prepared: Prepared, warn: Callable[[str, str], None]) -> None:
    """The network's rules once more, with every fact known. Raises Rejected; hands warnings to `warn`."""
    findings: Findings = platform.check(prepared.draft)
    for finding in findings.warnings:
        warn(finding.code, finding.message)
    if findings.errors:
        first = findings.errors[0]
        raise Rejected(first.code, _named(first.pointer, first.message, prepared.job.media), pointer=first.pointer)


def naming(refused: Rejected, media: Sequence[Medium]) -> Rejected:
    """A refusal by the network, with the medium that it is about named by its index and URL."""
    pointer = refused.pointer or ""
    if not pointer.startswith("/media_urls/") or refused.message.startswith("media_urls["):
        return refused
    return Rejected(refused.code, _named(pointer, refused.message, media), raw=refused.raw, pointer=pointer)


def _named(pointer: str, message: str, media: Sequence[Medium]) -> str:
    """A fault in one medium names it by its index and URL."""
    parts = pointer.split("/")
    if parts[1] == "media_urls" and len(parts) == 3 and int(parts[2]) < len(media):
        return f"media_urls[{parts[2]}] ({media[int(parts[2])].source_url}): {message}"
    return f"{'.'.join(parts[1:])}: {message}"


def delivery_key(delivery: Delivery) -> Key:
    return Key(delivery.workspace_id, delivery.environment, delivery.id)
