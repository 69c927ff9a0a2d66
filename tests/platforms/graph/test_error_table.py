from datetime import timedelta
from typing import Any

import httpx
import pytest

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms._graph.error_table import ROWS, row_of, row_of_subcode
from dravo.platforms._graph.usage import usage_wait
from dravo.platforms._graph.wire import Id, Purpose, as_error, reader
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Rejected,
    Transient,
)


def reply(status: int = 400, body: Any = None, **headers: str) -> Reply:
    response = httpx.Response(status, json=body)
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, response.content)


def refusal(code: int | None, subcode: int | None = None, status: int = 400, **more: Any) -> Reply:
    error = {"message": f"(#{code}) no", "type": "OAuthException", "code": code, "fbtrace_id": "A1", **more}
    return reply(status, {"error": error | ({"error_subcode": subcode} if subcode is not None else {})})


def read(answer: Reply, purpose: Purpose) -> PlatformError:
    with pytest.raises(PlatformError) as raised:
        reader(Id, purpose)(answer)
    return raised.value


STEPS_AND_COMMITS: list[tuple[int | None, int | None, type[PlatformError], type[PlatformError]]] = [
    (1, None, Transient, OutcomeUnknown),
    (2, None, Transient, OutcomeUnknown),
    (3, None, Misconfigured, Misconfigured),
    (4, None, RateLimited, RateLimited),
    (4, 2207051, RateLimited, OutcomeUnknown),
    (9, 2207042, RateLimited, RateLimited),
    (10, None, CredentialsExpired, CredentialsExpired),
    (17, None, RateLimited, RateLimited),
    (24, 2207006, Rejected, Rejected),
    (24, 2207008, Transient, OutcomeUnknown),
    (25, 2207050, CredentialsExpired, CredentialsExpired),
    (32, None, RateLimited, RateLimited),
    (100, None, Rejected, Rejected),
    (100, 33, Rejected, OutcomeUnknown),
    (100, 2207023, Rejected, Rejected),
    (100, 2207028, Rejected, Rejected),
    (100, 2207040, Rejected, Rejected),
    (102, None, CredentialsExpired, CredentialsExpired),
    (104, None, Misconfigured, Misconfigured),
    (110, 2207018, Rejected, Rejected),
    (190, None, CredentialsExpired, CredentialsExpired),
    (190, 458, CredentialsExpired, CredentialsExpired),
    (190, 463, CredentialsExpired, CredentialsExpired),
    (190, 492, CredentialsExpired, CredentialsExpired),
    (190, 2069032, CredentialsExpired, CredentialsExpired),
    (200, None, CredentialsExpired, CredentialsExpired),
    (200, 2069030, Misconfigured, Misconfigured),
    (1, 2853006, CredentialsExpired, CredentialsExpired),
    (283, None, CredentialsExpired, CredentialsExpired),
    (324, None, Rejected, Rejected),
    (341, None, RateLimited, RateLimited),
    (368, None, RateLimited, RateLimited),
    (368, 1390008, RateLimited, RateLimited),
    (506, None, Rejected, OutcomeUnknown),
    (613, None, RateLimited, RateLimited),
    (2500, None, Misconfigured, Misconfigured),
    (9004, 2207052, Transient, Transient),
    (9007, 2207027, Transient, Transient),
    (36000, 2207004, Rejected, Rejected),
    (36001, 2207005, Rejected, Rejected),
    (36003, 2207009, Rejected, Rejected),
    (36004, 2207010, Rejected, Rejected),
    (-1, 2207001, Transient, OutcomeUnknown),
    (-1, 2207032, Transient, Transient),
    (-2, 2207003, Transient, Transient),
    (-2, 2207020, Rejected, Rejected),
    (80001, None, RateLimited, RateLimited),
    (80002, None, RateLimited, RateLimited),
    (1609005, None, Rejected, Rejected),
    (100, 1366046, Rejected, Rejected),
    (100, 1366051, Rejected, OutcomeUnknown),
    (368, 1346003, Rejected, Rejected),
    (100, 1404006, CredentialsExpired, CredentialsExpired),
    (100, 1404078, CredentialsExpired, CredentialsExpired),
    (100, 1404102, Rejected, Rejected),
    (100, 1404112, CredentialsExpired, CredentialsExpired),
    (100, 4854002, CredentialsExpired, CredentialsExpired),
    (100, 1609010, Transient, Transient),
    (100, 2069019, Rejected, Rejected),
]


