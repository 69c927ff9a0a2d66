"""Whatever comes in: a 4xx problem document, no echo of a value, and no row written."""

import json
from typing import Any

import httpx
import pytest

from support.door import Door, assert_problem, codes
from support.hostile import (
    BAD_TIMES,
    BAD_URLS,
    FIELDS,
    MALFORMED,
    MARK,
    OPTIONS,
    WRONG_TOP,
    with_,
    wrong_for,
)

JSON = {"content-type": "application/json"}


async def send(door: Door, body: dict[str, Any] | bytes, account: str = "x") -> httpx.Response:
    account_id = await door.account(account)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await door.http.post("/v1/posts", content=raw.replace(b"ACCOUNT", account_id.encode()), headers=JSON)


async def assert_refused(door: Door, response: httpx.Response, code: str = "validation_error") -> dict[str, Any]:
    document = assert_problem(response, 400, code)
    assert MARK not in response.text
    assert await door.nothing_stored()
    return document


@pytest.mark.parametrize("name", MALFORMED)
async def test_malformed_body_is_refused(door: Door, name: str) -> None:
    await assert_refused(door, await send(door, MALFORMED[name]), "malformed_json")


@pytest.mark.parametrize("body", WRONG_TOP, ids=repr)
async def test_body_that_is_no_object_is_refused(door: Door, body: Any) -> None:
    await assert_refused(door, await send(door, json.dumps(body).encode()))


@pytest.mark.parametrize(
    "template",
    [
        '{"account_ids":["ACCOUNT"],"text":"%s"}',
        '{"account_ids":["ACCOUNT","%s"],"text":"a"}',
        '{"account_ids":["ACCOUNT"],"text":"a","%s":1}',
        '{"account_ids":["ACCOUNT"],"text":"a","media_urls":["https://a.example/%s"]}',
        '{"account_ids":["ACCOUNT"],"text":"a","platform_options":{"%s":{}}}',
        '{"account_ids":["ACCOUNT"],"text":"a","platform_options":{"x":{"%s":1}}}',
        '{"account_ids":["ACCOUNT"],"text":"a","platform_options":{"x":{"first_comment":"%s"}}}',
        '{"account_ids":["ACCOUNT"],"text":"a","scheduled_at":"%s"}',
    ],
)
async def test_lone_surrogates_and_nul_are_refused_in_values_and_names(door: Door, template: str) -> None:
    for escape in ("\\ud800", "\\udc00", "\\udfff\\ud800", "a\\ud83d", "\\u0000", "a\\u0000b"):
        document = await assert_refused(door, await send(door, (template % escape).encode()))
        assert document["errors"][0]["code"] == "invalid_text", escape


@pytest.mark.parametrize("field", FIELDS)
async def test_no_field_is_coerced(door: Door, field: str) -> None:
    for value in wrong_for(FIELDS[field]):
        document = await assert_refused(door, await send(door, with_(**{field: value})))
        assert any(error["pointer"].startswith(f"/{field}") for error in document["errors"]), value


@pytest.mark.parametrize(("network", "option"), OPTIONS)
async def test_no_option_is_coerced(door: Door, network: str, option: str) -> None:
    pointer = f"/platform_options/{network}/{option}"
    for value in wrong_for(OPTIONS[network, option]):
        document = await assert_refused(door, await send(door, with_(platform_options={network: {option: value}})))
        assert any(error["pointer"].startswith(pointer) for error in document["errors"]), value


@pytest.mark.parametrize("value", [None, 1, 1.5, True, {}, []])
@pytest.mark.parametrize("field", ["account_ids", "media_urls"])
async def test_no_entry_of_a_list_is_coerced(door: Door, field: str, value: Any) -> None:
    document = await assert_refused(door, await send(door, with_(**{field: [value]})))
    assert document["errors"][0]["pointer"] == f"/{field}/0"


async def test_bad_time_is_refused(door: Door) -> None:
    for value in BAD_TIMES:
        document = await assert_refused(door, await send(door, with_(scheduled_at=value)))
        assert document["errors"][0]["pointer"] == "/scheduled_at", value


async def test_bad_media_url_is_refused(door: Door) -> None:
    for value in BAD_URLS:
        document = await assert_refused(door, await send(door, with_(media_urls=["https://ok.example/a.jpg", value])))
        assert document["errors"][0]["pointer"] == "/media_urls/1", value


