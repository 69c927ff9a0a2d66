from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import respx
from pydantic import BaseModel

from dravo.platforms.base import Call, Profile
from dravo.platforms.facebook import client
from dravo.platforms.media import Medium
from platforms.memory_run import TOKEN, real_hosts


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


URL = "https://m.dravo.dev/a.jpg"
MEDIUM = Medium(0, "image", "image/jpeg", 1, "0", 1, 1, None, "https://e.com/a", URL, no_bytes)


async def wire(call: Call[Any], answer: dict[str, Any]) -> tuple[httpx.Request, BaseModel]:
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(200, json=answer))
        read: BaseModel = call.read(await real_hosts().send(call.request, token=TOKEN))
        request = route.calls.last.request
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    return request, read


def form(request: httpx.Request) -> list[tuple[str, str]]:
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return parse_qsl(request.content.decode(), strict_parsing=True, keep_blank_values=True)


async def test_a_text_post() -> None:
    call = client.publish_post("77", "Hi & bye #1", [])
    assert call.effect
    request, read = await wire(call, {"id": "77_1"})
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v26.0/77/feed")
    assert request.content == b"message=Hi+%26+bye+%231"
    assert read.model_dump() == {"id": "77_1"}


async def test_a_photo_is_handed_over_unpublished() -> None:
    call = client.upload_photo("77", MEDIUM)
    assert not call.effect
    request, read = await wire(call, {"id": 5})
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v26.0/77/photos")
    assert request.content == b"url=https%3A%2F%2Fm.dravo.dev%2Fa.jpg&published=false"
    assert read.model_dump() == {"id": "5"}


async def test_a_post_takes_its_photos_by_index() -> None:
    request, _ = await wire(client.publish_post("77", "Hi", ["5", "6"]), {"id": "77_1"})
    assert form(request) == [
        ("message", "Hi"),
        ("attached_media[0]", '{"media_fbid":"5"}'),
        ("attached_media[1]", '{"media_fbid":"6"}'),
    ]


async def test_a_comment() -> None:
    call = client.comment("77_1", "First")
    assert call.effect
    request, _ = await wire(call, {"id": "1_2"})
    assert (request.method, str(request.url)) == ("POST", "https://graph.facebook.com/v26.0/77_1/comments")
    assert request.content == b"message=First"


async def test_reads_ask_for_what_they_need() -> None:
    request, _ = await wire(client.published_posts("77"), {"data": []})
    assert (request.method, request.url.path) == ("GET", "/v26.0/77/published_posts")
    assert dict(request.url.params) == {
        "fields": "id,message,created_time,attachments{target,subattachments}",
        "limit": "100",
    }
    request, _ = await wire(client.comments("77_1"), {"data": []})
    assert (request.method, request.url.path) == ("GET", "/v26.0/77_1/comments")
    assert dict(request.url.params) == {"fields": "id,message,from,created_time", "limit": "100"}


async def test_albums_name_their_photos_below() -> None:
    album = {"target": {"id": "9"}, "subattachments": {"data": [{"target": {"id": "5"}}, {"target": {"id": "6"}}]}}
    post = {"id": "1", "message": "Hi", "created_time": "2026-11-23T10:00:00+0000", "attachments": {"data": [album]}}
    _, read = await wire(client.published_posts("77"), {"data": [post]})
    assert isinstance(read, client.PagePosts)
    assert read.data[0].target_ids() == {"9", "5", "6"}


def test_a_path_is_never_left() -> None:
    assert client.publish_post("../me", "Hi", []).request.path == "/v26.0/..%2Fme/feed"


@pytest.mark.parametrize(("traits", "page"), [({"page_id": "5"}, "5"), ({}, "1")])
def test_the_page_is_a_trait_or_the_account_itself(traits: dict[str, str], page: str) -> None:
    assert client.page_of(Profile("1", "page", traits)) == page
