"""At delivery: the asset behind a foreign URL of a post, fetched once for all of the post's deliveries."""

import tempfile
from typing import Literal

from dravo.kit.http import Refused, TooLarge, Unavailable
from dravo.kit.storage import StorageUnavailable
from dravo.media import queries
from dravo.media.ingest import MAX_FILE_BYTES, ingest
from dravo.media.inspection import UnusableMedia
from dravo.media.once import kept_or_made
from dravo.models.media import MediaAsset
from dravo.resources import Resources

FETCH_SECONDS = 120.0


class MediaRefused(Exception):
    """The URL gives no medium that can be published; trying again will not help. The text is for the user."""

    def __init__(
        self, code: Literal["media_unreachable", "unsupported_media_type", "too_large"], sentence: str
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class MediaUnavailable(Exception):
    """The host or our storage failed to answer; trying again may help."""


async def asset_of_foreign(
    resources: Resources, workspace_id: str, environment: str, post_id: str, position: int, url: str
) -> MediaAsset:
    """The asset of the `position`th entry of a post's `media_urls`; fetched now unless a sibling has done so.

    Raises MediaRefused or MediaUnavailable, and DatabaseUnavailable. Must not be called inside a transaction.
    """
    return await kept_or_made(
        resources,
        ("medium", workspace_id, environment, post_id, str(position)),
        find=lambda session: queries.asset_of_medium(session, workspace_id, environment, post_id, position),
        make=lambda: fetched(resources, workspace_id, environment, url),
        bind=lambda session, asset: queries.bind_medium(session, asset, post_id, position),
    )


async def fetched(resources: Resources, workspace_id: str, environment: str, url: str) -> MediaAsset:
    """A new asset of what stands at a URL now. Raises MediaRefused, MediaUnavailable and DatabaseUnavailable."""
    with tempfile.TemporaryFile() as file:
        try:
            await resources.guarded.fetch_into(url, file, max_bytes=MAX_FILE_BYTES, timeout_seconds=FETCH_SECONDS)
            return await ingest(resources, workspace_id, environment, file)
        except TooLarge:
            raise MediaRefused("too_large", "The medium is larger than 100 MB.") from None
        except Refused as refused:
            raise MediaRefused("media_unreachable", f"The medium cannot be fetched: {refused}.") from None
        except UnusableMedia as unusable:
            code: Literal["too_large", "unsupported_media_type"] = (
                "too_large" if unusable.reason == "too_many_pixels" else "unsupported_media_type"
            )
            raise MediaRefused(code, str(unusable)) from None
        except (Unavailable, StorageUnavailable) as error:
            raise MediaUnavailable(str(error)) from error
