"""Each option of a network in depth, set once at the door of the API and read back where the network's readers see it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from conformance.house import House, id_of
from conformance.samples import film, picture, tall_film
from dravo.accounts.simulate import simulate
from dravo.api.app import create_app
from dravo.deliveries import runner
from dravo.kit.ids import Key, new_id
from dravo.lifecycle.states import FINAL
from platforms.option_tables import EARLIER_POST, PAGE, PICTURE_URL, TABLES, Kind, Row
from support.door import make_key

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "x": {"subscriptions": True},
    "linkedin": {"organizations": [PAGE]},
    "facebook": {},
    "instagram": {},
    "tiktok": {"private": False, "audited": True},
}
FILMS = {"film": film, "tall film": tall_film}
PLACE = {"linkedin": ("article", "thumbnail"), "instagram": ("cover_url",)}
"""Where an option names a picture by its address."""


class Author:
    """A client of the API with one account, who publishes and reads what became of it."""

    def __init__(self, house: House, http: httpx.AsyncClient, network: str, account: str) -> None:
        self.house, self.http, self.network, self.account = house, http, network, account

    async def ingest(self, kind: str, shade: int) -> str:
        sample = FILMS[kind]() if kind in FILMS else picture(shade)
        answer = await self.http.post("/v1/media", files={"file": ("a", sample.content, sample.content_type)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["public_url"])

    async def publish(self, options: dict[str, Any], media: tuple[Kind, ...] = ()) -> dict[str, Any]:
        """The post as the API shows it when it is published."""
        body = {
            "account_ids": [self.account],
            "text": f"Read back {new_id('x')}",
            "media_urls": [await self.ingest(kind, shade) for shade, kind in enumerate(media)],
            "platform_options": {self.network: options},
        }
        accepted = await self.http.post("/v1/posts", json=body)
        assert accepted.status_code == 202, accepted.text
        (delivery,) = await self._deliveries(accepted.json()["id"])
        for _ in range(20):
            await self.house.time.move_to((await self.house.book.delivery(delivery)).due_at)
            await runner.deliver(self.house.resources, delivery, random=lambda: 0.5)
            if (await self.house.book.delivery(delivery)).status in FINAL:
                break
        post: dict[str, Any] = (await self.http.get(f"/v1/posts/{accepted.json()['id']}")).json()
        (result,) = post["results"]
        assert result["status"] == "published", result
        return post

    async def _deliveries(self, post_id: str) -> list[Key]:
        from sqlalchemy import select

        from dravo.models import Delivery

        async with self.house.resources.db.transaction() as session:
            found = await session.scalars(select(Delivery.id).where(Delivery.post_id == post_id))
            return [self.house.book.key(delivery) for delivery in found]

    async def seen(self, result: dict[str, Any], *, comment: bool) -> dict[str, Any]:
        """The ledger's entry of the post, or of the first comment under it."""
        items = (await self.house.control.http.get("/_control/ledger")).json()["items"]
        (post,) = [item for item in items if id_of(item) == result["platform_post_id"]]
        return dict(post) if not comment else next(item for item in items if item.get("parent") == post["id"])


@pytest.fixture
async def http(house: House) -> AsyncIterator[httpx.AsyncClient]:
    key = await make_key(house.resources, house.book.workspace_id)
    transport = httpx.ASGITransport(create_app(house.resources))
    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://house.test", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("network", "row"),
    [(network, row) for network, rows in TABLES.items() for row in rows if row.is_sent],
    ids=[f"{network}-{row.path}" for network, rows in TABLES.items() for row in rows if row.is_sent],
)
async def test_an_option_is_read_back(house: House, http: httpx.AsyncClient, network: str, row: Row) -> None:
    account = await simulate(house.resources, house.book.workspace_id, network, "reader", ATTRIBUTES[network])
    author = Author(house, http, network, account)
    options, value = row.options(), row.value
    if row.value == EARLIER_POST:
        value = options["reply_to"] = (await author.publish({}))["results"][0]["platform_post_id"]
    if row.value == PICTURE_URL:
        *parents, name = PLACE[network]
        inner = options[parents[0]] if parents else options
        inner[name] = await author.ingest("picture", 99)
    post = await author.publish(options, row.media)
    (result,) = post["results"]
    accepted = {"effect_uncertain"} | ({"text_without_effect"} if row.path == "story" else set())
    assert {warning["code"] for warning in result["warnings"]} <= accepted
    item = await author.seen(result, comment=row.comments)
    assert row.read(item) == row.sent_as(value)
    assert item["text"] == ("" if row.path == "story" else row.value if row.comments else post["text"])


async def test_the_comment_that_tiktok_cannot_take_is_told_and_sent_nowhere(
    house: House, http: httpx.AsyncClient
) -> None:
    account = await simulate(house.resources, house.book.workspace_id, "tiktok", "reader", ATTRIBUTES["tiktok"])
    author = Author(house, http, "tiktok", account)
    (result,) = (await author.publish({"first_comment": "Nowhere to go"}, ("picture",)))["results"]
    assert [warning["code"] for warning in result["warnings"]] == ["first_comment_not_supported"]
    items = (await house.control.http.get("/_control/ledger")).json()["items"]
    assert [item["kind"] for item in items] == ["post"]
    assert "Nowhere" not in str(items)


TOGETHER: dict[str, tuple[set[str], tuple[Kind, ...]]] = {
    "x": ({"poll.options", "poll.duration_minutes"}, ("picture", "picture")),
    "linkedin": ({"author"}, ("picture", "picture")),
    "facebook": (set(), ("tall film",)),
    "instagram": ({"story", "alt_text", "cover_url", "user_tags"}, ("tall film",)),
    "tiktok": ({"post_mode", "auto_add_music", "photo_cover_index", "first_comment"}, ("tall film",)),
}
"""What of each network's options does not go with the others, and the media that the others go with."""


@pytest.mark.parametrize("network", TABLES)
async def test_all_that_go_together_are_read_back_from_one_post(
    house: House, http: httpx.AsyncClient, network: str
) -> None:
    account = await simulate(house.resources, house.book.workspace_id, network, "reader", ATTRIBUTES[network])
    author = Author(house, http, network, account)
    apart, media = TOGETHER[network]
    rows = [row for row in TABLES[network] if row.path not in apart and not row.path.startswith("article")]
    options: dict[str, Any] = {}
    for row in rows:
        options |= row.options()
    if "reply_to" in options:
        options["reply_to"] = (await author.publish({}))["results"][0]["platform_post_id"]
    (result,) = (await author.publish(options, media))["results"]
    for row in rows:
        item = await author.seen(result, comment=row.comments)
        assert row.read(item) == row.sent_as(options[row.path]), row.path