@pytest.mark.parametrize(
    ("options", "pointer", "code", "said"),
    [
        ({"threads": {}}, "/platform_options/threads", "unknown_platform", "known are"),
        ({"meta": {"as_reel": True}}, "/platform_options/meta", "unknown_platform", "known are"),
        ({"X": {}}, "/platform_options/X", "unknown_platform", "did you mean 'x'?"),
        ({"facebok": {}}, "/platform_options/facebok", "unknown_platform", "did you mean 'facebook'?"),
        (
            {"facebook": {"firstComent": MARK}},
            "/platform_options/facebook/firstComent",
            "unknown_option",
            "did you mean 'first_comment'?",
        ),
        (
            {"x": {"poll": {"options": ["a", "b"], "duration_minutes": 5, "zzzz": 1}}},
            "/platform_options/x/poll/zzzz",
            "unknown_option",
            "known are",
        ),
        ({"x": {"a/b~c": 1}}, "/platform_options/x/a~1b~0c", "unknown_option", "known are"),
    ],
)
async def test_unknown_names_in_options_are_refused_with_a_suggestion(
    door: Door, options: dict[str, Any], pointer: str, code: str, said: str
) -> None:
    document = await assert_refused(door, await send(door, with_(platform_options=options)))
    assert codes(document) == {(pointer, code)}
    assert said in document["detail"]


async def test_unknown_field_is_refused(door: Door) -> None:
    document = await assert_refused(door, await send(door, with_(txt=MARK)))
    assert codes(document) == {("/txt", "unknown_field")}
    assert "did you mean 'text'?" in document["detail"]


async def test_long_names_are_cut_and_many_errors_are_bounded(door: Door) -> None:
    fields = {f"{i:05}" + "é" * 500: MARK for i in range(300)}
    response = await send(door, with_(**fields))
    document = await assert_refused(door, response)
    assert len(document["errors"]) <= 100
    assert all(len(error["pointer"]) <= 81 for error in document["errors"])


@pytest.mark.parametrize("text", ["", " ", "\n\t\r ", "\u00a0\u2003\u3000", "a" * 5001, "é" * 5001, "😀" * 5001])
async def test_text_out_of_its_bounds_is_refused(door: Door, text: str) -> None:
    document = await assert_refused(door, await send(door, with_(text=text)))
    assert document["errors"][0]["pointer"] == "/text"


@pytest.mark.parametrize("missing", ["account_ids", "text"])
async def test_required_field_is_required_and_null_is_no_value(door: Door, missing: str) -> None:
    body = with_()
    del body[missing]
    assert codes(await assert_refused(door, await send(door, body))) == {(f"/{missing}", "required")}
    await assert_refused(door, await send(door, with_(**{missing: None})))


async def test_no_accounts_and_too_many_are_refused(door: Door) -> None:
    for ids in ([], [f"acc_{i}" for i in range(101)]):
        document = await assert_refused(door, await send(door, with_(account_ids=ids)))
        assert document["errors"][0]["pointer"] == "/account_ids"


async def test_the_same_account_twice_is_refused(door: Door) -> None:
    document = await assert_refused(door, await send(door, with_(account_ids=["ACCOUNT", "acc_other", "ACCOUNT"])))
    assert codes(document) == {("/account_ids", "duplicate_account")}


async def test_more_than_35_media_are_refused(door: Door) -> None:
    urls = [f"https://cdn.example.com/{i}.jpg" for i in range(36)]
    document = await assert_refused(door, await send(door, with_(media_urls=urls)))
    assert codes(document) == {("/media_urls", "too_many")}


