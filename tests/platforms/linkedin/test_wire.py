import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from pydantic import ValidationError

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    StepsExpired,
    Transient,
)
from dravo.platforms.linkedin import client
from dravo.platforms.linkedin.options import LinkedInOptions
from dravo.platforms.linkedin.versions import SUNSETS, VERSION
from dravo.platforms.media import Medium
from platforms.memory_run import TOKEN, real_hosts

PICTURE = b"\x89PNG picture"


async def picture(_start: int, _end: int) -> AsyncIterator[bytes]:
    yield PICTURE[:3]
    yield PICTURE[3:]


MEDIUM = Medium(
    index=0,
    kind="image",
    content_type="image/png",
    size_bytes=len(PICTURE),
    sha256=hashlib.sha256(PICTURE).hexdigest(),
    width=1,
    height=1,
    duration_ms=None,
    source_url="https://example.com/a.png",
    public_url="https://media.example.com/a.png",
    open=picture,
)
ME, PAGE = "urn:li:person:me", "urn:li:organization:7"
UPLOAD_URL = "https://www.linkedin.com/dms-uploads/sp/v2/abc?token=secret&x=%2F"
START = client.start_image_upload(ME)
SEND = client.send_image(UPLOAD_URL, MEDIUM)
STATE = client.image_state("urn:li:image:C4E")
POST = client.create_post(client.post_body(ME, "Hello", [], LinkedInOptions()))
PAGE_POST = client.create_post(client.post_body(PAGE, "Hello", [], LinkedInOptions()))
COMMENT = client.create_comment(client.comment_body(ME, "urn:li:share:1", "More (here)"))
LOOK = client.posts_of(PAGE)


async def wire(call: Call[Any]) -> httpx.Request:
    """The request as it leaves."""
    with respx.mock:
        route = respx.route().mock(return_value=httpx.Response(200))
        await real_hosts().send(call.request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        return request


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize("call", [START, STATE, POST, COMMENT, LOOK], ids=["start", "state", "post", "comment", "look"])
async def test_every_rest_call_names_version_protocol_and_token(call: Call[Any]) -> None:
    request = await wire(call)
    assert request.url.host == "api.linkedin.com"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["linkedin-version"] == "202609"
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
    assert client.ImageUpload.model_validate_json(upload.model_dump_json()) == upload


async def test_image_bytes_go_to_the_address_as_it_was_handed_out() -> None:
    request = await wire(SEND)
    assert (request.method, str(request.url)) == ("PUT", UPLOAD_URL)
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "image/png"
    assert request.headers["content-length"] == str(len(PICTURE))
    assert await request.aread() == PICTURE
    assert SEND.read(answer(201, b"")) == client.Uploaded()


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
            {
                "article": {
                    "source": "https://e.com",
                    "title": "T",
                    "description": "D",
                    "thumbnail": "https://e.com/t.jpg",
                }
            },
            {"content": {"article": {"source": "https://e.com", "title": "T", "description": "D"}}},
        ),
        ([], {"article": {"source": "https://e.com"}}, {"content": {"article": {"source": "https://e.com"}}}),
        (["i1"], {"article": {"source": "https://e.com"}}, {"content": {"media": {"id": "i1"}}}),
    ],
)
def test_option_has_its_place_in_the_body(images: list[str], options: dict[str, Any], more: dict[str, Any]) -> None:
    plain = client.post_body(ME, "Hello", [], LinkedInOptions())
    assert client.post_body(ME, "Hello", images, LinkedInOptions.model_validate(options)) == plain | more


def test_text_is_escaped() -> None:
    body = client.post_body(ME, "R&D (new) #launch", [], LinkedInOptions())
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
    assert client.post_url(urn) == f"https://www.linkedin.com/feed/update/{urn}/"


