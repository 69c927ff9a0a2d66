from datetime import timedelta
from typing import Any

import httpx
import pytest

from dravo.kit.ids import new_id
from support import media
from support.clock import Clock

BODY = media.picture("JPEG")


@pytest.fixture
async def asset(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/v1/media", files={"file": ("../../x.html", BODY, "text/html")})
    view: dict[str, Any] = answer.json()
    del client.headers["Authorization"]
    return view


async def test_anyone_reads_an_asset_as_what_it_is(client: httpx.AsyncClient, asset: dict[str, Any]) -> None:
    answer = await client.get(asset["public_url"])
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'inline; filename="{asset["id"]}.jpg"'
    assert answer.headers["content-length"] == str(len(BODY))
    assert "max-age" in answer.headers["cache-control"]


async def test_head_tells_the_same_without_the_bytes(client: httpx.AsyncClient, asset: dict[str, Any]) -> None:
    answer = await client.head(asset["public_url"])
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None), ("bytes=10-99999999", 10, None)],
)
async def test_one_range_is_honoured(
    client: httpx.AsyncClient, asset: dict[str, Any], asked: str, start: int, end: int | None
) -> None:
    answer = await client.get(asset["public_url"], headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, BODY[start:end])
    first = start % len(BODY)
    last = first + len(answer.content) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(BODY)}"
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-3", "bytes=-", "items=0-1", "bytes=a-b"])
async def test_a_range_that_is_not_understood_is_ignored(
    client: httpx.AsyncClient, asset: dict[str, Any], asked: str
) -> None:
    answer = await client.get(asset["public_url"], headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, BODY)


async def test_a_range_of_another_version_gets_the_whole(client: httpx.AsyncClient, asset: dict[str, Any]) -> None:
    answer = await client.get(asset["public_url"], headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (answer.status_code, answer.content) == (200, BODY)


@pytest.mark.parametrize("asked", [f"bytes={len(BODY)}-", "bytes=999999999-", "bytes=-0"])
async def test_a_range_behind_the_end_is_416(client: httpx.AsyncClient, asset: dict[str, Any], asked: str) -> None:
    answer = await client.get(asset["public_url"], headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(BODY)}"


async def test_every_other_name_is_404(client: httpx.AsyncClient, asset: dict[str, Any]) -> None:
    known = asset["id"]
    for path in (
        f"/u/{known}",
        f"/u/{known}.png",
        f"/u/{known}.jpg.jpg",
        f"/u/{known}.JPG",
        f"/u/{known.upper()}.jpg",
        f"/u/{known}.jpg%00",
        f"/u/{known}.jpg%0a",
        f"/u/{known}.jpg/",
        f"/u//{known}.jpg",
        f"/u/%2e%2e%2f{known}.jpg",
        "/u/..%2f..%2fetc%2fpasswd",
        f"/u/..%5c{known}.jpg",
        f"/u/%ff{known}.jpg",
        f"/u/{new_id('media')}.jpg",
        "/u/",
        "/u",
    ):
        answer = await client.get(httpx.URL(path))
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path


async def test_an_expired_asset_is_gone(client: httpx.AsyncClient, asset: dict[str, Any], clock: Clock) -> None:
    await clock.move(timedelta(days=60) - timedelta(minutes=1))
    assert (await client.get(asset["public_url"])).status_code == 200
    await clock.move(timedelta(minutes=2))
    assert (await client.get(asset["public_url"])).status_code == 404
    assert (await client.head(asset["public_url"])).status_code == 404


async def test_bytes_that_are_missing_are_an_upstream_error(
    client: httpx.AsyncClient, asset: dict[str, Any], stock: Any
) -> None:
    for path in stock.files():
        path.unlink()
    answer = await client.get(asset["public_url"])
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_error")
