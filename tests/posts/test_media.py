"""Ingested media in a post: known by their address, judged at the door, and kept as long as the post needs them."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from dravo.models import MediaAsset, PostMedium
from support.door import Door, assert_problem


def picture(width: int = 1080, height: int = 1080, form: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, form)
    return file.getvalue()


async def ingested(door: Door, body: bytes) -> dict[str, Any]:
    answer = await door.http.post("/v1/media", files={"file": ("a", body, "application/octet-stream")})
    assert answer.status_code == 201, answer.text
    media: dict[str, Any] = answer.json()
    return media


async def test_an_ingested_picture_is_bound_to_the_post_and_never_fetched(door: Door) -> None:
    account, media = await door.account("x"), await ingested(door, picture())
    answer = await door.create(
        {"account_ids": [account], "text": "with a picture", "media_urls": [media["public_url"]]}
    )
    assert answer.status_code == 202, answer.text
    async with door.resources.db.transaction() as session:
        assert (await session.scalars(select(PostMedium.asset_id))).all() == [media["id"]]


async def test_what_is_known_of_an_ingested_picture_is_judged_at_the_door(door: Door) -> None:
    account, media = await door.account("instagram"), await ingested(door, picture(1200, 300))
    answer = await door.create({"account_ids": [account], "text": "too wide", "media_urls": [media["public_url"]]})
    problem = assert_problem(answer, 400, "validation_error")
    assert problem["errors"][0]["pointer"] == "/media_urls/0"
    assert problem["errors"][0]["account_id"] == account
    assert (await door.stored())["posts"] == 0


async def test_a_picture_outlives_the_post_that_needs_it(door: Door) -> None:
    account, media = await door.account("x"), await ingested(door, picture())
    later = datetime.now(UTC) + timedelta(days=400)
    body = {
        "account_ids": [account],
        "text": "later",
        "media_urls": [media["public_url"]],
        "scheduled_at": later.isoformat(),
    }
    assert (await door.create(body)).status_code == 202
    async with door.resources.db.transaction() as session:
        assert await session.scalar(select(MediaAsset.expires_at > later)) is True


async def test_media_that_are_not_there_are_named(door: Door) -> None:
    account = await door.account("x")
    url = f"{door.resources.settings.public_url}/u/media_00000000000000000000000000.jpg"
    answer = await door.create({"account_ids": [account], "text": "gone", "media_urls": [url]})
    problem = assert_problem(answer, 400, "validation_error")
    assert [error["code"] for error in problem["errors"]] == ["unknown_media"]
