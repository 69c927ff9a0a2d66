from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
from dravo.platforms.linkedin import comments, images, posts, processing, videos
from dravo.platforms.linkedin.authors import Author
from dravo.platforms.linkedin.options import LinkedInOptions
from platforms.linkedin.material import ME, MEMBER, ORGANIZATION, PAGE, answer, envelope, film, medium

V = "202609"
UPLOAD = videos.VideoUpload(
    video="urn:li:video:1",
    upload_token="",
    parts=[videos.Part(upload_url="https://www.linkedin.com/dms-uploads/1", first_byte=0, last_byte=9)],
)
START = images.start_upload(MEMBER, V)
PAGE_START = images.start_upload(ORGANIZATION, V)
SEND = images.send_bytes("https://www.linkedin.com/dms-uploads/1", medium())
STATE = processing.state_of("urn:li:image:1", V)
START_VIDEO = videos.start_upload(MEMBER, film(), V)
PAGE_VIDEO = videos.start_upload(ORGANIZATION, film(), V)
PART = videos.send_part(UPLOAD.parts[0], film())
FINALIZE = videos.finalize(MEMBER, film(), UPLOAD, ["e"], V)
VIDEO_STATE = processing.state_of("urn:li:video:1", V)
POST = posts.create(MEMBER, posts.body_of(ME, "Hello", [], LinkedInOptions()), V)
PAGE_POST = posts.create(ORGANIZATION, posts.body_of(PAGE, "Hello", [], LinkedInOptions()), V)
COMMENT = comments.create(MEMBER, comments.body_of(ME, "urn:li:share:1", "More", "plain"), V)
LOOK = posts.newest_of(ORGANIZATION, V)

