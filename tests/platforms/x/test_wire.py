import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from dravo.kit.http import Reply
from dravo.platforms.base import Call
from dravo.platforms.errors import OutcomeUnknown, Rejected
from dravo.platforms.x import client
from dravo.platforms.x.client import Fields
from dravo.platforms.x.options import XOptions
from platforms.memory_run import TOKEN, real_hosts

POST = client.create_post({"text": "Hello"})
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


@pytest.mark.parametrize("fields", ["tweet.fields", "post.fields"])
def test_refusal_of_the_fields_is_an_answer(fields: Fields) -> None:
    call = client.own_posts("42", datetime(2026, 11, 23, tzinfo=UTC), fields=fields)
    named = {
        "errors": [{"parameters": {fields: ["created_at"]}, "message": f"The query parameter [{fields}] is unknown"}]
    }
    assert call.read(answer(400, named)).fields_refused
    assert not call.read(answer(200, {"meta": {"result_count": 0}})).fields_refused
    with pytest.raises(Rejected):
        call.read(answer(400, {"errors": [{"parameters": {"start_time": ["x"]}}]}))


async def test_look_has_another_spelling_and_further_pages() -> None:
    since = datetime(2026, 11, 23, 12, tzinfo=UTC)
    request = await wire(client.own_posts("42", since, fields="post.fields", page="next"), httpx.Response(200))
    assert dict(request.url.params) == {
        "max_results": "100",
        "start_time": "2026-11-23T12:00:00Z",
        "exclude": "retweets",
        "post.fields": "created_at,text,entities,attachments,referenced_posts,note_post",
        "pagination_token": "next",
    }


def test_url_is_the_one_that_a_person_opens() -> None:
    assert client.post_url("@dravo", "189") == "https://x.com/dravo/status/189"
