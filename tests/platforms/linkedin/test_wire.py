import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown
from dravo.platforms.linkedin import comments, images, posts, processing, videos
from dravo.platforms.linkedin.options import LinkedInOptions
from platforms.linkedin.material import FILM, ME, MEMBER, ORGANIZATION, PICTURE, answer, film, medium, wire
from platforms.memory_run import TOKEN

CARD = {"source": "https://e.com", "title": "T", "description": "D", "thumbnail": "https://e.com/t.jpg"}
UPLOAD_URL = "https://www.linkedin.com/dms-uploads/sp/v2/abc?token=secret&x=%2F"
V = "202608"
START = images.start_upload(MEMBER, V)
SEND = images.send_bytes(UPLOAD_URL, medium())
STATE = processing.state_of("urn:li:image:C4E", V)
POST = posts.create(MEMBER, posts.body_of(ME, "Hello", [], LinkedInOptions()), V)
COMMENT = comments.create(MEMBER, comments.body_of(ME, "urn:li:share:1", "More (here)", "plain"), V)
COMMENTS = comments.comments_under("urn:li:share:1", V)
LOOK = posts.newest_of(ORGANIZATION, V)
START_VIDEO = videos.start_upload(MEMBER, film(), V)
VIDEO_STATE = processing.state_of("urn:li:video:C5F", V)
UPLOAD = videos.VideoUpload(
    video="urn:li:video:C5F",
    upload_token="tok",
    parts=[
        videos.Part(upload_url=f"{UPLOAD_URL}&part=1", first_byte=0, last_byte=99),
        videos.Part(upload_url=f"{UPLOAD_URL}&part=2", first_byte=100, last_byte=len(FILM) - 1),
    ],
)
FINALIZE = videos.finalize(MEMBER, film(), UPLOAD, ['"etag-1"', "etag-2"], V)
REST = {
    "start": START,
    "state": STATE,
    "post": POST,
    "comment": COMMENT,
    "comments": COMMENTS,
    "look": LOOK,
    "start video": START_VIDEO,
    "finalize": FINALIZE,
    "video state": VIDEO_STATE,
}


@pytest.mark.parametrize("call", REST.values(), ids=REST)
async def test_every_rest_call_names_version_protocol_and_token(call: Call[Any]) -> None:
    request = await wire(call)
    assert request.url.host == "api.linkedin.com"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["linkedin-version"] == V
    assert request.headers["x-restli-protocol-version"] == "2.0.0"
    assert request.headers.get("content-type") == ("application/json" if request.method == "POST" else None)


async def test_image_upload_begins_with_its_owner() -> None:
    request = await wire(START)
    assert (request.method, request.url.raw_path) == ("POST", b"/rest/images?action=initializeUpload")
    assert request.content == b'{"initializeUploadRequest":{"owner":"urn:li:person:me"}}'
    value = {"uploadUrl": UPLOAD_URL, "uploadUrlExpiresAt": 1795000000000, "image": "urn:li:image:C4E"}
    upload = START.read(answer(200, {"value": value}))
    assert (upload.upload_url, upload.image) == (UPLOAD_URL, "urn:li:image:C4E")
    assert START.secret


async def test_kept_upload_can_be_read_again() -> None:
    upload = START.read(answer(200, {"value": {"uploadUrl": UPLOAD_URL, "image": "urn:li:image:C4E"}}))
    assert images.ImageUpload.model_validate_json(upload.model_dump_json()) == upload


async def test_image_bytes_go_to_the_address_as_it_was_handed_out() -> None:
    request = await wire(SEND)
    assert (request.method, str(request.url)) == ("PUT", UPLOAD_URL)
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "image/png"
    assert request.headers["content-length"] == str(len(PICTURE))
    assert await request.aread() == PICTURE
    assert SEND.read(answer(201, b"")) == images.Uploaded()


