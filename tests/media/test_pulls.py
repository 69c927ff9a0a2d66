"""The addresses under which networks pull media: for one attempt, and dead with it."""

from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from dravo.kit.crypto import Cipher
from dravo.kit.ids import Key
from dravo.media.pulls import pull_in, pull_url
from dravo.media.service import Unknown, resolve
from dravo.models import Delivery
from dravo.models.media import MediaAsset
from dravo.resources import Resources
from support import media
from support.book import Book

BODY = media.picture("JPEG")
KEYS = {"new": b"n" * 31 + b"1", "old": b"o" * 31 + b"2"}


@dataclass
class Pulled:
    """A delivery that is under way, an asset of its workspace, and a caller without a credential."""

    book: Book
    key: Key
    asset: MediaAsset
    client: httpx.AsyncClient

    async def url(self) -> str:
        delivery = await self.book.delivery(self.key)
        resources = self.book.resources
        return pull_url(resources.cipher, resources.settings.public_url, delivery, self.asset)

    async def change(self, **values: Any) -> None:
        async with self.book.resources.db.transaction() as session:
            row = await session.get_one(Delivery, tuple(self.key))
            for name, value in values.items():
                setattr(row, name, value)


@pytest.fixture
async def pulled(client: httpx.AsyncClient, resources: Resources, workspace: str) -> Pulled:
    answer = await client.post("/v1/media", files={"file": ("a.jpg", BODY, "image/jpeg")})
    del client.headers["Authorization"]
    book = Book(resources, workspace, "live")
    async with resources.db.transaction() as session:
        asset = await session.get_one(MediaAsset, (workspace, "live", answer.json()["id"]))
    return Pulled(book, await book.one_post("instagram"), asset, client)


async def test_a_network_reads_the_medium_and_may_not_keep_it(pulled: Pulled) -> None:
    answer = await pulled.client.get(await pulled.url())
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("inline")
    head = await pulled.client.head(await pulled.url())
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(BODY)))
    part = await pulled.client.get(await pulled.url(), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, BODY[:10])


async def test_the_address_is_the_same_for_an_attempt_and_another_for_the_next(pulled: Pulled) -> None:
    first = await pulled.url()
    assert await pulled.url() == first
    assert first.isascii()
    await pulled.change(attempts=1)
    assert await pulled.url() == first  # a second run of the same attempt goes on where the first one stopped
    await pulled.change(generation=2)
    second = await pulled.url()
    assert second != first
    assert (await pulled.client.get(first)).status_code == 404
    assert (await pulled.client.get(second)).status_code == 200


@pytest.mark.parametrize(
    ("end", "status"), [("failed", 404), ("canceled", 404), ("published", 404), ("unconfirmed", 200)]
)
async def test_the_address_dies_with_a_delivery_that_is_over(pulled: Pulled, end: str, status: int) -> None:
    """What was sent and is unconfirmed may still be published, and should not fail for want of its media."""
    url = await pulled.url()
    sent = {"published": "confirmed", "unconfirmed": "open"}.get(end)
    more = {"published_at": await pulled.book.now()} if end == "published" else {}
    await pulled.change(status=end, publish_state=sent, **more)
    assert (await pulled.client.get(url)).status_code == status


async def test_nobody_makes_an_address_without_the_key(pulled: Pulled) -> None:
    url = await pulled.url()
    said, _, rest = url.rpartition("-")
    signature, _, extension = rest.partition(".")
    other = ("A" if signature[0] != "A" else "B") + signature[1:]
    for forged in (
        f"{said}-{other}.{extension}",
        f"{said}-{signature[:-1]}.{extension}",
        url.replace("-1-media_", "-2-media_"),
        f"{said}.{extension}",
        f"{said}-{signature}.mp4",
    ):
        assert (await pulled.client.get(forged)).status_code == 404, forged


async def test_an_address_of_one_workspace_reads_nothing_of_another(pulled: Pulled) -> None:
    """Even signed by us: the delivery and the asset must be of one workspace and environment."""
    elsewhere = replace(pulled.book, environment="test")
    foreign = await elsewhere.delivery(await elsewhere.one_post("instagram"))
    resources = pulled.book.resources
    url = pull_url(resources.cipher, resources.settings.public_url, foreign, pulled.asset)
    assert (await pulled.client.get(url)).status_code == 404


async def test_nobody_posts_an_address_that_is_meant_for_a_network(pulled: Pulled) -> None:
    resources = pulled.book.resources
    async with resources.db.transaction() as session:
        [meaning] = await resolve(
            session,
            public_url=resources.settings.public_url,
            workspace_id=pulled.book.workspace_id,
            environment="live",
            urls=[await pulled.url()],
        )
    assert isinstance(meaning, Unknown)


async def test_crawlers_may_read_media_and_nothing_of_the_api(client: httpx.AsyncClient) -> None:
    answer = await client.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Disallow: /v1/" in answer.text.splitlines()
    assert "Disallow: /" not in answer.text.splitlines()


def test_keys_that_are_rotated_leave_addresses_alive() -> None:
    old, both, new = Cipher({"old": KEYS["old"]}), Cipher(KEYS), Cipher({"new": KEYS["new"]})
    delivery = Delivery(id="del_" + "0" * 26, generation=1)
    asset = MediaAsset(id="media_" + "0" * 26, content_type="video/mp4")
    name = pull_url(old, "https://house.test", delivery, asset).rpartition("/")[2]
    assert name.endswith(".mp4")
    assert pull_in(both, name) == pull_in(old, name) is not None
    assert pull_in(new, name) is None
    assert old.signature("a name", "one purpose") != old.signature("a name", "another")
