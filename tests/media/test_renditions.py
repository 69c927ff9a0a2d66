import asyncio
import hashlib
import json
import os
import tempfile
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, text, update

from dravo.kit.storage import Storage, StorageUnavailable
from dravo.media import once, queries, renditions
from dravo.media.child import TooSlow, said_by
from dravo.media.ingest import ingest
from dravo.media.renditions import CannotConvert, rendition
from dravo.models.media import MediaAsset, Rendition
from dravo.platforms.media import ImageForm
from dravo.resources import Resources
from support import media
from support.pictures import corners, photo

JPEG = ImageForm(("image/jpeg",))

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
"""How many transactions wait for another one's row."""


@pytest.fixture
def book(resources: Resources, workspace: str) -> "Book":
    return Book(resources, workspace)


class Book:
    """What is ingested, and what has been made of it."""

    def __init__(self, resources: Resources, workspace: str) -> None:
        self._resources = resources
        self._workspace = workspace

    async def asset(self, body: bytes) -> MediaAsset:
        with tempfile.TemporaryFile() as file:
            file.write(body)
            return await ingest(self._resources, self._workspace, "live", file)

    async def made(self) -> list[Rendition]:
        async with self._resources.db.transaction() as session:
            return list(await session.scalars(select(Rendition)))

    async def again(self, asset: MediaAsset) -> MediaAsset:
        async with self._resources.db.transaction() as session:
            return (await session.scalars(select(MediaAsset).where(MediaAsset.id == asset.id))).one()


async def test_a_picture_in_the_form_is_used_as_it_is(resources: Resources, book: Book, stock: Any) -> None:
    asset = await book.asset(media.picture("JPEG"))
    assert await rendition(resources, asset, JPEG) is asset
    assert (await book.made(), await stock.rows()) == ([], 1)


async def test_a_video_is_used_as_it_is(resources: Resources, book: Book) -> None:
    asset = await book.asset(media.video("mp4", "libx264"))
    assert await rendition(resources, asset, JPEG) is asset


async def test_a_picture_outside_the_form_becomes_an_asset_of_its_own(
    resources: Resources, book: Book, workspace: str, stock: Any
) -> None:
    asset = await book.asset(media.written(corners(), "PNG", exif=media.lying(6)))
    made = await rendition(resources, asset, ImageForm(("image/jpeg",), most_side=32))
    assert (made.workspace_id, made.environment, made.kind) == (workspace, "live", "image")
    assert (made.content_type, made.width, made.height) == ("image/jpeg", 24, 32)
    assert made.details == {"frames": 1, "orientation": 1, "colours": "RGB", "transparent": False}
    sizes = {hashlib.sha256(body).hexdigest(): len(body) for body in (path.read_bytes() for path in stock.files())}
    assert sizes == {each.sha256: each.size_bytes for each in (asset, made)}
    [row] = await book.made()
    assert (row.source_id, row.asset_id) == (asset.id, made.id)


async def test_it_is_made_once_for_each_form(resources: Resources, book: Book) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    first = await rendition(resources, asset, JPEG)
    assert (await rendition(resources, asset, JPEG)).id == first.id
    assert (await rendition(resources, first, JPEG)).id == first.id
    other = await rendition(resources, asset, ImageForm(("image/jpeg",), most_side=32))
    assert other.id != first.id
    assert {row.asset_id for row in await book.made()} == {first.id, other.id}


async def test_deliveries_that_come_together_share_one_conversion(resources: Resources, book: Book, stock: Any) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    made = await asyncio.gather(*(rendition(resources, asset, JPEG) for _ in range(4)))
    assert len({each.id for each in made}) == 1
    assert await stock.rows() == 2