async def test_state_of_an_image_is_asked_by_its_encoded_urn() -> None:
    request = await wire(STATE)
    assert (request.method, request.url.raw_path) == ("GET", b"/rest/images/urn%3Ali%3Aimage%3AC4E")
    assert STATE.read(answer(200, {"status": "PROCESSING", "id": "urn:li:image:C4E"})).status == "PROCESSING"
    assert STATE.read(answer(403, {"message": "Accessing this image resource is forbidden"})).status == "FORBIDDEN"


async def test_post_is_written_out_whole() -> None:
    request = await wire(POST)
    assert (request.method, request.url.raw_path) == ("POST", b"/rest/posts")
    assert request.content == (
        b'{"author":"urn:li:person:me","commentary":"Hello","visibility":"PUBLIC","distribution":{"feedDistribution":'
        b'"MAIN_FEED","targetEntities":[],"thirdPartyDistributionChannels":[]},"lifecycleState":"PUBLISHED",'
        b'"isReshareDisabledByAuthor":false}'
    )
    assert POST.effect


@pytest.mark.parametrize(
    ("images", "options", "more"),
    [
        ([], {"visibility": "CONNECTIONS"}, {"visibility": "CONNECTIONS"}),
        ([], {"disable_reshare": True}, {"isReshareDisabledByAuthor": True}),
        (["i1"], {}, {"content": {"media": {"id": "i1"}}}),
        (["i1"], {"alt_texts": ["A cat", "spare"]}, {"content": {"media": {"id": "i1", "altText": "A cat"}}}),
        (
            ["i1", "i2", "i3"],
            {"alt_texts": [" ", "A dog"]},
            {"content": {"multiImage": {"images": [{"id": "i1"}, {"id": "i2", "altText": "A dog"}, {"id": "i3"}]}}},
        ),
        (
            [],
            {"article": CARD},
            {"content": {"article": {"source": "https://e.com", "title": "T", "description": "D"}}},
        ),
        ([], {"article": {"source": "https://e.com"}}, {"content": {"article": {"source": "https://e.com"}}}),
        (
            [],
            {"article": {"source": "https://e.com", "title": " ", "description": "\n"}},
            {"content": {"article": {"source": "https://e.com"}}},
        ),
        (["i1"], {"article": {"source": "https://e.com"}}, {"content": {"media": {"id": "i1"}}}),
        (["urn:li:video:1"], {"alt_texts": ["A film"]}, {"content": {"media": {"id": "urn:li:video:1"}}}),
    ],
)
def test_option_has_its_place_in_the_body(images: list[str], options: dict[str, Any], more: dict[str, Any]) -> None:
    plain = posts.body_of(ME, "Hello", [], LinkedInOptions())
    assert posts.body_of(ME, "Hello", images, LinkedInOptions.model_validate(options)) == plain | more


def test_picture_of_a_card_is_named_by_its_urn() -> None:
    body = posts.body_of(ME, "Hello", [], LinkedInOptions.model_validate({"article": CARD}), thumbnail="urn:li:image:9")
    assert body["content"] == {
        "article": {"source": "https://e.com", "title": "T", "description": "D", "thumbnail": "urn:li:image:9"}
    }


def test_text_is_escaped() -> None:
    body = posts.body_of(ME, "R&D (new) #launch", [], LinkedInOptions())
    assert body["commentary"] == "R&D \\(new\\) {hashtag|\\#|launch}"


async def test_comment_is_plain_text_under_the_encoded_urn() -> None:
    request = await wire(COMMENT)
    assert (request.method, request.url.raw_path) == (
        "POST",
        b"/rest/socialActions/urn%3Ali%3Ashare%3A1/comments",
    )
    assert json.loads(request.content) == {
        "actor": ME,
        "object": "urn:li:share:1",
        "message": {"text": "More (here)"},
    }
    assert COMMENT.read(answer(201, {}, {"x-restli-id": "6636"})).id == "6636"
    assert COMMENT.effect


