from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import Rejected
from dravo.platforms.media import Medium
from dravo.platforms.x import media_client
from dravo.platforms.x.media_client import Processing
from platforms.memory_run import TOKEN, real_hosts
from platforms.x.media import gif, medium, video

PART = media_client.PART_BYTES
UPLOADS = "https://api.x.com/2/media/upload"


async def wire(call: Call[Any]) -> httpx.Request:
    """The request as it leaves."""
    with respx.mock:
        route = respx.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(call.request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert not call.effect
        return request


def answer(status: int, body: bytes) -> Reply:
    return Reply(status, {}, body)


def multipart(request: httpx.Request, field: str, value: str, content_type: str, content: bytes) -> bytes:
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    return (
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="media"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/webp", "image/gif"])
async def test_picture_goes_as_one_multipart_form(content_type: str) -> None:
    request = await wire(media_client.upload_image(medium(b"picture", content_type=content_type)))
    assert (request.method, str(request.url)) == ("POST", UPLOADS)
    assert request.content == multipart(request, "media_category", "tweet_image", content_type, b"picture")


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (video(b"v" * 11), b'{"media_type":"video/mp4","total_bytes":11,"media_category":"tweet_video"}'),
        (
            video(b"v" * 11, content_type="video/quicktime"),
            b'{"media_type":"video/quicktime","total_bytes":11,"media_category":"tweet_video"}',
        ),
        (gif(b"g" * 12), b'{"media_type":"image/gif","total_bytes":12,"media_category":"tweet_gif"}'),
    ],
)
async def test_upload_in_parts_is_announced_as_json(sent: Medium, body: bytes) -> None:
    request = await wire(media_client.initialize(sent))
    assert (request.method, str(request.url)) == ("POST", f"{UPLOADS}/initialize")
    assert request.headers["content-type"] == "application/json"
    assert request.content == body


async def test_part_goes_with_its_number_and_its_bytes() -> None:
    sent = video(b"a" * PART + b"b" * PART + b"end")
    assert list(media_client.segments(sent)) == [0, 1, 2]
    middle = await wire(media_client.append("71", sent, 1))
    assert (middle.method, str(middle.url)) == ("POST", f"{UPLOADS}/71/append")
    assert middle.content == multipart(middle, "segment_index", "1", "video/mp4", b"b" * PART)
    last = await wire(media_client.append("71", sent, 2))
    assert last.content == multipart(last, "segment_index", "2", "video/mp4", b"end")


@pytest.mark.parametrize(("size", "parts"), [(1, 1), (PART, 1), (PART + 1, 2), (512 * 1024 * 1024, 128)])
def test_parts_cover_the_medium(size: int, parts: int) -> None:
    sent = video()
    whole = medium(size_bytes=size, kind="video", content_type="video/mp4", sha256=sent.sha256)
    sizes = [media_client.append("7", whole, i).request.files["media"].size_bytes for i in media_client.segments(whole)]
    assert (len(sizes), sum(sizes), max(sizes) <= PART) == (parts, size, True)


def test_parts_of_one_medium_are_different_requests() -> None:
    sent = video(b"a" * 2 * PART)
    first, second = (media_client.append("71", sent, i).request.fingerprint() for i in (0, 1))
    assert first != second


async def test_finalize_has_no_body() -> None:
    request = await wire(media_client.finalize("71", video()))
    assert (request.method, str(request.url), request.content) == ("POST", f"{UPLOADS}/71/finalize", b"")
    assert "content-type" not in request.headers


async def test_state_is_asked_by_its_command() -> None:
    request = await wire(media_client.status("71", video()))
    assert (request.method, str(request.url)) == ("GET", f"{UPLOADS}?command=STATUS&media_id=71")


@pytest.mark.parametrize(
    ("sent", "category"),
    [
        (medium(), "tweet_image"),
        (gif(frames=1), "tweet_image"),
        (gif(frames=2), "tweet_gif"),
        (gif(frames=None), "tweet_gif"),
        (video(), "tweet_video"),
    ],
)
def test_medium_has_the_category_of_what_it_shows(sent: Medium, category: str) -> None:
    assert media_client.category_of(sent) == category


def test_id_is_read_and_not_the_media_key() -> None:
    body = b'{"data":{"id":"1880028106020515840","media_key":"3_18","expires_after_secs":86400,"image":{"w":1}}}'
    for call in (media_client.upload_image(medium()), media_client.initialize(video())):
        read = call.read(answer(200, body))
        assert (read.id, read.processing_info) == ("1880028106020515840", None)


def test_processing_is_read_where_there_is_some() -> None:
    body = b'{"data":{"id":"7","processing_info":{"state":"pending","check_after_secs":3,"progress_percent":0}}}'
    read = media_client.finalize("7", video()).read(answer(200, body))
    assert read.processing_info == Processing(state="pending", check_after_secs=3)


@pytest.mark.parametrize("body", [b'{"data":{"expires_at":1895000000}}', b"", b"{}"])
def test_part_is_taken_whatever_x_says_beside(body: bytes) -> None:
    media_client.append("7", video(), 0).read(answer(200, body))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"ok"'])
def test_part_is_not_taken_by_a_word_that_is_not_of_x(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        media_client.append("7", video(), 0).read(answer(200, body))


@pytest.mark.parametrize(("status", "code"), [(413, "media_too_large"), (431, "refused_by_network")])
def test_part_that_is_too_large_concerns_this_post_alone(status: int, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        media_client.append("7", video(index=2), 0).read(answer(status, b""))
    assert (caught.value.code, caught.value.pointer) == (code, "/media_urls/2")


def test_refusal_of_a_medium_points_at_it_with_the_words_of_x() -> None:
    body = b'{"errors":[{"message":"Unsupported raw media type"}],"title":"Invalid Request"}'
    for call in (
        media_client.upload_image(medium(index=2)),
        media_client.initialize(video(index=2)),
        media_client.append("7", video(index=2), 0),
        media_client.status("7", video(index=2)),
    ):
        with pytest.raises(Rejected) as caught:
            call.read(answer(400, body))
        assert (caught.value.code, caught.value.pointer) == ("media_refused", "/media_urls/2")
        assert "Unsupported raw media type" in caught.value.message


def test_refused_finalize_is_an_answer_to_look_behind() -> None:
    read = media_client.finalize("7", video()).read(answer(400, b'{"title":"Invalid Request"}'))
    assert (read.id, read.refused) == ("7", {"status": 400, "title": "Invalid Request"})


def test_unreadable_answer_is_left_to_the_engine() -> None:
    for call in (media_client.upload_image(medium()), media_client.initialize(video())):
        with pytest.raises(UnreadableAnswer):
            call.read(answer(200, b"<html>"))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"code": 1, "name": "InvalidMedia", "message": "Bad."}, "1, InvalidMedia, Bad."),
        ({"name": "UnsupportedMedia"}, "UnsupportedMedia"),
        ("broken", "broken"),
        (None, "no reason given"),
        ({"message": "x" * 999}, "x" * 300),
    ],
)
def test_reason_of_a_failure_is_in_the_words_of_x(error: Any, reason: str) -> None:
    assert Processing(state="failed", error=error).reason == reason
