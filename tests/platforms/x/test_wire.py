import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms.base import Call
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
)
from dravo.platforms.media import Medium
from dravo.platforms.x import client
from dravo.platforms.x.options import XOptions
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
POST = client.create_post({"text": "Hello"})
UPLOAD = client.upload_image(MEDIUM)
LOOK = client.own_posts("42", datetime(2026, 11, 23, 12, 0, 0, 987654, tzinfo=UTC))


async def wire(call: Call[Any], answer: httpx.Response) -> httpx.Request:
    """The request as it leaves, under a network that gives `answer`."""
    with respx.mock:
        route = respx.route().mock(return_value=answer)
        await real_hosts().send(call.request, token=TOKEN)
        request: httpx.Request = route.calls.last.request
        return request


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


async def test_image_is_uploaded_as_one_multipart_form() -> None:
    request = await wire(UPLOAD, httpx.Response(200))
    assert (request.method, str(request.url)) == ("POST", "https://api.x.com/2/media/upload")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert (
        request.content
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="media_category"\r\n\r\ntweet_image\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="media"\r\nContent-Type: image/png\r\n\r\n'
        ).encode()
        + PICTURE
        + f"\r\n--{boundary}--\r\n".encode()
    )


def test_upload_reads_the_id_and_not_the_media_key() -> None:
    body = {"data": {"id": "1880028106020515840", "media_key": "3_1880028106020515840", "expires_after_secs": 86400}}
    assert UPLOAD.read(answer(200, body)).id == "1880028106020515840"
    assert not UPLOAD.effect


async def test_post_is_plain_json_under_the_accounts_token() -> None:
    request = await wire(POST, httpx.Response(201))
    assert (request.method, str(request.url)) == ("POST", "https://api.x.com/2/tweets")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json"
    assert request.content == b'{"text":"Hello"}'
    assert POST.effect


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({}, {}),
        (
            {"poll": {"options": ["a", "b"], "duration_minutes": 60}},
            {"poll": {"options": ["a", "b"], "duration_minutes": 60}},
        ),
        ({"reply_to": "17"}, {"reply": {"in_reply_to_tweet_id": "17"}}),
        ({"reply_settings": "mentionedUsers"}, {"reply_settings": "mentionedUsers"}),
        ({"place_id": "00a0"}, {"geo": {"place_id": "00a0"}}),
        ({"place_id": " "}, {}),
        ({"for_super_followers_only": True}, {"for_super_followers_only": True}),
        ({"made_with_ai": True}, {"made_with_ai": True}),
        ({"for_super_followers_only": False, "made_with_ai": False, "first_comment": "x"}, {}),
    ],
)
def test_option_has_its_place_in_the_body(options: dict[str, Any], more: dict[str, Any]) -> None:
    assert client.post_body("Hello", [], XOptions.model_validate(options)) == {"text": "Hello", **more}


def test_media_are_named_in_order() -> None:
    assert client.post_body("Hi", ["2", "1"], XOptions()) == {"text": "Hi", "media": {"media_ids": ["2", "1"]}}


def test_comment_is_a_reply_to_the_post() -> None:
    assert client.comment_body("More", "99") == {"text": "More", "reply": {"in_reply_to_tweet_id": "99"}}


async def test_look_asks_for_the_window_with_replies_and_all_that_is_compared() -> None:
    request = await wire(LOOK, httpx.Response(200))
    assert request.method == "GET"
    assert request.url.path == "/2/users/42/tweets"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert dict(request.url.params) == {
        "max_results": "100",
        "start_time": "2026-11-23T12:00:00Z",
        "exclude": "retweets",
        "tweet.fields": "created_at,text,entities,attachments,referenced_tweets,note_tweet",
    }
    assert not LOOK.effect


def test_created_post_reads_its_id_even_beside_errors() -> None:
    read = POST.read(answer(201, {"data": {"id": "189", "text": "Hello"}, "errors": [{"message": "partial"}]}))
    assert (read.id, read.text) == ("189", "Hello")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", {"data": {}}, {"data": {"id": ""}}, {"data": {"id": None}}, {"errors": []}, [], None]
)
def test_success_without_an_id_is_an_unknown_outcome(body: object) -> None:
    with pytest.raises(OutcomeUnknown):
        POST.read(answer(201, body))


def test_unreadable_upload_answer_is_left_to_the_engine() -> None:
    with pytest.raises(UnreadableAnswer):
        UPLOAD.read(answer(200, b"<html>"))


def problem(detail: str = "", kind: str = "about:blank", **more: object) -> dict[str, object]:
    return {"title": "Forbidden", "detail": detail, "type": kind, **more}


