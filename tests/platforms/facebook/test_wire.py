from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from dravo.kit.http import Reply
from dravo.platforms.base import Call, Profile, PublishJob
from dravo.platforms.errors import OutcomeUnknown, Rejected, StepsExpired, Transient
from dravo.platforms.facebook import comments, nodes, photos, posts, reels, videos
from dravo.platforms.facebook.client import Page, page_of
from dravo.platforms.facebook.options import FacebookOptions
from dravo.platforms.facebook.reels import ReelUpload
from dravo.platforms.facebook.videos import Offsets, VideoUpload
from platforms.facebook.material import FILM, PAGE, UPLOAD_URL, film, node, photo, refused, seen, wire
from platforms.memory_run import TOKEN

UPLOAD = VideoUpload(start_offset=0, end_offset=600, upload_session_id="7", video_id="500")
REEL = ReelUpload(video_id="500", upload_url=UPLOAD_URL)


def form(request: httpx.Request) -> list[tuple[str, str]]:
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    return parse_qsl(request.content.decode(), strict_parsing=True, keep_blank_values=True)


def read(call: Call[Any], response: httpx.Response) -> Any:
    return call.read(Reply(response.status_code, dict(response.headers), response.content))


POSTED = [
    (posts.publish_post(PAGE, "Hi & bye #1"), "77/feed", [("message", "Hi & bye #1")], True),
    (
        posts.publish_post(PAGE, "See https://e.com", link="https://e.com"),
        "77/feed",
        [("message", "See https://e.com"), ("link", "https://e.com")],
        True,
    ),
    (posts.without_card(PAGE, "See https://e.com"), "77/feed", [("message", "See https://e.com")], True),
    (
        posts.publish_post(PAGE, "Hi", ["5", "6"]),
        "77/feed",
        [
            ("message", "Hi"),
            ("attached_media[0]", '{"media_fbid":"5"}'),
            ("attached_media[1]", '{"media_fbid":"6"}'),
        ],
        True,
    ),
    (
        photos.upload_photo(PAGE, photo(0)),
        "77/photos",
        [("url", "https://m.dravo.dev/a.jpg"), ("published", "false")],
        False,
    ),
    (comments.comment(PAGE, "77_1", "First"), "77_1/comments", [("message", "First")], True),
    (reels.start_upload(PAGE), "77/video_reels", [("upload_phase", "start")], False),
    (
        reels.publish_reel(PAGE, "500", "Hi"),
        "77/video_reels",
        [("upload_phase", "finish"), ("video_id", "500"), ("video_state", "PUBLISHED"), ("description", "Hi")],
        True,
    ),
]


@pytest.mark.parametrize(("call", "path", "fields", "effect"), POSTED, ids=[path for _, path, *_ in POSTED])
async def test_a_call_goes_to_its_edge_with_its_fields(
    call: Call[Any], path: str, fields: list[tuple[str, str]], effect: bool
) -> None:
    request = await wire(call)
    assert (request.method, str(request.url)) == ("POST", f"https://graph.facebook.com/v26.0/{path}")
    assert form(request) == fields
    assert call.effect is effect


async def test_a_video_has_a_host_of_its_own() -> None:
    start, finish = videos.start_upload(PAGE, film()), videos.publish_video(PAGE, UPLOAD, "Hi")
    for call in (start, finish):
        assert str((await wire(call)).url) == "https://graph-video.facebook.com/v26.0/77/videos"
    assert form(await wire(start)) == [("upload_phase", "start"), ("file_size", "600")]
    assert form(await wire(finish)) == [("upload_phase", "finish"), ("upload_session_id", "7"), ("description", "Hi")]
    assert (start.effect, finish.effect) == (False, True)


