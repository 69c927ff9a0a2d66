"""At delivery: the picture that an option of a post names by URL, had once for all attempts."""

from dravo.media import queries
from dravo.media.fetch import MediaRefused, fetched
from dravo.media.once import kept_or_made
from dravo.media.service import Foreign, Unknown, resolve
from dravo.models.media import MediaAsset
from dravo.resources import Resources


async def asset_of_attachment(
    resources: Resources, workspace_id: str, environment: str, post_id: str, name: str, url: str
) -> MediaAsset:
    """The asset of a post's attachment `name`: our own one where the URL is one of our addresses, else fetched, once.

    Whether it is a picture is for the caller to judge. Raises MediaRefused or MediaUnavailable, and
    DatabaseUnavailable. Must not be called inside a transaction.
    """
    return await kept_or_made(
        resources,
        ("attachment", workspace_id, environment, post_id, name),
        find=lambda session: queries.asset_of_attachment(session, workspace_id, environment, post_id, name),
        make=lambda: _resolved(resources, workspace_id, environment, url),
        bind=lambda session, asset: queries.bind_attachment(session, asset, post_id, name),
    )


async def _resolved(resources: Resources, workspace_id: str, environment: str, url: str) -> MediaAsset:
    async with resources.db.transaction() as session:
        [meaning] = await resolve(
            session,
            public_url=resources.settings.public_url,
            workspace_id=workspace_id,
            environment=environment,
            urls=[url],
        )
    match meaning:
        case Unknown():
            raise MediaRefused(
                "media_unreachable", "It is no medium of this environment, or has expired; ingest it again."
            )
        case Foreign():
            return await fetched(resources, workspace_id, environment, url)
        case asset:
            return asset
