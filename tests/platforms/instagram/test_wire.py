from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import respx
from pydantic import BaseModel

from dravo.platforms.base import Call, Profile
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.instagram import client
from dravo.platforms.instagram.client import ContainerStatus
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Medium
from platforms.memory_run import TOKEN, real_hosts


async def no_bytes(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield b""


URL = "https://m.dravo.dev/a.jpg"
MEDIUM = Medium(0, "image", "image/jpeg", 1, "0", 1, 1, None, "https://e.com/a", URL, no_bytes)
BASE = "https://graph.instagram.com/v26.0"
FULL = InstagramOptions.model_validate(
    {"location_id": "5", "user_tags": "@dravo", "collaborators": "a,b", "alt_text": "A cat", "first_comment": "x"}
)
TAGS = '[{"username":"dravo","x":0.5,"y":0.5}]'


async def wire(call: Call[Any], answer: dict[str, Any]) -> tuple[httpx.Request, BaseModel]:
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(200, json=answer))
        read: BaseModel = call.read(await real_hosts().send(call.request, token=TOKEN))
        request = route.calls.last.request
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    return request, read


async def form_of(call: Call[Any]) -> dict[str, str]:
    assert not call.effect
    request, _ = await wire(call, {"id": "c"})
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/17/media")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(request.content.decode(), strict_parsing=True))


async def test_a_plain_image() -> None:
    request, read = await wire(
        client.image_container("17", MEDIUM, "Hi #1", InstagramOptions()), {"id": 17841400000000001}
    )
    assert request.content == b"image_url=https%3A%2F%2Fm.dravo.dev%2Fa.jpg&caption=Hi+%231"
    assert read.model_dump() == {"id": "17841400000000001"}


async def test_an_image_with_everything() -> None:
    assert await form_of(client.image_container("17", MEDIUM, "Hi", FULL)) == {
        "image_url": URL,
        "caption": "Hi",
        "collaborators": '["a","b"]',
        "location_id": "5",
        "user_tags": TAGS,
        "alt_text": "A cat",
    }


async def test_a_story_takes_tags_only() -> None:
    assert await form_of(client.story_container("17", MEDIUM, FULL)) == {
        "media_type": "STORIES",
        "image_url": URL,
        "user_tags": TAGS,
    }


async def test_children_describe_the_image_and_the_parent_the_post() -> None:
    child = {"is_carousel_item": "true", "image_url": URL, "alt_text": "A cat"}
    assert await form_of(client.child_container("17", MEDIUM, FULL, first=True)) == child | {"user_tags": TAGS}
    assert await form_of(client.child_container("17", MEDIUM, FULL, first=False)) == child
    assert await form_of(client.carousel_container("17", ["c1", "c2"], "Hi", FULL)) == {
        "media_type": "CAROUSEL",
        "children": "c1,c2",
        "caption": "Hi",
        "collaborators": '["a","b"]',
        "location_id": "5",
    }


async def test_publishing_names_the_container() -> None:
    call = client.media_publish("17", "c1")
    assert call.effect
    request, read = await wire(call, {"id": "m1"})
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/17/media_publish")
    assert request.content == b"creation_id=c1"
    assert read.model_dump() == {"id": "m1"}


async def test_publishing_without_an_id_in_the_answer_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        await wire(client.media_publish("17", "c1"), {"success": True})


async def test_a_comment() -> None:
    call = client.comment("m1", "First")
    assert call.effect
    request, _ = await wire(call, {"id": "k"})
    assert (request.method, str(request.url), request.content) == ("POST", f"{BASE}/m1/comments", b"message=First")


OPENED = datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
READS: list[tuple[Call[Any], dict[str, Any], str, dict[str, str]]] = [
    (client.container_status("c1"), {"status_code": "FINISHED"}, "/c1", {"fields": "status_code,status"}),
    (
        client.newest_media("17", OPENED),
        {"data": []},
        "/17/media",
        {
            "fields": "id,caption,timestamp,media_product_type,permalink",
            "since": str(int(datetime(2026, 11, 23, 10, 0, tzinfo=UTC).timestamp())),
        },
    ),
    (
        client.newest_stories("17"),
        {"data": []},
        "/17/stories",
        {"fields": "id,timestamp,media_product_type,permalink"},
    ),
    (client.permalink("m1"), {"id": "m1"}, "/m1", {"fields": "id,permalink"}),
    (client.comments("m1"), {"data": []}, "/m1/comments", {"fields": "id,text,username,timestamp"}),
]


@pytest.mark.parametrize(("call", "answer", "path", "query"), READS)
async def test_reads_ask_for_what_they_need(
    call: Call[Any], answer: dict[str, Any], path: str, query: dict[str, str]
) -> None:
    request, _ = await wire(call, answer)
    assert (request.method, request.url.path) == ("GET", f"/v26.0{path}")
    assert dict(request.url.params) == query


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Error: Media upload has failed with error code 2207082", "media_invalid"),
        ("Error: Media upload has failed with error code 2207009", "aspect_ratio_not_supported"),
        ("Error: something new, 2207099", "media_processing_failed"),
        (None, "media_processing_failed"),
        ("Error: Media upload has failed with error code 2207003", None),
        ("Error: Media upload has failed with error code 2207053", None),
    ],
)
def test_a_containers_words_tell_refusals_from_accidents(status: str | None, code: str | None) -> None:
    failure = client.container_failure(ContainerStatus(status_code="ERROR", status=status))
    assert (failure.code if failure else None) == code


@pytest.mark.parametrize(("traits", "account"), [({"ig_user_id": "17"}, "17"), ({}, "1")])
def test_the_account_is_a_trait_or_the_account_itself(traits: dict[str, str], account: str) -> None:
    assert client.account_of(Profile("1", "acme", traits)) == account
