"""What the usage headers say: how long to stay away, and when to rest."""

import json
from datetime import timedelta
from typing import Any

import pytest

from dravo.kit.http import Reply
from dravo.platforms._graph.usage import NEARLY_ALL, REST, rest, usage_wait
from dravo.platforms.errors import RateLimited
from dravo.platforms.facebook import PLATFORM as FACEBOOK
from dravo.platforms.instagram import PLATFORM as INSTAGRAM
from platforms.graph.test_error_table import read, refusal

APP, BUSINESS = "x-app-usage", "x-business-use-case-usage"


def told(header: str, usage: Any) -> Reply:
    return Reply(200, {header: usage if isinstance(usage, str) else json.dumps(usage)}, b"{}")


def test_a_throttled_call_waits_as_long_as_the_longest_header_says_and_else_an_hour() -> None:
    usage = '{"1":[{"type":"pages","estimated_time_to_regain_access":7},{"estimated_time_to_regain_access":12}]}'
    answer = refusal(80001)
    limited = read(Reply(400, {BUSINESS: usage}, answer.body), "step")
    assert isinstance(limited, RateLimited)
    assert limited.wait == timedelta(minutes=12)
    plain = read(answer, "step")
    assert isinstance(plain, RateLimited)
    assert plain.wait == timedelta(hours=1)


@pytest.mark.parametrize("share", ["call_count", "total_cputime", "total_time"])
@pytest.mark.parametrize(("per_cent", "rests"), [(NEARLY_ALL - 1, None), (NEARLY_ALL, REST), (130, REST)])
def test_an_account_rests_when_nearly_all_is_used_up(share: str, per_cent: int, rests: timedelta | None) -> None:
    assert rest(told(APP, {"call_count": 1, share: per_cent})) == rests
    assert rest(told(BUSINESS, {"9": [{"type": "pages", "call_count": 2, share: per_cent}]})) == rests


def test_a_time_that_is_told_goes_before_the_rest_of_our_own() -> None:
    usage = {"1": [{"call_count": 100, "estimated_time_to_regain_access": 90}], "2": [{"call_count": 3}]}
    assert rest(told(BUSINESS, usage)) == timedelta(minutes=90)
    assert rest(told(BUSINESS, {"1": [{"call_count": 3, "estimated_time_to_regain_access": 0}]})) is None


@pytest.mark.parametrize("header", [APP, BUSINESS])
@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "[]",
        "{",
        "7",
        "null",
        "[" * 100_000,
        {"1": {}},
        {"1": ["x"]},
        {"1": [{"estimated_time_to_regain_access": "9", "call_count": "99"}]},
        {"1": [{"estimated_time_to_regain_access": -9, "call_count": True}]},
        {"call_count": "99"},
    ],
    ids=lambda garbage: str(garbage)[:20],
)
def test_a_strange_header_says_nothing(header: str, garbage: Any) -> None:
    assert usage_wait(told(header, garbage)) is None
    assert rest(told(header, garbage)) is None


@pytest.mark.parametrize("minutes", [1440, 1441, 5_256_000, 10**10, 10**400])
def test_no_header_asks_for_more_than_a_day(minutes: int) -> None:
    header = told(BUSINESS, {"1": [{"estimated_time_to_regain_access": minutes}]})
    assert usage_wait(header) == rest(header) == timedelta(days=1)


@pytest.mark.parametrize(("share", "rests"), [(94.9, False), (95.0, True), (96.4, True)])
def test_shares_may_have_fractions(share: float, rests: bool) -> None:
    assert (rest(told(APP, {"call_count": share})) is not None) == rests


def test_an_answer_without_headers_asks_for_no_rest() -> None:
    assert rest(Reply(200, {}, b"{}")) is None


def test_both_networks_rest_by_them() -> None:
    assert FACEBOOK.rest is rest
    assert INSTAGRAM.rest is rest