@pytest.mark.parametrize("headers", [{}, {"x-restli-id": ""}, {"x-restli-id": "17"}])
def test_created_post_without_its_urn_is_an_unknown_outcome(headers: dict[str, str]) -> None:
    with pytest.raises(OutcomeUnknown):
        POST.read(answer(201, b"", headers))


def test_created_comment_without_its_id_is_an_unknown_outcome() -> None:
    with pytest.raises(OutcomeUnknown):
        COMMENT.read(answer(201, {}))


@pytest.mark.parametrize("body", [[], None, {}, {"value": {}}, {"value": {"image": "urn:li:image:1"}}])
def test_incomplete_upload_answer_is_left_to_the_engine(body: object) -> None:
    with pytest.raises(ValidationError):
        START.read(answer(200, body))


DUPLICATE = {
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "…BadRequestResponseException: Content is a duplicate of urn:li:share:7141",
    "errorDetails": {
        "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    },
    "status": 422,
}
GHOST = {**DUPLICATE, "message": "Content is a duplicate of urn:li:person:abc", "errorDetails": {}}


def envelope(code: str, message: str = "") -> dict[str, object]:
    return {"status": 400, "code": code, "message": message}


ALL: list[Call[Any]] = [START, SEND, POST, COMMENT, LOOK]
REFUSALS: list[tuple[list[Call[Any]], int, object, type[PlatformError], str]] = [
    (ALL, 400, envelope("VERSION_MISSING"), Misconfigured, "api_version_missing"),
    (
        ALL,
        426,
        envelope("NONEXISTENT_VERSION", "Requested version 20250401 is not active"),
        Misconfigured,
        "api_version_retired",
    ),
    ([START, POST, COMMENT, LOOK], 400, envelope("MISSING_FIELD"), Rejected, "invalid_request"),
    ([START, POST, COMMENT, LOOK], 400, b"<html>", Rejected, "invalid_request"),
    ([POST, COMMENT], 400, envelope("FIELD_LENGTH_TOO_LONG", "commentary"), Rejected, "text_too_long"),
    ([START, POST], 400, envelope("INVALID_URN_TYPE"), Rejected, "invalid_urn"),
    ([START, POST], 400, envelope("INVALID_URN_ID"), Rejected, "invalid_urn"),
    ([POST], 400, envelope("MEDIA_ASSET_PROCESSING_FAILED"), Rejected, "media_processing_failed"),
    ([SEND], 400, {}, Rejected, "media_refused"),
    ([SEND], 413, b"", Rejected, "media_too_large"),
    ([SEND], 415, b"", Rejected, "media_refused"),
    ([SEND], 422, b"", Rejected, "media_refused"),
    ([START, LOOK], 410, b"", Rejected, "refused_by_network"),
    (
        ALL,
        401,
        {"serviceErrorCode": 65600, "message": "Invalid access token"},
        CredentialsExpired,
        "account_needs_reconnect",
    ),
    (
        ALL,
        401,
        {"serviceErrorCode": 65601, "code": "REVOKED_ACCESS_TOKEN"},
        CredentialsExpired,
        "account_needs_reconnect",
    ),
    (
        ALL,
        401,
        {"serviceErrorCode": 65602, "code": "EXPIRED_ACCESS_TOKEN"},
        CredentialsExpired,
        "account_needs_reconnect",
    ),
    (
        [START, SEND, POST],
        403,
        {"serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": "Not enough permissions to access: posts.CREATE"},
        Misconfigured,
        "permission_missing",
    ),
    (
        [PAGE_POST, client.start_image_upload(PAGE)],
        403,
        {"serviceErrorCode": 100, "code": "ACCESS_DENIED"},
        Rejected,
        "no_page_role",
    ),
    ([COMMENT], 403, {"serviceErrorCode": 100, "code": "ACCESS_DENIED"}, Rejected, "first_comment_forbidden"),
    (ALL, 404, envelope("NOT_FOUND"), Rejected, "not_found"),
    ([COMMENT], 404, envelope("NOT_FOUND", "Unable to obtain activity"), Transient, "post_not_readable_yet"),
    ([COMMENT], 400, envelope("", "Unable to obtain activity"), Transient, "post_not_readable_yet"),
    (ALL, 409, envelope("CONFLICT"), Transient, "write_conflict"),
    ([POST, COMMENT], 422, DUPLICATE, Rejected, "duplicate_content"),
    ([POST], 422, {**DUPLICATE, "message": "?"}, Rejected, "duplicate_content"),
    ([POST], 422, GHOST, Rejected, "invalid_request"),
    ([POST], 422, {"message": "ERROR :: /author :: field is required"}, Rejected, "invalid_request"),
    (ALL, 429, {"message": "?"}, RateLimited, "rate_limited"),
]


@pytest.mark.parametrize(
    ("call", "status", "body", "error", "code"),
    [(call, *row) for calls, *row in REFUSALS for call in calls],
)
def test_refusal_means_what_the_table_says(
    call: Call[Any], status: int, body: object, error: type[PlatformError], code: str
) -> None:
    with pytest.raises(error) as caught:
        call.read(answer(status, body, {"x-li-uuid": "u1"}))
    assert caught.value.code == code
    assert caught.value.raw["status"] == status
    assert caught.value.raw["x-li-uuid"] == "u1"


def test_an_image_that_linkedin_waits_for_is_prepared_anew() -> None:
    with pytest.raises(StepsExpired):
        POST.read(answer(400, envelope("MEDIA_ASSET_WAITING_UPLOAD")))


def test_retired_version_holds_the_deployment() -> None:
    with pytest.raises(Misconfigured) as caught:
        POST.read(answer(426, envelope("NONEXISTENT_VERSION")))
    assert caught.value.scope == "deployment"


def test_duplicate_names_the_post_that_is_there() -> None:
    with pytest.raises(Rejected) as caught:
        POST.read(answer(422, DUPLICATE))
    assert caught.value.raw["duplicate_of"] == "urn:li:share:7141"


def test_lapsed_upload_address_begins_the_steps_anew() -> None:
    with pytest.raises(StepsExpired):
        SEND.read(answer(400, envelope("EXPIRED_UPLOAD_URL")))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408, 418])