async def test_finder_is_asked_by_the_encoded_author() -> None:
    request = await wire(LOOK)
    assert (request.method, request.url.raw_path) == (
        "GET",
        b"/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A7&count=100&sortBy=LAST_MODIFIED",
    )
    assert request.headers["x-restli-method"] == "FINDER"


@pytest.mark.parametrize("urn", ["urn:li:share:1", "urn:li:ugcPost:2"])
def test_created_post_is_named_by_a_header(urn: str) -> None:
    assert POST.read(answer(201, b"", {"x-restli-id": urn})).urn == urn
    assert posts.address_of(urn) == f"https://www.linkedin.com/feed/update/{urn}/"


@pytest.mark.parametrize("headers", [{}, {"x-restli-id": ""}, {"x-restli-id": "17"}])
def test_created_post_without_its_urn_is_an_unknown_outcome(headers: dict[str, str]) -> None:
    with pytest.raises(OutcomeUnknown):
        POST.read(answer(201, b"", headers))


def test_created_comment_without_its_id_is_an_unknown_outcome() -> None:
    with pytest.raises(OutcomeUnknown):
        COMMENT.read(answer(201, {}))


@pytest.mark.parametrize("body", [[], None, {}, {"value": {}}, {"value": {"image": "urn:li:image:1"}}])
def test_incomplete_upload_answer_is_left_to_the_engine(body: object) -> None:
    for call in (START, START_VIDEO):
        with pytest.raises(ValidationError):
            call.read(answer(200, body))


@pytest.mark.parametrize(("status", "body"), [(201, b""), (200, b""), (204, b""), (200, b"\r\n")])
def test_image_bytes_are_receipted_by_an_empty_success(status: int, body: bytes) -> None:
    assert SEND.read(answer(status, body)) == images.Uploaded()


@pytest.mark.parametrize("status", [200, 203])
def test_image_bytes_are_not_receipted_by_the_page_of_an_edge(status: int) -> None:
    with pytest.raises(UnreadableAnswer):
        SEND.read(answer(status, b"<html>"))


def test_comment_is_escaped_where_the_deployment_says_so() -> None:
    text = comments.body_of(ME, "urn:li:share:1", "More (here) #now", "little")["message"]["text"]
    assert text == "More \\(here\\) {hashtag|\\#|now}"


async def test_comments_are_listed_by_the_encoded_urn() -> None:
    request = await wire(COMMENTS)
    assert (request.method, request.url.raw_path) == (
        "GET",
        b"/rest/socialActions/urn%3Ali%3Ashare%3A1/comments",
    )


async def test_second_sending_is_the_first_one_byte_for_byte() -> None:
    first, second = await wire(POST), await wire(posts.create_again(POST))
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)
    assert posts.create_again(POST).effect


def instructions(*ranges: tuple[int, int], **more: object) -> Reply:
    parts = [{"uploadUrl": f"https://u.example/{a}", "firstByte": a, "lastByte": b} for a, b in ranges]
    return answer(200, {"value": {"video": "urn:li:video:C5F", "uploadInstructions": parts, **more}})


