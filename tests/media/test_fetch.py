import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from dravo.kit.http import Refused, TooLarge, Unavailable
from dravo.kit.storage import Storage, StorageUnavailable
from dravo.media import once
from dravo.media.fetch import MediaRefused, MediaUnavailable, asset_of_foreign
from dravo.models.media import MediaAsset
from dravo.models.posts import PostMedium
from dravo.resources import Resources
from support import media
from support.web import URL, Web


async def bound(resources: Resources) -> str | None:
    async with resources.db.transaction() as session:
        return (await session.scalars(select(PostMedium))).one().asset_id


async def test_a_foreign_medium_is_fetched_once_and_remembered(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    first = await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    again = await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    assert (first.content_type, first.width) == ("image/png", 40)
    assert again.id == first.id == await bound(resources)
    assert web.asked == [URL]


async def test_siblings_that_come_together_share_one_fetch(
    resources: Resources, workspace: str, post_id: str, web: Web, stock: Any
) -> None:
    assets = await asyncio.gather(*(asset_of_foreign(resources, workspace, "live", post_id, 0, URL) for _ in range(5)))
    assert len({asset.id for asset in assets}) == 1
    assert web.asked == [URL]
    assert len(stock.files()) == 1


async def test_the_asset_of_a_quicker_process_wins(
    resources: Resources, workspace: str, post_id: str, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    quicker: list[MediaAsset] = []

    async def race() -> None:
        web.before_answering = None
        monkeypatch.setattr(once, "_making", {})  # another process knows nothing of this one's locks
        quicker.append(await asset_of_foreign(resources, workspace, "live", post_id, 0, URL))

    web.before_answering = race
    slower = await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    assert slower.id == quicker[0].id == await bound(resources)
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (Refused("it cannot be reached from here"), "media_unreachable"),
        (Refused("the host answered 404"), "media_unreachable"),
        (TooLarge("it is longer"), "too_large"),
        (media.png_that_claims(20_000, 20_000), "too_large"),
        (b"<html>", "unsupported_media_type"),
        (b"", "unsupported_media_type"),
        (media.picture("JPEG")[:300], "unsupported_media_type"),
    ],
)
async def test_what_can_never_be_published_is_refused_with_a_code(
    resources: Resources, workspace: str, post_id: str, web: Web, stock: Any, body: bytes | Exception, code: str
) -> None:
    web.body = body
    with pytest.raises(MediaRefused) as caught:
        await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")
    assert await stock.is_empty()
    assert await bound(resources) is None


async def test_a_host_in_trouble_is_transient_and_the_next_try_succeeds(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    web.body = Unavailable("the host answered 503")
    with pytest.raises(MediaUnavailable):
        await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    web.body = media.picture("PNG")
    assert (await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)).id == await bound(resources)


async def test_a_storage_in_trouble_is_transient(
    resources: Resources, workspace: str, post_id: str, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise StorageUnavailable("Generic")

    monkeypatch.setattr(Storage, "put_stream", broken)
    with pytest.raises(MediaUnavailable):
        await asset_of_foreign(resources, workspace, "live", post_id, 0, URL)
    assert await bound(resources) is None


async def test_the_real_client_refuses_a_private_address(resources: Resources, workspace: str, post_id: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        await asset_of_foreign(resources, workspace, "live", post_id, 0, "http://127.0.0.1:1/a.png")
    assert caught.value.sentence == "The medium cannot be fetched: it cannot be reached from here."
