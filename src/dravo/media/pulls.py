"""Addresses under which a network pulls a medium: made for one attempt at one delivery, and dead with it.

An address names the delivery, its generation and the asset, and is signed, so it needs no row: it is alive while the
delivery is in that very generation and may still be published. When an attempt is given up for a new one, or the delivery has
ended, nobody reads it any more; a network that comes late cannot publish what we have given up. A delivery that is
`unconfirmed` has not been given up: the network was told to publish it, and may be about to.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dravo.kit.crypto import Cipher
from dravo.kit.db import now
from dravo.lifecycle.states import FINAL, Status
from dravo.media.probe import TYPES
from dravo.models import Delivery
from dravo.models.media import MediaAsset

PURPOSE = "addresses that networks pull media from"

_NAME = re.compile(
    r"(?P<said>(?P<delivery>del_[0-9a-z]{26})-(?P<generation>[0-9]{1,9})-(?P<asset>media_[0-9a-z]{26}))"
    r"-(?P<signature>[A-Za-z0-9_-]{22})(?P<ending>\.[a-z0-9]{2,5})"
)


OVER = FINAL - {Status.unconfirmed}


@dataclass(frozen=True, slots=True)
class Pull:
    """What an address says: an asset, for one generation of one delivery."""

    delivery_id: str
    generation: int
    asset_id: str


def pull_url(cipher: Cipher, public_url: str, delivery: Delivery, asset: MediaAsset) -> str:
    """The address for this attempt, in ASCII; the same for as long as the attempt and the newest encryption key last."""
    said = f"{delivery.id}-{delivery.generation}-{asset.id}"
    ending = f".{TYPES[asset.content_type].extension}"
    return f"{public_url}/u/{said}-{cipher.signature(said + ending, PURPOSE)}{ending}"


def pull_in(cipher: Cipher, name: str) -> Pull | None:
    """What the last segment of an address says, or None where it is not of our making."""
    match = _NAME.fullmatch(name)
    if match is None or not cipher.is_signature(match["signature"], match["said"] + match["ending"], PURPOSE):
        return None
    return Pull(match["delivery"], int(match["generation"]), match["asset"])


async def pulled_asset(session: AsyncSession, pull: Pull) -> MediaAsset | None:
    """The asset behind an address; None when its attempt is over, or the asset has expired."""
    return await session.scalar(
        select(MediaAsset)
        .join(
            Delivery,
            (Delivery.workspace_id == MediaAsset.workspace_id) & (Delivery.environment == MediaAsset.environment),
        )
        .where(
            MediaAsset.id == pull.asset_id,
            MediaAsset.expires_at > now(),
            Delivery.id == pull.delivery_id,
            Delivery.generation == pull.generation,
            Delivery.status.not_in(OVER),
        )
    )