def invalid(message: str) -> dict[str, object]:
    return {
        "errors": [{"parameters": {}, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.twitter.com/2/problems/invalid-request",
    }


REFUSALS: list[tuple[int, object, type[PlatformError], str]] = [
    (400, invalid("Your media IDs are invalid."), Rejected, "media_refused"),
    (400, invalid("Your reply tweet ID is invalid."), Rejected, "reply_target_not_found"),
    (400, invalid("text: too weird"), Rejected, "invalid_request"),
    (400, b"<html>", Rejected, "invalid_request"),
    (401, {"title": "Unauthorized", "type": "about:blank"}, CredentialsExpired, "account_needs_reconnect"),
    (
        402,
        {"title": "CreditsDepleted", "type": "https://api.x.com/2/problems/credits"},
        Misconfigured,
        "credits_depleted",
    ),
    (
        403,
        problem("You are not allowed to create a Tweet with duplicate content."),
        Rejected,
        "duplicate_content",
    ),
    (403, problem("You are not permitted to perform this action."), Rejected, "not_permitted"),
    (
        403,
        problem(
            "You can only reply to or quote posts where you are mentioned or are the author.",
            "https://api.x.com/2/problems/not-authorized-for-resource",
        ),
        Rejected,
        "reply_not_allowed",
    ),
    (403, problem("Reply to this conversation is not allowed because …"), Rejected, "reply_not_allowed"),
    (
        403,
        problem("Sorry.", "https://api.twitter.com/2/problems/not-authorized-for-resource"),
        Rejected,
        "reply_not_allowed",
    ),
    (
        403,
        problem("…", "https://api.twitter.com/2/problems/client-forbidden", reason="client-not-enrolled"),
        Misconfigured,
        "app_not_enrolled",
    ),
    (
        403,
        problem("…", "https://api.twitter.com/2/problems/unsupported-authentication"),
        Misconfigured,
        "permission_missing",
    ),
    (403, problem("Your account is suspended."), Rejected, "account_suspended"),
    (403, problem("To protect our users this account is temporarily locked."), Rejected, "account_locked"),
    (403, problem("Too many cashtags"), Rejected, "too_many_cashtags"),
    (403, problem("The Tweet contains an invalid URL."), Rejected, "invalid_link"),
    (403, problem("Video longer than 2 minutes"), Rejected, "media_refused"),
    (403, problem("Something new"), Rejected, "forbidden"),
    (
        403,
        {"errors": [{"code": 185, "message": "User is over daily status update limit."}]},
        RateLimited,
        "rate_limited",
    ),
    (404, problem("…", "https://api.x.com/2/problems/resource-not-found"), Rejected, "not_found"),
    (429, {"title": "Too Many Requests", "type": "about:blank"}, RateLimited, "rate_limited"),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimited, "rate_limited"),
    (
        429,
        problem("…", "https://api.x.com/2/problems/usage-capped", period="Daily", scope="Product"),
        RateLimited,
        "usage_capped",
    ),
]


@pytest.mark.parametrize("call", [POST, UPLOAD, LOOK], ids=["post", "upload", "look"])
@pytest.mark.parametrize(("status", "body", "error", "code"), REFUSALS)
def test_refusal_means_the_same_on_every_call(
    call: Call[Any], status: int, body: object, error: type[PlatformError], code: str
) -> None:
    with pytest.raises(error) as caught:
        call.read(answer(status, body))
    assert caught.value.code == code
    assert caught.value.raw["status"] == status


@pytest.mark.parametrize("body", [problem("Forbidden"), {}, b""])
def test_bare_403_means_a_missing_scope_on_an_upload_only(body: object) -> None:
    with pytest.raises(Misconfigured) as caught:
        UPLOAD.read(answer(403, body))
    assert (caught.value.code, caught.value.scope) == ("permission_missing", "account")
    with pytest.raises(Rejected):
        POST.read(answer(403, body))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408, 418])
def test_answer_outside_the_list_leaves_the_post_unknown(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        POST.read(answer(status, b"<html>"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408])
def test_failing_upload_or_look_is_tried_again(status: int) -> None:
    for call in (UPLOAD, LOOK):
        with pytest.raises(Transient):
            call.read(answer(status, b"<html>"))


@pytest.mark.parametrize(
    ("status", "code"), [(413, "media_too_large"), (415, "media_type_not_supported"), (431, "refused_by_network")]
)
def test_refused_upload_is_final(status: int, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        UPLOAD.read(answer(status))
    assert caught.value.code == code


RESET = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
STAMP = str(int(RESET.timestamp()))


@pytest.mark.parametrize(
    ("headers", "until", "wait", "scope"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": STAMP}, RESET, None, "account"),
        ({"x-rate-limit-reset": STAMP}, RESET, None, "account"),
        (
            {
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": "1795000000",
                "x-user-limit-24hour-remaining": "0",
                "x-user-limit-24hour-reset": STAMP,
            },
            RESET,
            None,
            "account",
        ),
        ({"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": STAMP}, RESET, None, "app"),
        (
            {
                "x-user-limit-24hour-remaining": "5",
                "x-user-limit-24hour-reset": "1795000000",
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": STAMP,
            },
            RESET,
            None,
            "account",
        ),
        ({"x-rate-limit-remaining": "7", "x-rate-limit-reset": STAMP}, None, timedelta(seconds=60), "account"),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, None, timedelta(seconds=60), "account"),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "9" * 11}, None, timedelta(seconds=60), "account"),
        ({}, None, timedelta(seconds=60), "account"),
    ],
)
def test_rate_limit_lasts_as_long_as_the_headers_say(
    headers: dict[str, str], until: datetime | None, wait: timedelta | None, scope: str
) -> None:
    with pytest.raises(RateLimited) as caught:
        POST.read(answer(429, {}, headers))
    assert (caught.value.until, caught.value.wait, caught.value.scope) == (until, wait, scope)


def test_url_is_the_one_that_a_person_opens() -> None:
    assert client.post_url("@dravo", "189") == "https://x.com/dravo/status/189"