async def test_of_two_processes_that_convert_at_once_one_wins(
    resources: Resources, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    quicker: list[MediaAsset] = []

    async def race(*arguments: Any, **named: Any) -> bytes | None:
        monkeypatch.setattr(renditions, "said_by", said_by)
        monkeypatch.setattr(once, "_making", {})  # another process knows nothing of this one's locks
        quicker.append(await rendition(resources, asset, JPEG))
        return await said_by(*arguments, **named)

    monkeypatch.setattr(renditions, "said_by", race)
    slower = await rendition(resources, asset, JPEG)
    assert slower.id == quicker[0].id
    assert [row.asset_id for row in await book.made()] == [slower.id]


# How long it is kept


async def test_a_rendition_expires_with_its_source(resources: Resources, book: Book) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    until = asset.expires_at + timedelta(days=300)
    async with resources.db.transaction() as session:
        await session.execute(update(MediaAsset).values(expires_at=until))
    # What was read of the source before it was to be kept longer decides nothing.
    made = await rendition(resources, asset, JPEG)
    assert (await book.again(made)).expires_at == until


async def test_what_keeps_a_source_keeps_what_was_made_of_it(resources: Resources, book: Book, workspace: str) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    other = await book.asset(media.picture("WEBP"))
    made, of_other = await rendition(resources, asset, JPEG), await rendition(resources, other, JPEG)
    until = asset.expires_at + timedelta(days=300)
    async with resources.db.transaction() as session:
        await queries.keep_until(session, workspace, "live", [asset.id], until)
    assert [(await book.again(each)).expires_at for each in (asset, made)] == [until, until]
    assert (await book.again(of_other)).expires_at < until
    async with resources.db.transaction() as session:
        await queries.keep_until(session, workspace, "live", [asset.id], until - timedelta(days=1))
    assert (await book.again(made)).expires_at == until


async def test_a_rendition_that_is_made_while_its_source_is_kept_longer_is_kept_as_long(
    resources: Resources, book: Book, workspace: str
) -> None:
    asset = await book.asset(media.written(corners(), "PNG"))
    made = await book.asset(media.picture("JPEG"))
    until = asset.expires_at + timedelta(days=300)

    async def keep() -> None:
        async with resources.db.transaction() as session:
            await queries.keep_until(session, workspace, "live", [asset.id], until)

    async with resources.db.transaction() as session:
        await queries.bind_rendition(session, asset, "form", made)
        keeping = asyncio.create_task(keep())
        while not keeping.done():
            async with resources.db.transaction() as watching:
                if await watching.scalar(_WAITING):
                    break
    await keeping
    assert [(await book.again(each)).expires_at for each in (asset, made)] == [until, until]


# Refusals


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_a_moving_picture_of_a_wrong_type_is_refused_unconverted(
    resources: Resources, book: Book, stock: Any, form: str
) -> None:
    asset = await book.asset(media.moving(form))
    with pytest.raises(CannotConvert) as caught:
        await rendition(resources, asset, JPEG)
    assert caught.value.property == "type"
    assert caught.value.sentence == str(caught.value)
    assert caught.value.sentence.endswith(f"its type is {asset.content_type}.")
    assert (await book.made(), await stock.rows()) == ([], 1)


async def test_a_moving_picture_that_is_too_large_is_refused_and_one_that_fits_is_not(
    resources: Resources, book: Book
) -> None:
    asset = await book.asset(media.moving("GIF"))
    assert await rendition(resources, asset, ImageForm(("image/gif",), most_bytes=asset.size_bytes)) is asset
    with pytest.raises(CannotConvert) as caught:
        await rendition(resources, asset, ImageForm(("image/gif",), most_bytes=asset.size_bytes - 1))
    assert caught.value.property == "size"
    with pytest.raises(CannotConvert) as caught:
        await rendition(resources, asset, ImageForm(("image/gif",), most_side=10))
    assert caught.value.property == "measures"


async def test_a_moving_picture_of_which_nothing_is_known_is_found_out(resources: Resources, book: Book) -> None:
    asset = await book.asset(media.moving("GIF"))
    asset.details = {}  # ingested before there were details
    with pytest.raises(CannotConvert, match="stand still"):
        await rendition(resources, asset, JPEG)


async def test_a_picture_that_cannot_lose_so_many_bytes_unseen_is_refused(resources: Resources, book: Book) -> None:
    asset = await book.asset(media.written(photo(600, 400), "JPEG", quality=95))
    with pytest.raises(CannotConvert) as caught:
        await rendition(resources, asset, ImageForm(("image/jpeg",), most_bytes=10_000))
    assert caught.value.property == "size"
    assert f"its size is {asset.size_bytes} bytes" in caught.value.sentence
    assert "in 10000 bytes" in caught.value.sentence
    assert await book.made() == []


@pytest.mark.parametrize(
    "body", [media.png_that_claims(200_000, 200_000), media.png_that_claims(9_000, 9_000), b"", b"<svg/>"]
)
async def test_a_hostile_file_ends_in_a_refusal(resources: Resources, book: Book, stock: Any, body: bytes) -> None:
    asset = await book.asset(media.picture("PNG"))
    await resources.storage.put(asset.storage_key, body)  # the probe would have refused it: what if it had been wrong
    with pytest.raises(CannotConvert) as caught:
        await rendition(resources, asset, JPEG)
    assert caught.value.property == "type"
    assert (await book.made(), await stock.rows()) == ([], 1)


async def test_a_conversion_without_an_end_is_ended(
    resources: Resources, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renditions, "SECONDS", 0.0)
    asset = await book.asset(media.picture("PNG"))
    with pytest.raises(TooSlow):  # the machine may be to blame, so it is no verdict on the picture
        await rendition(resources, asset, JPEG)


@pytest.mark.parametrize(
    "said",
    [None, b"", b"{", b"[]", b'{"made": false}', b'{"made": 1}', b'{"refused": "mood"}', b'{"made": true, "a": 1}'],
)
def test_a_child_that_talks_nonsense_is_not_believed(said: bytes | None) -> None:
    assert renditions._understood(said) == "damaged"


@pytest.mark.parametrize("written", [b"", b"<html>", media.picture("GIF"), media.video("mp4", "libx264")])
async def test_a_child_that_claims_to_be_done_is_not_believed(
    resources: Resources, book: Book, monkeypatch: pytest.MonkeyPatch, written: bytes
) -> None:
    async def lying(*_: Any, lent: list[int], **__: Any) -> bytes:
        os.write(lent[0], written)
        return json.dumps({"made": True}).encode()

    asset = await book.asset(media.picture("PNG"))
    monkeypatch.setattr(renditions, "said_by", lying)
    with pytest.raises(CannotConvert):
        await rendition(resources, asset, JPEG)
    assert await book.made() == []


async def test_a_storage_in_trouble_comes_through(
    resources: Resources, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = await book.asset(media.picture("PNG"))

    async def broken(*_: object) -> None:
        raise StorageUnavailable("Generic")

    with monkeypatch.context() as patched:
        patched.setattr(Storage, "put_stream", broken)
        with pytest.raises(StorageUnavailable):
            await rendition(resources, asset, JPEG)
    await resources.storage.delete(asset.storage_key)
    with pytest.raises(StorageUnavailable):
        await rendition(resources, asset, JPEG)
    assert await book.made() == []


async def test_nothing_of_a_camera_leaves_with_a_rendition(resources: Resources, book: Book, stock: Any) -> None:
    body = media.written(Image.new("RGB", (64, 48), "red"), "JPEG", exif=media.lying(3))
    made = await rendition(resources, await book.asset(body), JPEG)
    [written] = [path.read_bytes() for path in stock.files() if path.name == made.id]
    assert b"Camera of Somebody" in body
    assert b"Camera of Somebody" not in written