@pytest.mark.parametrize("account_id", ["acc_nobody", "", "%", "' OR 1=1 --", MARK, "a" * 100_000])
async def test_unknown_account_is_refused_by_its_place(door: Door, account_id: str) -> None:
    document = await assert_refused(door, await send(door, with_(account_ids=["ACCOUNT", account_id])))
    assert codes(document) == {("/account_ids/1", "unknown_account")}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "text/json"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=a"},
        {"content-type": "application/json5"},
        {"content-type": "application/problem+json"},
        {"content-type": ""},
        {},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json;charset="},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "br"},
        {"content-type": "application/json", "content-encoding": "identity"},
    ],
    ids=repr,
)
async def test_other_types_charsets_and_encodings_are_415(door: Door, headers: dict[str, str]) -> None:
    account_id = await door.account("x")
    body = json.dumps(with_(account_ids=[account_id])).encode()
    assert_problem(await door.http.post("/v1/posts", content=body, headers=headers), 415, "unsupported_media_type")
    assert await door.nothing_stored()


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json ;a=b"]
)
async def test_spellings_of_json_in_utf8_are_read(door: Door, content_type: str) -> None:
    account_id = await door.account("x")
    body = json.dumps(with_(account_ids=[account_id])).encode()
    answer = await door.http.post("/v1/posts", content=body, headers={"content-type": content_type})
    assert answer.status_code == 202


async def test_body_over_1_mib_is_413_with_its_length_announced_or_not(door: Door) -> None:
    chunks_sent = 0

    async def chunks(number: int) -> Any:
        nonlocal chunks_sent
        for _ in range(number):
            chunks_sent += 1
            yield b" " * 65536

    announced = await door.http.post("/v1/posts", content=b" " * (1024 * 1024 + 1), headers=JSON)
    assert_problem(announced, 413, "payload_too_large")
    chunked = await door.http.post("/v1/posts", content=chunks(1000), headers=JSON)
    assert_problem(chunked, 413, "payload_too_large")
    assert chunks_sent == 17, "reading stops where the limit is passed"
    lying = await door.http.post("/v1/posts", content=chunks(20), headers=JSON | {"content-length": "5"})
    assert_problem(lying, 413, "payload_too_large")
    fitting = await door.http.post("/v1/posts", content=b" " * (1024 * 1024), headers=JSON)
    assert_problem(fitting, 400, "malformed_json")
    assert await door.nothing_stored()


async def test_credential_and_path_are_judged_before_the_body(door: Door) -> None:
    bad = {"content": b" " * (2 * 1024 * 1024), "headers": {"content-type": "text/plain", "authorization": "x"}}
    assert_problem(await door.http.post("/v1/posts", **bad), 401, "invalid_credentials")  # type: ignore[arg-type]
    assert_problem(await door.http.post("/v1/nothing", **bad), 404, "not_found")  # type: ignore[arg-type]
    assert_problem(await door.http.put("/v1/posts", **bad), 405, "method_not_allowed")  # type: ignore[arg-type]


async def test_all_violations_are_listed_together(door: Door) -> None:
    page = await door.account("instagram")
    x = await door.account("x")
    body = {
        "account_ids": [page, "acc_nobody", x],
        "text": "é" * 4000,
        "scheduled_at": "2000-01-01T00:00:00Z",
        "media_urls": [f"http://127.0.0.1:8800/u/media_{'0' * 26}.jpg"],
    }
    document = await assert_refused(door, await door.create(body))
    assert {
        ("/account_ids/1", "unknown_account"),
        ("/scheduled_at", "scheduled_too_soon"),
        ("/media_urls/0", "unknown_media"),
        ("/text", "text_too_long"),
    } <= codes(document)
    about_text = [error for error in document["errors"] if error["pointer"] == "/text"]
    assert {(error["account_id"], error["platform"]) for error in about_text} == {(page, "instagram"), (x, "x")}


async def test_fault_of_shape_does_not_hide_faults_of_other_fields(door: Door) -> None:
    body = {
        "account_ids": ["acc_nobody"],
        "text": "",
        "scheduled_at": "2000-01-01T00:00:00Z",
        "platform_options": {"x": {"polls": 1}},
        "media_urls": [f"http://127.0.0.1:8800/u/media_{'0' * 26}.jpg"],
    }
    document = await assert_refused(door, await door.create(body))
    assert codes(document) == {
        ("/text", "too_short"),
        ("/platform_options/x/polls", "unknown_option"),
        ("/account_ids/0", "unknown_account"),
        ("/scheduled_at", "scheduled_too_soon"),
        ("/media_urls/0", "unknown_media"),
    }


async def test_unread_field_makes_no_network_complain_about_it(door: Door) -> None:
    instagram = await door.account("instagram")
    document = await assert_refused(
        door, await door.create({"account_ids": [instagram], "text": "Hello", "media_urls": ["ftp://a.example/b"]})
    )
    assert codes(document) == {("/media_urls/0", "invalid_url")}
