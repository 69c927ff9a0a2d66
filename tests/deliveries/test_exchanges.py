"""What people may see of a call never holds a secret, is short, and can be stored."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dravo.deliveries.exchanges import MAX_BYTES, bounded, redacted, redacted_text, shown_reply, shown_request
from dravo.kit.http import Payload, Reply, Request

SECRET = "s3cr3t-t0k3n-0123456789"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner, max_size=4)
    ),
    max_leaves=20,
)


@st.composite
def holding_a_secret(draw: st.DrawFn) -> Any:
    """Any JSON with the secret somewhere inside: as a value, in a text, or as a key."""
    inner: Any = draw(st.sampled_from([SECRET, f"Bearer {SECRET}!", {SECRET: 1}, f"a{SECRET}{SECRET}b"]))
    for _ in range(draw(st.integers(0, 4))):
        inner = draw(
            st.sampled_from([[inner, 1], {"message": inner}, {"access_token": inner}, {draw(st.text()): inner}])
        )
    return [inner, draw(JSON)]


@given(holding_a_secret())
def test_no_secret_survives_redaction(value: Any) -> None:
    assert SECRET not in json.dumps(redacted(value, [SECRET]))


@given(JSON)
def test_whatever_a_network_says_can_be_stored_as_jsonb(value: Any) -> None:
    text = json.dumps(redacted(value, [SECRET]), ensure_ascii=False, allow_nan=False)
    assert "\0" not in text
    assert "\\u0000" not in text
    text.encode()


@given(JSON)
def test_what_is_shown_is_bounded(value: Any) -> None:
    shown = bounded({"body": redacted([value] * 400, [])})
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= MAX_BYTES <= 4096


@pytest.mark.parametrize("body", ['"\\' * 5000, "é" * 5000, "\U0001f600" * 3000, "a" * 5000])
def test_a_long_answer_is_shown_as_its_beginning(body: str) -> None:
    shown = shown_reply(Reply(200, {}, json.dumps(body).encode()), [])
    assert shown["cut"].startswith('{"status": 200')
    size = len(json.dumps(shown, ensure_ascii=False).encode())
    assert MAX_BYTES * 0.4 < size <= MAX_BYTES


def test_nul_and_lone_surrogates_in_keys_and_values_are_replaced() -> None:
    assert redacted({"a\0": "b\0", "c": ["\ud800"]}, []) == {"a\ufffd": "b\ufffd", "c": ["?"]}


def test_nan_and_infinity_become_words() -> None:
    shown = shown_reply(Reply(200, {}, b'{"a": NaN, "b": [-Infinity]}'), [])
    assert shown["body"] == {"a": "nan", "b": ["-inf"]}


@pytest.mark.parametrize(
    "name", ["access_token", "refreshToken", "client_secret", "Authorization", "uploadUrl", "upload_url", "password"]
)
def test_what_is_named_like_a_secret_is_hidden_even_when_unknown(name: str) -> None:
    assert redacted({"outer": {name: "never seen before"}}, []) == {"outer": {name: "[hidden]"}}


async def _no_bytes() -> AsyncIterator[bytes]:
    yield b""


def test_a_request_shows_files_by_type_and_size_and_an_upload_address_by_its_host() -> None:
    payload = Payload("image/png", 123, "00" * 32, _no_bytes)
    request = Request(method="PUT", url=f"https://up.test/path?sig={SECRET}", content=payload, files={"media": payload})
    assert shown_request(request, [SECRET]) == {
        "method": "PUT",
        "url": "https://up.test/[hidden]",
        "files": {"media": "<image/png, 123 bytes>", "body": "<image/png, 123 bytes>"},
    }


def test_query_and_form_are_shown_without_secrets() -> None:
    request = Request(
        method="POST",
        host="h.test",
        path="/p",
        query={"access_token": "x", "q": SECRET},
        form={"message": "hi", "client_secret": "x"},
    )
    shown = shown_request(request, [SECRET])
    assert shown["query"] == {"access_token": "[hidden]", "q": "[hidden]"}
    assert shown["form"] == {"message": "hi", "client_secret": "[hidden]"}


def test_an_answer_that_is_no_json_is_shown_as_text() -> None:
    shown = shown_reply(Reply(502, {}, b"<html>\xff " + SECRET.encode()), [SECRET])
    assert shown == {"status": 502, "body": "<html>\ufffd [hidden]"}


@pytest.mark.parametrize(
    "body",
    [
        '{"data": {"publish_id": "v1", "upload_url": "https://up.test/?upload_id=1&upload_token=%s"}, "err',
        '{"data": {"publish_id": "v1", "upload_url": "https://up.test/?upload_id=1&upload_token=%s',
        '{"publish_id": "v1", "refresh_token" : "a\\"b%s", ',
        "<p>v1 https://up.test/?upload_token=%s</p>",
        "v1 token=%s " + "token" * 500_000,
        'v1 "token": "%s", "' + "token " * 500_000,
    ],
    ids=["address cut later", "address cut within", "escapes", "html", "hostile word", "hostile text"],
)
def test_a_secret_in_an_answer_that_was_cut_off_is_hidden_by_its_name(body: str) -> None:
    shown = shown_reply(Reply(200, {}, (body % SECRET).encode()), [])
    assert SECRET not in str(shown)
    assert "v1" in str(shown)


def test_an_answer_nested_beyond_reason_is_shown_as_text() -> None:
    shown = shown_reply(Reply(200, {}, b"[" * 100_000), [])
    assert len(json.dumps(shown)) <= MAX_BYTES


def test_an_empty_secret_hides_nothing() -> None:
    assert redacted_text("words", ["", "or"]) == "w[hidden]ds"
