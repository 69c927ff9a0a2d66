"""What a user is told of X's refusals: which medium, which limit and until when, and what to do."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dravo.platforms.base import Call
from dravo.platforms.errors import RateLimited, Rejected, Transient
from dravo.platforms.x import client, media_client
from platforms.x.media import medium, video
from platforms.x.test_refusals import answer, invalid, problem, verdict

POST = client.create_post({"text": "Hello"})
SECOND, FILM = medium(index=1), video(index=1)
UPLOADS: dict[str, Call[Any]] = {
    "upload": media_client.upload_image(SECOND),
    "initialize": media_client.initialize(FILM),
    "append": media_client.append("7", FILM, 0),
    "finalize": media_client.finalize("7", FILM),
    "status": media_client.status("7", FILM),
}
NOT_FOUND = problem("Could not find it.", "https://api.x.com/2/problems/resource-not-found")
CALLS = "X's limit of calls of this kind for this account is reached"
RESET = datetime(2026, 11, 23, 12, 15, tzinfo=UTC)
STAMP = str(int(RESET.timestamp()))


@pytest.mark.parametrize("call", UPLOADS.values(), ids=list(UPLOADS))
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, problem("Video longer than 2 minutes"), "duration_not_supported"),
        (403, problem("You are not permitted to perform this action."), "not_permitted"),
        (403, problem("Something new"), "forbidden"),
        (404, NOT_FOUND, "not_found"),
        (413, b"", "media_too_large"),
        (415, b"", "media_type_not_supported"),
        (431, b"", "refused_by_network"),
    ],
)
def test_refused_upload_names_its_medium(call: Call[Any], status: int, body: object, code: str) -> None:
    said = verdict(call, answer(status, body))
    assert isinstance(said, Rejected)
    assert (said.code, said.pointer) == (code, "/media_urls/1")


@pytest.mark.parametrize("call", [call for name, call in UPLOADS.items() if name != "finalize"])
def test_medium_that_x_cannot_read_is_named_in_the_words_of_x(call: Call[Any]) -> None:
    said = verdict(call, answer(400, invalid("The image is corrupt")))
    assert isinstance(said, Rejected)
    assert (said.code, said.pointer) == ("media_refused", "/media_urls/1")
    assert 'convert it and post again. X says: "The image is corrupt".' in said.message


@pytest.mark.parametrize("detail", ["Your account is suspended.", "this account is temporarily locked."])
def test_refused_account_is_not_put_down_to_the_medium(detail: str) -> None:
    said = verdict(UPLOADS["upload"], answer(403, problem(detail)))
    assert isinstance(said, Rejected)
    assert said.pointer is None


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": STAMP},
            f"{CALLS}; it is tried again after 2026-11-23 12:15 UTC.",
        ),
        (
            {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": STAMP},
            "X's limit for this app within 24 hours is reached; it is tried again after 2026-11-23 12:15 UTC.",
        ),
        (
            {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": STAMP},
            "X's limit for this account within 24 hours is reached; it is tried again after 2026-11-23 12:15 UTC.",
        ),
        (
            {"x-rate-limit-reset": STAMP},
            f"{CALLS}; it is tried again after 2026-11-23 12:15 UTC.",
        ),
        ({}, f"{CALLS}; X does not say until when, so it is tried again in 1 min."),
    ],
)
def test_limit_is_said_with_its_end(headers: dict[str, str], message: str) -> None:
    said = verdict(POST, answer(429, {}, headers))
    assert isinstance(said, RateLimited)
    assert said.message == message


@pytest.mark.parametrize("status", [403, 429])
def test_limit_of_posts_a_day_is_said_as_such(status: int) -> None:
    body = problem("User is over daily status update limit.")
    said = verdict(POST, answer(status, body))
    assert said.message == (
        "X's limit of posts a day for this account is reached; X does not say until when, so it is tried again in 15 min."
    )
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": STAMP}
    said = verdict(POST, answer(status, body, headers))
    assert said.message == (
        "X's limit of posts a day for this account is reached; it is tried again after 2026-11-23 12:15 UTC."
    )


@pytest.mark.parametrize(
    ("date", "again"), [("Mon, 23 Nov 2026 12:00:00 GMT", "again after midnight UTC"), ("", "again in a day")]
)
def test_used_up_plan_says_when_it_is_tried_again(date: str, again: str) -> None:
    capped = problem("…", "https://api.x.com/2/problems/usage-capped", period="Daily")
    assert again in verdict(POST, answer(429, capped, {"date": date})).message


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (400, invalid("Your reply tweet ID is invalid."), "correct reply_to or leave it out"),
        (400, b"<html>", "check the text and the options"),
        (403, problem("… with duplicate content."), "change the text, or delete the earlier post"),
        (403, problem("you are mentioned or are the author"), "mentioned or quoted the account; leave reply_to out"),
        (403, problem("…", "https://x.com/2/problems/not-authorized-for-resource"), "mentioned or quoted the account;"),
        (403, problem("Reply to this conversation is not allowed"), "leave reply_to out"),
        (403, problem("Too many cashtags"), "without the dollar sign"),
        (403, problem("invalid URL"), "correct it or leave it out"),
        (403, b"", "look at the account on x.com"),
        (404, NOT_FOUND, 'check reply_to and place_id. X says: "Could not find it.".'),
    ],
)
def test_refused_post_says_what_to_do(status: int, body: object, advice: str) -> None:
    said = verdict(POST, answer(status, body))
    assert isinstance(said, Rejected)
    assert advice in said.message


def test_outage_is_said_to_pass() -> None:
    said = verdict(UPLOADS["upload"], answer(503, b"<html>"))
    assert isinstance(said, Transient)
    assert said.message == "X is out of service for the moment (it answered 503); it is tried again."
