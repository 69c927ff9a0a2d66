import re
from typing import Any

import httpx
import pytest

from dravo.kit.http import Reply, UnreadableAnswer
from dravo.platforms._graph.error_table import ROWS, row_of, row_of_subcode
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


@pytest.mark.parametrize("key", list(ROWS))
def test_every_row_becomes_a_verdict_with_a_sentence(key: tuple[int | None, int | None]) -> None:
    row = ROWS[key]
    verdict = as_error(row)
    assert verdict.code == row.code
    assert verdict.message[0].isupper()
    assert verdict.message.endswith(".")
    if isinstance(verdict, RateLimited):
        assert verdict.wait
    if isinstance(verdict, Rejected | CredentialsExpired | Misconfigured):
        # What is wrong, and what to do about it.
        assert re.search(r"[;,] ", verdict.message)
    if isinstance(verdict, CredentialsExpired):
        assert verdict.renewable == (key[0] in {102, 190})


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


@pytest.mark.parametrize("words", ["(#368) You have already posted this.", "(#368) Duplicate status message"])
def test_a_block_for_the_same_content_again_is_no_block_for_a_while(words: str) -> None:
    said = refusal(368, message=words)
    assert read(said, "step").code == "duplicate_content"
    assert isinstance(read(said, "commit"), OutcomeUnknown)
    assert read(refusal(368, 1390008, message=words), "commit").code == "posting_too_fast"


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


def test_metas_words_reach_the_user_but_never_those_about_a_token() -> None:
    refused = read(refusal(100, error_user_msg="Pick another place."), "step")
    assert "Pick another place." in refused.message
    expired = read(refusal(190, message="Malformed access token EAAsecret"), "step")
    assert "EAAsecret" not in str(expired.raw) + expired.message
    forbidden = read(refusal(200, message="(#200) Requires pages_manage_posts"), "step")
    assert "pages_manage_posts" in forbidden.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refusal(506, message="(#506) Duplicate status message"), "Meta answered (#506) Duplicate status message, "),
        (refusal(100, 33, message="Unsupported post request."), "Meta answered (#100/33) Unsupported post request, "),
        (refusal(2, message="no", error_user_msg="Try later.", status=500), "Meta answered HTTP 500 (#2) Try later, "),
        (refusal(190, message="Malformed token EAAsecret", status=500), "Meta answered HTTP 500 (#190), "),
        (refusal(None, message="It broke"), "Meta answered It broke, "),
        (refusal(None, message=""), "Meta answered an error, "),
    ],
)
def test_what_leaves_a_commit_open_is_told(answer: Reply, said: str) -> None:
    unknown = read(answer, "commit")
    assert isinstance(unknown, OutcomeUnknown)
    assert unknown.message == f"{said}after which the post may stand all the same."


def test_an_unreadable_answer_is_not_raised_through() -> None:
    with pytest.raises(PlatformError) as raised:
        reader(Id, "read")(Reply(200, {}, b"{"))
    assert not isinstance(raised.value, UnreadableAnswer)