async def test_a_part_of_a_video_is_cut_by_the_range_that_facebook_wants() -> None:
    call = videos.send_part(PAGE, "7", film(), Offsets(start_offset=100, end_offset=250))
    request = await wire(call)
    assert str(request.url) == "https://graph-video.facebook.com/v26.0/77/videos"
    assert request.headers["content-type"].startswith("multipart/form-data")
    body = request.content
    assert b'name="upload_phase"\r\n\r\ntransfer\r\n' in body
    assert b'name="upload_session_id"\r\n\r\n7\r\n' in body
    assert b'name="start_offset"\r\n\r\n100\r\n' in body
    assert b"Content-Type: application/octet-stream\r\n\r\n" + FILM[100:250] + b"\r\n--" in body


async def test_a_part_is_never_longer_than_what_is_held_in_memory() -> None:
    large = film(data=b"x" * (videos.MOST_PART_BYTES + 5))
    call = videos.send_part(PAGE, "7", large, Offsets(start_offset=2, end_offset=large.size_bytes))
    assert call.request.files["video_file_chunk"].size_bytes == videos.MOST_PART_BYTES
    last = videos.send_part(PAGE, "7", large, Offsets(start_offset=large.size_bytes - 3, end_offset=10**12))
    assert last.request.files["video_file_chunk"].size_bytes == 3


async def test_the_bytes_of_a_reel_go_to_the_address_that_facebook_named() -> None:
    request = await wire(reels.send_bytes(REEL, film()))
    assert (request.method, str(request.url)) == ("POST", UPLOAD_URL)
    assert request.headers["authorization"] == f"OAuth {TOKEN}"
    assert (request.headers["offset"], request.headers["file_size"]) == ("0", "600")
    assert (request.headers["content-type"], request.headers["content-length"]) == ("application/octet-stream", "600")
    assert await request.aread() == FILM


async def test_reads_ask_for_what_they_need() -> None:
    for call, path, fields in (
        (
            posts.published_posts(PAGE),
            "77/published_posts",
            "id,message,created_time,attachments{target,subattachments}",
        ),
        (comments.comments(PAGE, "77_1"), "77_1/comments", "id,message,from,created_time"),
        (nodes.node_of(PAGE, "500"), "500", "status,published,permalink_url,post_id"),
    ):
        request = await wire(call)
        assert (request.method, request.url.path) == ("GET", f"/v26.0/{path}")
        assert request.url.params["fields"] == fields
        assert "access_token" not in request.url.params
        assert not call.effect


async def test_every_call_names_the_version_that_is_set() -> None:
    page = Page("77", "v31.0")
    for call in (
        posts.publish_post(page, "Hi"),
        posts.without_card(page, "Hi"),
        posts.published_posts(page),
        photos.upload_photo(page, photo(0)),
        videos.start_upload(page, film()),
        videos.send_part(page, "7", film(), Offsets(start_offset=0, end_offset=9)),
        videos.publish_video(page, UPLOAD, "Hi"),
        reels.start_upload(page),
        reels.publish_reel(page, "500", "Hi"),
        nodes.node_of(page, "500"),
        comments.comment(page, "77_1", "Hi"),
        comments.comments(page, "77_1"),
    ):
        assert (await wire(call)).url.path.startswith("/v31.0/")


async def test_a_path_is_never_left() -> None:
    assert posts.publish_post(Page("../me", "v26.0"), "Hi").request.path == "/v26.0/..%2Fme/feed"


@pytest.mark.parametrize(("traits", "page"), [({"page_id": "5"}, "5"), ({}, "1")])
def test_the_page_is_a_trait_or_the_account_itself(traits: dict[str, str], page: str) -> None:
    job = PublishJob("Hi", [], FacebookOptions(), Profile("1", "page", traits), config={"version": "v31.0"})
    assert page_of(job) == Page(page, "v31.0")


# -- answers -----------------------------------------------------------------------------------------------------------


def test_albums_name_their_photos_below() -> None:
    below = {"data": [{"target": {"id": "5"}}, {"target": {"id": "6"}}]}
    post = seen("1") | {"attachments": {"data": [{"target": {"id": "9"}, "subattachments": below}]}}
    listed = read(posts.published_posts(PAGE), httpx.Response(200, json={"data": [post]}))
    assert listed.data[0].target_ids() == {"9", "5", "6"}