DUPLICATE = {
    "errorDetailType": "com.linkedin.common.error.BadRequest",
    "message": "…BadRequestResponseException: Content is a duplicate of urn:li:share:7141",
    "errorDetails": {
        "inputErrors": [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
    },
    "status": 422,
}
GHOST = {**DUPLICATE, "message": "Content is a duplicate of urn:li:person:abc", "errorDetails": {}}


STEPS: list[Call[Any]] = [START, SEND, START_VIDEO, FINALIZE, LOOK]
COMMITS: list[Call[Any]] = [POST, COMMENT]
ALL = [*STEPS, *COMMITS]
JSON: list[Call[Any]] = [START, START_VIDEO, FINALIZE, LOOK, *COMMITS]
DENIED = {"serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": "Not enough permissions to access: posts.CREATE"}
RETIRED = envelope("NONEXISTENT_VERSION", "Requested version 20250401 is not active")
REVOKED = {"serviceErrorCode": 65601, "code": "REVOKED_ACCESS_TOKEN", "message": "The token was revoked by the user"}
EXPIRED = {"serviceErrorCode": 65602, "code": "EXPIRED_ACCESS_TOKEN", "message": "The token has expired"}
EARLY = "Unable to obtain activity"

REFUSALS: list[tuple[list[Call[Any]], int, object, type[PlatformError], str]] = [
    (ALL, 400, envelope("VERSION_MISSING"), Misconfigured, "api_version_missing"),
    (ALL, 426, RETIRED, Misconfigured, "api_version_retired"),
    *[
        (JSON, 400, body, Rejected, "invalid_request")
        for body in (
            envelope("MISSING_FIELD"),
            envelope("INVALID_VALUE_BLANK_FIELD"),
            envelope("INVALID_VALUE_FOR_FIELD"),
            envelope("ILLEGAL_ARGUMENT", "Syntax exception in path variables"),
            b"<html>",
        )
    ],
    ([START, START_VIDEO, *COMMITS], 422, {}, Rejected, "invalid_request"),
    (COMMITS, 422, {"message": "ERROR :: /author :: field is required"}, Rejected, "invalid_request"),
    (COMMITS, 400, envelope("FIELD_LENGTH_TOO_LONG", "commentary"), Rejected, "text_too_long"),
    ([START, START_VIDEO, FINALIZE, *COMMITS], 400, envelope("INVALID_URN_TYPE"), Rejected, "invalid_urn"),
    ([START, START_VIDEO, FINALIZE, *COMMITS], 400, envelope("INVALID_URN_ID"), Rejected, "invalid_urn"),
    ([POST], 400, envelope("MEDIA_ASSET_WAITING_UPLOAD"), Transient, "media_not_uploaded"),
    ([POST, FINALIZE], 400, envelope("MEDIA_ASSET_PROCESSING_FAILED"), Rejected, "media_processing_failed"),
    ([SEND, PART], 400, {}, Rejected, "media_refused"),
    ([SEND, PART], 413, b"", Rejected, "media_too_large"),
    ([SEND, PART], 415, b"<html>", Rejected, "media_refused"),
    ([SEND, PART], 422, b"", Rejected, "media_refused"),
    ([START, LOOK], 410, b"", Rejected, "refused_by_network"),
    *[
        (ALL, 401, body, CredentialsExpired, "account_needs_reconnect")
        for body in (
            {"serviceErrorCode": 65600, "message": "Invalid access token"},
            {"serviceErrorCode": 401, "message": "Empty oauth2_access_token"},
            REVOKED,
            EXPIRED,
            b"<html>",
        )
    ],
    ([START, START_VIDEO, FINALIZE, POST], 403, DENIED, CredentialsExpired, "permission_missing"),
    ([POST], 403, {"serviceErrorCode": 100}, CredentialsExpired, "permission_missing"),
    ([POST], 403, {"code": "ACCESS_DENIED"}, CredentialsExpired, "permission_missing"),
    ([POST], 403, {"message": "Not enough permissions to access: X"}, CredentialsExpired, "permission_missing"),
    ([START, POST, PAGE_START, PAGE_POST], 403, b"<html>", Misconfigured, "permission_missing"),
    ([POST, PAGE_POST], 403, {"message": "Something else"}, Misconfigured, "permission_missing"),
    ([PAGE_POST, PAGE_START, PAGE_VIDEO], 403, DENIED, Rejected, "no_page_role"),
    ([COMMENT], 403, DENIED, Rejected, "first_comment_forbidden"),
    (ALL, 404, envelope("NOT_FOUND"), Rejected, "not_found"),
    ([COMMENT], 404, envelope("NOT_FOUND", EARLY), Transient, "post_not_readable_yet"),
    ([COMMENT], 400, envelope("", EARLY), Transient, "post_not_readable_yet"),
    (ALL, 409, envelope("CONFLICT"), Transient, "write_conflict"),
    (COMMITS, 422, DUPLICATE, Rejected, "duplicate_content"),
    ([POST], 422, {**DUPLICATE, "message": "?"}, Rejected, "duplicate_content"),
    ([POST], 422, GHOST, Rejected, "invalid_request"),
    (ALL, 429, {"message": "?"}, RateLimited, "rate_limited"),
    (ALL, 429, b"<html>", RateLimited, "rate_limited"),
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


def test_retired_version_holds_the_deployment() -> None:
    with pytest.raises(Misconfigured) as caught:
        POST.read(answer(426, envelope("NONEXISTENT_VERSION")))
    assert caught.value.scope == "deployment"
    assert "DRAVO_LINKEDIN_VERSION" in caught.value.message


def test_duplicate_names_the_post_that_is_there() -> None:
    with pytest.raises(Rejected) as caught:
        POST.read(answer(422, DUPLICATE))
    assert caught.value.raw["duplicate_of"] == "urn:li:share:7141"


@pytest.mark.parametrize("call", [SEND, PART, FINALIZE, POST], ids=["image", "part", "finalize", "post"])
def test_lapsed_upload_address_begins_the_steps_anew(call: Call[Any]) -> None:
    with pytest.raises(StepsExpired):
        call.read(answer(400, envelope("EXPIRED_UPLOAD_URL")))


def test_video_whose_parts_have_not_come_is_sent_anew() -> None:
    with pytest.raises(StepsExpired):
        FINALIZE.read(answer(400, envelope("MEDIA_ASSET_WAITING_UPLOAD")))


@pytest.mark.parametrize(("call", "status"), [(PART, 401), (PART, 403), (SEND, 403)])
def test_bytes_that_their_address_refuses_do_not_accuse_the_token(call: Call[Any], status: int) -> None:
    with pytest.raises(StepsExpired):
        call.read(answer(status, b"<Error/>"))


def test_picture_of_a_card_that_its_address_refuses_is_left_out() -> None:
    assert images.send_thumbnail("https://www.linkedin.com/dms-uploads/1", medium()).read(answer(403, b"")).refused


READ = frozenset({"openid", "profile"})


@pytest.mark.parametrize(
    ("author", "needed", "held"),
    [
        (Author(ME), "w_member_social", None),
        (Author(ME, READ), "w_member_social", "openid, profile"),
        (Author(ME, frozenset()), "w_member_social", "no scope"),
        (Author(ME, frozenset({"w_member_social"})), "w_member_social", "w_member_social"),
        (Author(PAGE, READ), "w_organization_social", "openid, profile"),
    ],
)
def test_missing_scope_is_named_beside_those_that_are_held(author: Author, needed: str, held: str | None) -> None:
    with pytest.raises(CredentialsExpired) as caught:
        images.start_upload(author, V).read(answer(403, DENIED))
    assert (caught.value.code, caught.value.renewable) == ("permission_missing", False)
    assert f"again with {needed}." in caught.value.message
    assert (f"holds {held}." in caught.value.message) if held else ("holds" not in caught.value.message)


@pytest.mark.parametrize("scopes", [None, READ | {"w_organization_social"}])
def test_organization_whose_scopes_suffice_or_are_not_known_lacks_the_role(scopes: frozenset[str] | None) -> None:
    with pytest.raises(Rejected) as caught:
        images.start_upload(Author(PAGE, scopes), V).read(answer(403, DENIED))
    assert (caught.value.code, caught.value.pointer) == ("no_page_role", "/platform_options/linkedin/author")


@pytest.mark.parametrize(("call", "kind"), [(SEND, "image"), (PART, "video")])
def test_refused_bytes_are_named_by_their_kind(call: Call[Any], kind: str) -> None:
    with pytest.raises(Rejected) as caught:
        call.read(answer(415, b""))
    assert f"cannot use the {kind}" in caught.value.message
    assert caught.value.pointer == "/media_urls/0"


def test_refused_field_is_named_in_linkedins_words() -> None:
    with pytest.raises(Rejected) as caught:
        POST.read(answer(400, envelope("MISSING_FIELD", "/author is missing" + "!" * 1000)))
    assert "/author is missing" in caught.value.message
    assert len(caught.value.message) < 400


@pytest.mark.parametrize(("actor", "permission"), [(ME, "w_member_social_feed"), (PAGE, "w_organization_social_feed")])
def test_comment_that_is_forbidden_names_the_permission(actor: str, permission: str) -> None:
    call = comments.create(Author(actor), comments.body_of(actor, "urn:li:share:1", "More", "plain"), "202609")
    with pytest.raises(Rejected) as caught:
        call.read(answer(403, DENIED))
    assert f" {permission}," in caught.value.message


@pytest.mark.parametrize("call", [POST, COMMENT, START], ids=["post", "comment", "start"])
def test_conflict_is_tried_again_after_a_second(call: Call[Any]) -> None:
    with pytest.raises(Transient) as caught:
        call.read(answer(409, envelope("CONFLICT")))
    assert caught.value.retry_after == timedelta(seconds=1)


def test_comment_before_its_post_is_readable_is_tried_again_after_twenty_seconds() -> None:
    with pytest.raises(Transient) as caught:
        COMMENT.read(answer(400, envelope("", EARLY)))
    assert caught.value.retry_after == timedelta(seconds=20)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408, 418])
@pytest.mark.parametrize("call", [POST, COMMENT], ids=["post", "comment"])
def test_answer_outside_the_list_leaves_the_effect_unknown(call: Call[Any], status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        call.read(answer(status, b"<html>"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408])
@pytest.mark.parametrize("call", [START, SEND, STATE, LOOK, START_VIDEO, PART, FINALIZE, VIDEO_STATE])
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
        (DAILY, {"date": "Fri, 31 Dec 9999 12:00:00 GMT"}, None, timedelta(hours=1)),
        (DAILY, {"date": "Fri, 31 Dec 9999 23:00:00 -0800"}, None, timedelta(hours=1)),
        (DAILY, {"retry-after": "30"}, None, timedelta(seconds=30)),
        ("?", {"retry-after": "2764800"}, None, timedelta(days=32)),
        ("?", {"retry-after": "2764801"}, None, timedelta(seconds=60)),
        ("?", {"retry-after": "9" * 40}, None, timedelta(seconds=60)),
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
