import asyncio
import tempfile
from typing import Any

import pytest
from sqlalchemy import select

from dravo.kit.http import Refused, Unavailable
from dravo.kit.ids import new_id
from dravo.media import once
from dravo.media.attachments import asset_of_attachment
from dravo.media.fetch import MediaRefused, MediaUnavailable
from dravo.media.ingest import ingest
from dravo.media.schemas import public_url_of
from dravo.models.media import MediaAsset
from dravo.models.posts import PostAttachment
from dravo.resources import Resources
from support import media
from support.web import URL, Web

COVER = "instagram.cover_url"


async def bound(resources: Resources) -> dict[str, str]:
    async with resources.db.transaction() as session:
        return {row.name: row.asset_id for row in await session.scalars(select(PostAttachment))}


async def test_an_attachment_is_fetched_once_and_remembered(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    first = await asset_of_attachment(resources, workspace, "live", post_id, COVER, URL)
    again = await asset_of_attachment(resources, workspace, "live", post_id, COVER, URL)
    assert (first.kind, first.content_type) == ("image", "image/png")
    assert again.id == first.id
    assert await bound(resources) == {COVER: first.id}
    assert web.asked == [URL]


async def test_deliveries_that_come_together_share_one_fetch_and_names_do_not(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    names = [COVER, COVER, "linkedin.article.thumbnail"]
    assets = await asyncio.gather(
        *(asset_of_attachment(resources, workspace, "live", post_id, name, URL) for name in names)
    )
    assert assets[0].id == assets[1].id != assets[2].id
    assert await bound(resources) == {COVER: assets[0].id, names[2]: assets[2].id}
    assert len(web.asked) == 2


async def test_the_attachment_of_a_quicker_process_wins(
    resources: Resources, workspace: str, post_id: str, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    quicker: list[MediaAsset] = []

    async def race() -> None:
        web.before_answering = None
        monkeypatch.setattr(once, "_making", {})  # another process knows nothing of this one's locks
        quicker.append(await asset_of_attachment(resources, workspace, "live", post_id, COVER, URL))

    web.before_answering = race
    slower = await asset_of_attachment(resources, workspace, "live", post_id, COVER, URL)
    assert await bound(resources) == {COVER: slower.id} == {COVER: quicker[0].id}
    assert len(web.asked) == 2


async def test_our_own_address_is_its_asset_and_is_never_fetched(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(media.picture("JPEG"))
        own = await ingest(resources, workspace, "live", file)
    url = public_url_of(resources.settings.public_url, own)
    assert (await asset_of_attachment(resources, workspace, "live", post_id, COVER, url)).id == own.id
    assert await bound(resources) == {COVER: own.id}
    assert web.asked == []


async def test_an_unknown_address_of_ours_is_refused_and_never_fetched(
    resources: Resources, workspace: str, post_id: str, web: Web
) -> None:
    url = f"{resources.settings.public_url}/u/{new_id('media')}.png"
    with pytest.raises(MediaRefused) as caught:
        await asset_of_attachment(resources, workspace, "live", post_id, COVER, url)
    assert caught.value.code == "media_unreachable"
    assert (web.asked, await bound(resources)) == ([], {})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (Refused("the host answered 404"), MediaRefused),
        (b"<html>", MediaRefused),
        (Unavailable("the host answered 503"), MediaUnavailable),
    ],
)
async def test_what_cannot_be_had_is_not_remembered(
    resources: Resources, workspace: str, post_id: str, web: Web, stock: Any, body: Any, error: type[Exception]
) -> None:
    web.body = body
    with pytest.raises(error):
        await asset_of_attachment(resources, workspace, "live", post_id, COVER, URL)
    assert await bound(resources) == {}
    assert await stock.is_empty()