def test_ids_and_offsets_are_read_as_text_or_numbers() -> None:
    body = {"upload_session_id": 7, "video_id": 500, "start_offset": "0", "end_offset": "600"}
    assert read(videos.start_upload(PAGE, film()), httpx.Response(200, json=body)) == UPLOAD


@pytest.mark.parametrize("body", [{}, {"success": False}, {"id": "5"}, []])
@pytest.mark.parametrize("call", [videos.publish_video(PAGE, UPLOAD, "Hi"), reels.publish_reel(PAGE, "500", "Hi")])
def test_an_order_to_publish_without_a_receipt_is_unknown(call: Call[Any], body: object) -> None:
    with pytest.raises(OutcomeUnknown):
        read(call, httpx.Response(200, json=body))


@pytest.mark.parametrize(
    "data", [{"start_offset": 300, "end_offset": "600"}, {"start_offset": "300", "end_offset": 600}]
)
def test_a_part_that_has_arrived_already_says_where_to_go_on(data: dict[str, object]) -> None:
    call = videos.send_part(PAGE, "7", film(), Offsets(start_offset=0, end_offset=600))
    assert read(call, refused(6000, 1363037, error_data=data)) == Offsets(start_offset=300, end_offset=600)


@pytest.mark.parametrize("data", [None, {}, {"start_offset": -1, "end_offset": 600}, "nonsense"])
def test_a_part_that_is_refused_without_offsets_is_refused(data: object) -> None:
    call = videos.send_part(PAGE, "7", film(), Offsets(start_offset=0, end_offset=600))
    with pytest.raises(Rejected):
        read(call, refused(6000, 1363037, error_data=data))


def reel_answer(kind: str, *, retriable: object = False, words: str = "No.") -> httpx.Response:
    debug = {"retriable": retriable, "type": kind, "message": words}
    return httpx.Response(400, json={"debug_info": debug})


def test_bytes_of_a_reel_are_taken_refused_or_tried_again() -> None:
    call = reels.send_bytes(REEL, film())
    assert read(call, httpx.Response(200, json={"success": True})) == reels.BytesSent()
    assert read(call, reel_answer("ProcessingFailedError")) == reels.BytesSent(refused="No.")
    assert read(call, reel_answer("OffsetInvalidError", retriable=True)) == reels.BytesSent(refused="No.", stale=True)
    assert read(call, refused(100)).refused.startswith("Meta did not accept")
    for passing in (
        reel_answer("ProcessingFailedError", retriable=True),
        reel_answer("PartialRequestError"),
        httpx.Response(502, content=b"<html>"),
        httpx.Response(200, content=b"ok"),
        refused(2, status=500),
    ):
        with pytest.raises(Transient):
            read(call, passing)


def test_a_reel_that_is_published_before_its_bytes_came_begins_anew() -> None:
    for answer in (
        refused(100, message="Video Upload Is Missing"),
        refused(987654, error_user_title="Video upload is missing", status=500),
    ):
        with pytest.raises(StepsExpired):
            read(reels.publish_reel(PAGE, "500", "Hi"), answer)
    with pytest.raises(Rejected):
        read(reels.publish_reel(PAGE, "500", "Hi"), refused(100))


def test_a_video_that_facebook_does_not_show_is_asked_for_again() -> None:
    with pytest.raises(Transient) as raised:
        read(nodes.node_of(PAGE, "500"), refused(100, 33))
    assert raised.value.code == "object_unreadable"


def test_both_spellings_of_a_videos_state_are_read() -> None:
    for done, transferred in (("complete", "bytes_transferred"), ("completed", "bytes_transfered")):
        told = read(
            nodes.node_of(PAGE, "500"),
            node("processing", uploading={"status": "in_progress", transferred: "600"}, publishing={"status": done}),
        )
        assert told.is_out
        assert told.status.uploading_phase.bytes_transferred == 600
    for name, words in (("error", {"message": "Bad."}), ("errors", [{"message": "Bad."}])):
        told = read(nodes.node_of(PAGE, "500"), node("processing", processing={"status": "in_progress", name: words}))
        assert told.is_failed
        assert "Meta says: Bad." in told.failure().message
