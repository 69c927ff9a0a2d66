from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx
from pydantic import BaseModel

from dravo.platforms.base import Call, PublishJob
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.instagram import client, comments, containers, listing
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.media import Medium
from platforms.instagram.material import ACME, BASE, BY_FACEBOOK, address, film, form_of, job, picture
from platforms.memory_run import TOKEN, real_hosts

FULL: dict[str, Any] = {
    "location_id": " 5 ",
    "user_tags": [{"username": "dravo", "x": 0.25, "y": 1}],
    "collaborators": "a,b",
    "alt_text": "A cat",
    "first_comment": "x",
    "share_to_feed": False,
    "cover_url": "https://e.com/cover",
    "thumb_offset": 0,
    "audio_name": "Purring",
}
TAGS = '[{"username":"dravo","x":0.25,"y":1.0}]'
NAMES = '[{"username":"dravo"}]'
ABOUT_POST = {"caption": "Hello", "collaborators": '["a","b"]', "location_id": "5"}
REEL = {"media_type": "REELS", "video_url": address(0, "mp4")}


async def wire(call: Call[Any], answer: dict[str, Any]) -> tuple[httpx.Request, BaseModel]:
    with respx.mock as router:
        route = router.route().mock(return_value=httpx.Response(200, json=answer))
        read: BaseModel = call.read(await real_hosts().send(call.request, token=TOKEN))
        request = route.calls.last.request
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    return request, read


async def sent(call: Call[Any]) -> dict[str, str]:
    assert not call.effect
    request, _ = await wire(call, {"id": "c"})
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/17/media")
    return form_of(request)


async def single(post: PublishJob[InstagramOptions]) -> dict[str, str]:
    return await sent(containers.single(post, ACME, "container").call)


async def children(*media: Medium) -> list[dict[str, str]]:
    return [await sent(child.call) for child in containers.children(job(media, **FULL), ACME, "child")]


async def test_a_plain_image() -> None:
    request, read = await wire(containers.single(job(), ACME, "container").call, {"id": 17841400000000001})
    assert request.content == b"image_url=https%3A%2F%2Fm.dravo.dev%2Fu%2F0.jpg&caption=Hello"
    assert read.model_dump() == {"id": "17841400000000001"}


async def test_an_image_with_everything() -> None:
    about = {"user_tags": TAGS, "alt_text": "A cat"}
    assert await single(job(**FULL)) == {"image_url": address(0), **ABOUT_POST, **about}


async def test_a_plain_reel() -> None:
    assert await single(job([film()])) == REEL | {"caption": "Hello"}


async def test_a_reel_with_everything() -> None:
    about = {"user_tags": NAMES, "share_to_feed": "false", "audio_name": "Purring"}
    assert await single(job([film()], **FULL)) == {**REEL, **ABOUT_POST, **about, "thumb_offset": "0"}
    with_cover = await single(job([film()], cover=picture(7), **FULL))
    assert with_cover == {**REEL, **ABOUT_POST, **about, "cover_url": address(7)}


async def test_a_reel_says_whether_it_shows_in_the_feed_only_where_it_was_asked_for() -> None:
    for said, told in ((True, "true"), (False, "false"), (None, None)):
        assert (await single(job([film()], share_to_feed=said))).get("share_to_feed") == told


@pytest.mark.parametrize(("audio", "name", "told"), [("", "Purring", None), ("aac", " ", None), ("aac", "P", "P")])
async def test_a_sound_is_named_where_there_is_one(audio: str, name: str, told: str | None) -> None:
    assert (await single(job([film(audio=audio)], audio_name=name))).get("audio_name") == told


async def test_a_story_takes_tags_only() -> None:
    story = {"media_type": "STORIES", "user_tags": TAGS}
    assert await single(job(story=True, **FULL)) == story | {"image_url": address(0)}
    assert await single(job([film()], story=True, **FULL)) == story | {"video_url": address(0, "mp4")}


async def test_children_describe_the_medium_and_the_first_image_is_tagged() -> None:
    image = {"is_carousel_item": "true", "alt_text": "A cat"}
    video = {"is_carousel_item": "true", "media_type": "VIDEO"}
    assert await children(film(0), picture(1), picture(2), film(3)) == [
        video | {"video_url": address(0, "mp4")},
        image | {"image_url": address(1), "user_tags": TAGS},
        image | {"image_url": address(2)},
        video | {"video_url": address(3, "mp4")},
    ]


async def test_the_parent_describes_the_post() -> None:
    parent = containers.parent(job([picture(0), film(1)], **FULL), ACME, "container", ["c1", "c2"])
    assert await sent(parent.call) == {"media_type": "CAROUSEL", "children": "c1,c2", **ABOUT_POST}


async def test_the_facebook_login_has_the_same_paths_on_its_own_host() -> None:
    request, _ = await wire(containers.single(job(), BY_FACEBOOK, "container").call, {"id": "c"})
    assert str(request.url) == "https://graph.facebook.com/v26.0/17/media"


async def test_publishing_names_the_container() -> None:
    call = client.media_publish(ACME, "c1")
    assert call.effect
    request, read = await wire(call, {"id": "m1"})
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/17/media_publish")
    assert request.content == b"creation_id=c1"
    assert read.model_dump() == {"id": "m1"}


async def test_publishing_without_an_id_in_the_answer_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        await wire(client.media_publish(ACME, "c1"), {"success": True})


async def test_a_comment() -> None:
    call = comments.create(ACME, "m1", "First")
    assert call.effect
    request, _ = await wire(call, {"id": "k"})
    assert (request.method, str(request.url), request.content) == ("POST", f"{BASE}/m1/comments", b"message=First")


OPENED = datetime(2026, 11, 23, 10, 1, tzinfo=UTC)
OF_MEDIA = "id,caption,timestamp,media_product_type,permalink"
SINCE = str(int(datetime(2026, 11, 23, 10, 0, tzinfo=UTC).timestamp()))
READS: list[tuple[Call[Any], dict[str, Any], str, dict[str, str]]] = [
    (client.container_status(ACME, "c1"), {"status_code": "FINISHED"}, "/c1", {"fields": "status_code,status"}),
    (client.quota(ACME), {"data": []}, "/17/content_publishing_limit", {"fields": "config,quota_usage"}),
    (listing.media_since(ACME, OPENED), {"data": []}, "/17/media", {"fields": OF_MEDIA, "since": SINCE}),
    (
        listing.media_since(ACME, OPENED, "cursor"),
        {"data": []},
        "/17/media",
        {"fields": OF_MEDIA, "since": SINCE, "after": "cursor"},
    ),
    (
        listing.stories(ACME),
        {"data": []},
        "/17/stories",
        {"fields": "id,timestamp,media_type,media_product_type,permalink"},
    ),
    (client.permalink(ACME, "m1"), {"id": "m1"}, "/m1", {"fields": "id,permalink"}),
    (listing.comments(ACME, "m1"), {"data": []}, "/m1/comments", {"fields": "id,text,username,timestamp"}),
]


@pytest.mark.parametrize(("call", "answer", "path", "query"), READS)
async def test_reads_ask_for_what_they_need(
    call: Call[Any], answer: dict[str, Any], path: str, query: dict[str, str]
) -> None:
    request, _ = await wire(call, answer)
    assert (request.method, request.url.path) == ("GET", f"/v26.0{path}")
    assert dict(request.url.params) == query