@pytest.mark.parametrize("call", [POST, COMMENT], ids=["post", "comment"])
def test_answer_outside_the_list_leaves_the_effect_unknown(call: Call[Any], status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        call.read(answer(status, b"<html>"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408])
@pytest.mark.parametrize("call", [START, SEND, STATE, LOOK], ids=["start", "send", "state", "look"])
def test_failing_safe_call_is_tried_again(call: Call[Any], status: int) -> None:
    with pytest.raises(Transient):
        call.read(answer(status, b"<html>"))


DAILY = "Resource level throttle limit for calls to this resource is reached."
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("message", "headers", "until", "wait"),
    [
        (DAILY, {"date": "Mon, 23 Nov 2026 21:04:05 GMT"}, MIDNIGHT, None),
        (DAILY, {}, None, timedelta(hours=1)),
        (DAILY, {"date": "yesterday"}, None, timedelta(hours=1)),
        (DAILY, {"retry-after": "30"}, None, timedelta(seconds=30)),
        ("Comment create throttled: creation rate limit exceeded for member", {}, None, timedelta(seconds=60)),
        ("?", {"retry-after": "later"}, None, timedelta(seconds=60)),
    ],
)
def test_rate_limit_lasts_as_long_as_the_answer_says(
    message: str, headers: dict[str, str], until: datetime | None, wait: timedelta | None
) -> None:
    with pytest.raises(RateLimited) as caught:
        POST.read(answer(429, {"message": message}, headers))
    assert (caught.value.until, caught.value.wait, caught.value.scope) == (until, wait, "account")


def test_the_version_in_use_has_a_sunset_on_record() -> None:
    assert SUNSETS[VERSION] == date(2027, 9, 15)
    assert "202512" not in SUNSETS
