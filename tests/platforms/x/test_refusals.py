import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dravo.kit.http import Reply
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
from dravo.platforms.x import client, media_client
from platforms.x.media import medium, video

POST = client.create_post({"text": "Hello"})
UPLOAD = media_client.upload_image(medium())
PARTS: dict[str, Call[Any]] = {
    "initialize": media_client.initialize(video()),
    "append": media_client.append("7", video(), 0),
    "finalize": media_client.finalize("7", video()),
    "status": media_client.status("7", video()),
}
LOOK = client.own_posts("42", datetime(2026, 11, 23, 12, tzinfo=UTC))
STEPS = {"upload": UPLOAD, **PARTS, "look": LOOK}
OF_MEDIA = {"upload": UPLOAD, **PARTS}


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def verdict(call: Call[Any], reply: Reply) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        call.read(reply)
    assert caught.value.raw["status"] == reply.status
    return caught.value


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
        CredentialsExpired,
        "permission_missing",
    ),
    (403, problem("Your account is suspended."), Rejected, "account_suspended"),
    (403, problem("To protect our users this account is temporarily locked."), Rejected, "account_locked"),
    (403, problem("Too many cashtags"), Rejected, "too_many_cashtags"),
    (403, problem("The Tweet contains an invalid URL."), Rejected, "invalid_link"),
    (403, problem("Video longer than 2 minutes"), Rejected, "duration_not_supported"),
    (403, problem("Something new"), Rejected, "forbidden"),
    (
        403,
        {"errors": [{"code": 185, "message": "User is over daily status update limit."}]},
        RateLimited,
        "rate_limited",
    ),
    (403, {"errors": [{"code": 185, "message": "over daily limit"}]}, RateLimited, "rate_limited"),
    (429, problem("User is over daily status update limit."), RateLimited, "rate_limited"),
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


@pytest.mark.parametrize("call", [POST, *STEPS.values()], ids=["post", *STEPS])
@pytest.mark.parametrize(("status", "body", "error", "code"), REFUSALS)
def test_refusal_means_the_same_on_every_call(
    call: Call[Any], status: int, body: object, error: type[PlatformError], code: str
) -> None:
    said = verdict(call, answer(status, body))
    assert (type(said), said.code) == (error, code)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (invalid("Your media IDs are invalid."), "media_refused", "/media_urls"),
        (invalid("Your reply tweet ID is invalid."), "reply_target_not_found", "/platform_options/x/reply_to"),
        (invalid("text: too weird"), "invalid_request", None),
        (b"<html>", "invalid_request", None),
        ({"errors": "none"}, "invalid_request", None),
    ],
)
def test_invalid_post_is_rejected_at_what_x_names(body: object, code: str, pointer: str | None) -> None:
    said = verdict(POST, answer(400, body))
    assert isinstance(said, Rejected)
    assert (said.code, said.pointer) == (code, pointer)


def test_words_of_x_are_in_the_sentence() -> None:
    assert "text: too weird" in verdict(POST, answer(400, invalid("text: too weird"))).message
    assert "Something new" in verdict(POST, answer(403, problem("Something new"))).message
    assert len(verdict(POST, answer(403, problem("x" * 9000))).message) < 400


@pytest.mark.parametrize("call", OF_MEDIA.values(), ids=list(OF_MEDIA))
@pytest.mark.parametrize("body", [problem("Forbidden"), {}, b""])
def test_bare_403_on_a_medium_means_a_missing_scope(call: Call[Any], body: object) -> None:
    said = verdict(call, answer(403, body))
    assert isinstance(said, CredentialsExpired)
    assert (said.code, said.renewable) == ("permission_missing", False)
    assert "media.write" in said.message
    assert isinstance(verdict(POST, answer(403, body)), Rejected)


def test_bare_403_on_a_look_names_the_scopes_of_looking() -> None:
    said = verdict(LOOK, answer(403, problem("Forbidden")))
    assert isinstance(said, CredentialsExpired)
    assert (said.code, said.renewable) == ("permission_missing", False)
    assert "tweet.read and users.read" in said.message