@pytest.mark.parametrize(("code", "subcode", "on_step", "on_commit"), STEPS_AND_COMMITS)
def test_a_code_means_this_on_a_step_and_that_on_a_commit(
    code: int, subcode: int | None, on_step: type[PlatformError], on_commit: type[PlatformError]
) -> None:
    assert type(read(refusal(code, subcode), "step")) is on_step
    assert type(read(refusal(code, subcode), "commit")) is on_commit


@pytest.mark.parametrize("key", list(ROWS))
def test_every_row_becomes_a_verdict_with_a_sentence(key: tuple[int | None, int | None]) -> None:
    row = ROWS[key]
    verdict = as_error(row)
    assert verdict.code == row.code
    assert verdict.message[0].isupper()
    assert verdict.message.endswith(".")
    if isinstance(verdict, RateLimited):
        assert verdict.wait


def test_the_whole_range_from_200_to_299_is_missing_permissions() -> None:
    assert isinstance(read(refusal(299, status=403), "commit"), CredentialsExpired)


def test_a_missing_subcode_falls_back_on_the_only_meaning_of_a_code() -> None:
    row = row_of(9007, None)
    assert row is not None
    assert row.code == "container_not_ready"
    assert row_of(100, 987654) is ROWS[100, None]
    assert row_of(24, None) is None
    assert row_of(None, None) is None


def test_a_subcode_alone_is_understood() -> None:
    row = row_of_subcode(2207082)
    assert row is not None
    assert row.kind == "rejected"
    assert row_of_subcode(1) is None


def test_an_unknown_code_refuses_a_step_and_leaves_a_commit_open() -> None:
    assert read(refusal(987654), "step").code == "rejected_by_network"
    assert isinstance(read(refusal(987654), "commit"), OutcomeUnknown)
    assert isinstance(read(refusal(987654, status=500), "step"), Transient)


def test_is_transient_softens_a_refusal() -> None:
    assert isinstance(read(refusal(100, is_transient=True), "step"), Transient)
    assert isinstance(read(refusal(100, is_transient=True), "commit"), OutcomeUnknown)
    assert isinstance(read(refusal(190, is_transient=True), "step"), CredentialsExpired)


def test_an_object_that_a_read_does_not_see_may_still_be_there() -> None:
    verdict = read(refusal(100, 33), "read")
    assert isinstance(verdict, Transient)
    assert verdict.code == "object_unreadable"


@pytest.mark.parametrize(
    ("status", "purpose", "kind"),
    [
        (502, "step", Transient),
        (502, "read", Transient),
        (502, "commit", OutcomeUnknown),
        (404, "commit", OutcomeUnknown),
        (429, "step", RateLimited),
        (200, "commit", OutcomeUnknown),
        (200, "step", Transient),
    ],
)
def test_an_answer_that_is_not_metas_json(status: int, purpose: Purpose, kind: type[PlatformError]) -> None:
    assert type(read(Reply(status, {}, b"<html>"), purpose)) is kind


def test_a_commit_without_an_id_in_its_answer_is_unknown() -> None:
    assert isinstance(read(reply(200, {"success": True}), "commit"), OutcomeUnknown)


def test_an_error_inside_a_200_is_an_error() -> None:
    assert isinstance(read(refusal(190, status=200), "step"), CredentialsExpired)


def test_the_usage_header_says_how_long_to_stay_away() -> None:
    usage = '{"1":[{"type":"pages","estimated_time_to_regain_access":7},{"estimated_time_to_regain_access":12}]}'
    answer = refusal(80001)
    verdict = read(Reply(400, {"x-business-use-case-usage": usage}, answer.body), "step")
    assert isinstance(verdict, RateLimited)
    assert verdict.wait == timedelta(minutes=12)
    plain = read(answer, "step")
    assert isinstance(plain, RateLimited)
    assert plain.wait == timedelta(hours=1)


@pytest.mark.parametrize(
    "header", ["", "[]", "{", '{"1":{}}', '{"1":["x"]}', '{"1":[{"estimated_time_to_regain_access":"9"}]}']
)
def test_a_strange_usage_header_says_nothing(header: str) -> None:
    assert usage_wait(Reply(400, {"x-business-use-case-usage": header}, b"")) is None


def test_metas_words_reach_the_user_but_never_those_about_a_token() -> None:
    refused = read(refusal(100, error_user_msg="Pick another place."), "step")
    assert "Pick another place." in refused.message
    expired = read(refusal(190, message="Malformed access token EAAsecret"), "step")
    assert "EAAsecret" not in str(expired.raw) + expired.message


def test_an_unreadable_answer_is_not_raised_through() -> None:
    with pytest.raises(PlatformError) as raised:
        reader(Id, "read")(Reply(200, {}, b"{"))
    assert not isinstance(raised.value, UnreadableAnswer)
