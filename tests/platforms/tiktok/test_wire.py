import json
from typing import Any

import pytest
from pydantic import ValidationError

from dravo.platforms.base import Call
from dravo.platforms.tiktok.creator import CreatorInfo, creator_info
from dravo.platforms.tiktok.listing import PostList, posts
from dravo.platforms.tiktok.options import TikTokOptions
from dravo.platforms.tiktok.photos import publish_photos
from dravo.platforms.tiktok.statuses import Status, status
from platforms.memory_run import TOKEN
from platforms.tiktok.material import API, LIST, photo, wire


def init(**options: Any) -> Call[Any]:
    return publish_photos("Hi 😀", [photo(0), photo(1)], TikTokOptions.model_validate(options))


async def test_creator_info() -> None:
    call = creator_info()
    assert not call.effect
    said = {"duet_disabled": True, "max_video_post_duration_sec": 60}
    request, read = await wire(
        call, {"privacy_level_options": ["SELF_ONLY"], "creator_username": "acme", "new": 1} | said
    )
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json; charset=UTF-8"
    assert (str(request.url), request.content) == (f"{API}/creator_info/query/", b"{}")
    assert read.model_dump() == {
        "creator_username": "acme",
        "privacy_level_options": ["SELF_ONLY"],
        "comment_disabled": False,
        "duet_disabled": True,
        "stitch_disabled": False,
        "max_video_post_duration_sec": 60,
    }


async def test_a_direct_post_with_nothing_said() -> None:
    call = init()
    assert call.effect
    request, read = await wire(call, {"publish_id": "p_pub_url~v2.1"})
    assert str(request.url) == f"{API}/content/init/"
    assert request.content.decode() == (
        '{"media_type":"PHOTO","post_mode":"DIRECT_POST","post_info":{"description":"Hi 😀","privacy_level":"SELF_ONLY",'
        '"brand_content_toggle":false,"brand_organic_toggle":false},"source_info":{"source":"PULL_FROM_URL",'
        '"photo_images":["https://m.dravo.dev/0.jpg","https://m.dravo.dev/1.jpg"],"photo_cover_index":0}}'
    )
    assert read.model_dump() == {"publish_id": "p_pub_url~v2.1", "post_id": None}


async def test_a_direct_post_with_everything_said() -> None:
    call = init(
        privacy_level="PUBLIC_TO_EVERYONE",
        disable_comment=True,
        auto_add_music=False,
        brand_content_toggle=True,
        brand_organic_toggle=True,
        photo_cover_index=1,
        disable_duet=True,
        disable_stitch=True,
        is_aigc=True,
        video_cover_timestamp_ms=5,
        first_comment="x",
    )
    request, _ = await wire(call, {"publish_id": "p"})
    sent = json.loads(request.content)
    assert sent["post_info"] == {
        "description": "Hi 😀",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "brand_content_toggle": True,
        "brand_organic_toggle": True,
        "disable_comment": True,
        "auto_add_music": False,
    }
    assert sent["source_info"]["photo_cover_index"] == 1


async def test_a_draft_carries_text_and_cover_only() -> None:
    call = init(post_mode="MEDIA_UPLOAD", privacy_level="SELF_ONLY", disable_comment=True, photo_cover_index=1)
    request, _ = await wire(call, {"publish_id": "p"})
    sent = json.loads(request.content)
    assert sent["post_mode"] == "MEDIA_UPLOAD"
    assert sent["post_info"] == {"description": "Hi 😀"}
    assert sent["source_info"]["photo_cover_index"] == 1


async def test_status_keeps_64_bit_ids_whole() -> None:
    call = status("p_pub_url~v2.1")
    assert not call.effect
    request, read = await wire(
        call, {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [7_420_000_000_000_000_001]}
    )
    assert (str(request.url), request.content) == (f"{API}/status/fetch/", b'{"publish_id":"p_pub_url~v2.1"}')
    assert isinstance(read, Status)
    assert read.public_id == "7420000000000000001"
    assert Status(status="PUBLISH_COMPLETE", publicaly_available_post_id=["1", "2"]).public_id == "1"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"publicaly_available_post_id": [None, 7, True, "8", 1.5, ""]}, ["7", "8"]),
        ({"publicaly_available_post_id": 7}, None),
        ({"fail_reason": [], "uploaded_bytes": -1}, None),
        ({"fail_reason": 5, "uploaded_bytes": "9" * 5000}, None),
    ],
)
def test_a_status_is_read_whatever_is_told_beside_it(told: dict[str, Any], read: list[str] | None) -> None:
    seen = Status.model_validate({"status": "PUBLISH_COMPLETE"} | told)
    assert (seen.publicaly_available_post_id, seen.fail_reason, seen.uploaded_bytes) == (read, None, None)


def test_a_creator_is_read_whatever_is_told_beside_what_is_allowed() -> None:
    told: dict[str, Any] = {
        "comment_disabled": None,
        "duet_disabled": "x",
        "creator_username": 5,
        "max_video_post_duration_sec": [],
    }
    creator = CreatorInfo.model_validate({"privacy_level_options": [None, "SELF_ONLY"]} | told)
    assert creator == CreatorInfo(privacy_level_options=["SELF_ONLY"])
    with pytest.raises(ValidationError):
        CreatorInfo.model_validate({"privacy_level_options": None})


def test_posts_that_cannot_be_read_are_left_out_of_a_list() -> None:
    odd = [None, {"id": "1"}, *({"id": "1", "create_time": each} for each in (-1, None, "x", 10**15))]
    plain = {"id": "2", "create_time": 5, "title": None}
    listed = PostList.model_validate({"videos": [*odd, plain], "cursor": "x", "has_more": None})
    assert [each.id for each in listed.videos] == ["2"]
    assert (listed.cursor, listed.has_more) == (None, False)
    assert PostList.model_validate({"videos": None}).videos == []


async def test_a_list_is_asked_for_by_cursor() -> None:
    request, read = await wire(posts(), {"videos": [{"id": 7, "create_time": 5}], "cursor": 9, "has_more": True})
    assert str(request.url) == f"{LIST}?fields=id%2Ctitle%2Cvideo_description%2Ccreate_time"
    assert request.content == b'{"max_count":20}'
    assert isinstance(read, PostList)
    assert (read.videos[0].id, read.cursor, read.has_more) == ("7", 9, True)
    assert posts(9).request.json == {"max_count": 20, "cursor": 9}