def test_token_of_no_user_is_not_worth_a_renewal() -> None:
    said = verdict(POST, answer(403, {"title": "Unsupported Authentication", "detail": "…", "type": "about:blank"}))
    assert isinstance(said, CredentialsExpired)
    assert (said.code, said.renewable) == ("permission_missing", False)
    assert "a user's token" in said.message


@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408, 409, 413, 418, 431])
def test_answer_outside_the_list_leaves_the_post_unknown(status: int) -> None:
    assert isinstance(verdict(POST, answer(status, b"<html>")), OutcomeUnknown)


@pytest.mark.parametrize("call", STEPS.values(), ids=list(STEPS))
@pytest.mark.parametrize("status", [500, 502, 503, 504, 302, 408])
def test_failing_step_is_tried_again(call: Call[Any], status: int) -> None:
    assert isinstance(verdict(call, answer(status, b"<html>")), Transient)


@pytest.mark.parametrize(
    ("status", "code"), [(413, "media_too_large"), (415, "media_type_not_supported"), (431, "refused_by_network")]
)
def test_refused_upload_is_final(status: int, code: str) -> None:
    said = verdict(UPLOAD, answer(status))
    assert isinstance(said, Rejected)
    assert (said.code, said.pointer) == (code, "/media_urls/0")


@pytest.mark.parametrize(
    ("date", "period", "until", "wait"),
    [
        ("Mon, 23 Nov 2026 23:59:59 GMT", "Daily", datetime(2026, 11, 24, tzinfo=UTC), None),
        ("Mon, 30 Nov 2026 00:00:00 GMT", "Daily", datetime(2026, 12, 1, tzinfo=UTC), None),
        ("Mon, 23 Nov 2026 12:00:00 GMT", "Monthly", datetime(2026, 11, 24, tzinfo=UTC), None),
        ("Mon, 23 Nov 2026 20:00:00 -0800", "Daily", datetime(2026, 11, 25, tzinfo=UTC), None),
        ("yesterday", "Daily", None, timedelta(days=1)),
        ("", None, None, timedelta(days=1)),
        ("Fri, 31 Dec 9999 12:00:00 GMT", "Daily", None, timedelta(days=1)),
    ],
)
def test_capped_plan_waits_for_midnight_by_the_clock_of_x(
    date: str, period: str | None, until: datetime | None, wait: timedelta | None
) -> None:
    body = problem("…", "https://api.x.com/2/problems/usage-capped", period=period, scope="Product")
    said = verdict(POST, answer(429, body, {"date": date}))
    assert isinstance(said, RateLimited)
    assert (said.until, said.wait, said.scope) == (until, wait, "app")
    assert {"Daily": "day", "Monthly": "month", None: "period"}[period] in said.message


@pytest.mark.parametrize("status", [403, 429])
def test_posts_of_a_day_are_waited_for_as_the_headers_say_or_a_while(status: int) -> None:
    body = problem("User is over daily status update limit.")
    said = verdict(POST, answer(status, body))
    assert isinstance(said, RateLimited)
    assert said.wait == timedelta(minutes=15)
    headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": STAMP}
    said = verdict(POST, answer(status, body, headers))
    assert isinstance(said, RateLimited)
    assert said.until == RESET


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
        ({"x-rate-limit-reset": STAMP, "date": "Fri, 23 Oct 2026 12:15:00 GMT"}, RESET, None, "account"),
        (
            {"x-rate-limit-reset": STAMP, "date": "Thu, 22 Oct 2026 12:14:59 GMT"},
            None,
            timedelta(seconds=60),
            "account",
        ),
        ({"x-rate-limit-reset": STAMP, "date": "a while ago"}, RESET, None, "account"),
        (
            {
                "x-app-limit-24hour-remaining": "0",
                "x-app-limit-24hour-reset": "1999999999",
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": STAMP,
                "date": "Mon, 23 Nov 2026 12:00:00 GMT",
            },
            RESET,
            None,
            "account",
        ),
    ],
)
def test_rate_limit_lasts_as_long_as_the_headers_say(
    headers: dict[str, str], until: datetime | None, wait: timedelta | None, scope: str
) -> None:
    with pytest.raises(RateLimited) as caught:
        POST.read(answer(429, {}, headers))
    assert (caught.value.until, caught.value.wait, caught.value.scope) == (until, wait, scope)