async def test_video_upload_begins_with_its_owner_and_size() -> None:
    request = await wire(START_VIDEO)
    assert (request.method, request.url.raw_path) == ("POST", b"/rest/videos?action=initializeUpload")
    assert json.loads(request.content) == {
        "initializeUploadRequest": {
            "owner": ME,
            "fileSizeBytes": len(FILM),
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
    }
    upload = START_VIDEO.read(instructions((0, 99), (100, 123), uploadToken="tok", uploadUrlsExpireAt=1795000000000))
    assert (upload.video, upload.upload_token) == ("urn:li:video:C5F", "tok")
    assert [(part.upload_url, part.first_byte, part.last_byte) for part in upload.parts] == [
        ("https://u.example/0", 0, 99),
        ("https://u.example/100", 100, 123),
    ]
    assert START_VIDEO.secret
    assert videos.VideoUpload.model_validate_json(upload.model_dump_json()) == upload


@pytest.mark.parametrize("token", [{}, {"uploadToken": ""}])
def test_upload_token_may_be_empty_or_missing(token: dict[str, str]) -> None:
    assert START_VIDEO.read(instructions((0, 123), **token)).upload_token == ""


def test_parts_are_taken_in_the_order_of_the_file() -> None:
    upload = START_VIDEO.read(instructions((100, 123), (0, 99)))
    assert [part.first_byte for part in upload.parts] == [0, 100]


@pytest.mark.parametrize(
    "ranges",
    [[(0, 122)], [(0, 124)], [(1, 123)], [(0, 50), (52, 123)], [(0, 60), (60, 123)], [(0, 99), (100, 99), (100, 123)]],
    ids=["short", "long", "late", "gap", "overlap", "empty"],
)
def test_parts_that_are_not_the_file_are_no_usable_answer(ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(UnreadableAnswer):
        START_VIDEO.read(instructions(*ranges))


async def test_part_goes_to_its_own_address_without_the_token() -> None:
    for number, (start, end) in enumerate([(0, 100), (100, len(FILM))]):
        request = await wire(videos.send_part(UPLOAD.parts[number], film()))
        assert (request.method, str(request.url)) == ("PUT", f"{UPLOAD_URL}&part={number + 1}")
        assert "authorization" not in request.headers
        assert request.headers["content-type"] == "application/octet-stream"
        assert request.headers["content-length"] == str(end - start)
        assert await request.aread() == FILM[start:end]


@pytest.mark.parametrize("etag", ["/ambry/abc", '"d41d8c"', 'W/"x"'])
def test_etag_of_a_part_is_kept_as_it_came(etag: str) -> None:
    assert videos.send_part(UPLOAD.parts[0], film()).read(answer(200, b"", {"etag": etag})).etag == etag


def test_part_without_etag_is_no_receipt() -> None:
    with pytest.raises(ValidationError):
        videos.send_part(UPLOAD.parts[0], film()).read(answer(200, b""))


async def test_video_is_finalized_with_the_etags_in_their_order() -> None:
    request = await wire(FINALIZE)
    assert (request.method, request.url.raw_path) == ("POST", b"/rest/videos?action=finalizeUpload")
    assert json.loads(request.content) == {
        "finalizeUploadRequest": {
            "video": "urn:li:video:C5F",
            "uploadToken": "tok",
            "uploadedPartIds": ['"etag-1"', "etag-2"],
        }
    }
    assert FINALIZE.read(answer(200, b"")) == FINALIZE.read(answer(200, {})) == videos.Finalized()


def test_page_of_an_edge_is_no_receipt_for_a_video() -> None:
    with pytest.raises(UnreadableAnswer):
        FINALIZE.read(answer(200, b"<html>"))


@pytest.mark.parametrize("model", [images.ThumbnailUpload, images.ThumbnailUploaded])
def test_kept_answer_about_a_thumbnail_is_none_without_its_fields(model: type[BaseModel]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate({"shape of last year": True})


async def test_state_of_a_video_is_asked_by_its_encoded_urn() -> None:
    request = await wire(VIDEO_STATE)
    assert (request.method, request.url.raw_path) == ("GET", b"/rest/videos/urn%3Ali%3Avideo%3AC5F")
    failed = VIDEO_STATE.read(answer(200, {"status": "PROCESSING_FAILED", "processingFailureReason": "bad codec"}))
    assert (failed.status, failed.reason) == ("PROCESSING_FAILED", "bad codec")
    assert processing.MediumState.model_validate_json(failed.model_dump_json()) == failed
    assert VIDEO_STATE.read(answer(200, {"status": "AVAILABLE", "processingFailureReason": None})).reason is None
    assert VIDEO_STATE.read(answer(403, {})).status == "FORBIDDEN"
