"""From failures to decisions: no database, no clock, only the table."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dravo.deliveries.retry import (
    COMMENT_PATIENCE,
    COMMENT_TRIES,
    HOLD,
    Decision,
    Patience,
    Situation,
    Suspended,
    backoff,
    comment_verdict,
    decide,
)
from dravo.lifecycle.states import Status
from dravo.platforms.errors import (
    CredentialsExpired,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    StepsExpired,
    Transient,
    Unsettled,
)

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PATIENCE = Patience.of(15, 900, 5)
State = Literal["open", "confirmed", "refused", "refuted"]
STATES: tuple[State | None, ...] = (None, "open", "confirmed", "refused", "refuted")
SENT = {"open", "confirmed"}


def at(state: State | None = None, *, late: bool = False, attempts: int = 0) -> Situation:
    return Situation(attempts, state, late, NOW)


def decided(failure: BaseException, situation: Situation, random: float = 0.5) -> Decision:
    return decide(failure, situation, PATIENCE, lambda: random)


FAILURES = st.sampled_from(
    [
        Suspended("ready", timedelta(seconds=3)),
        StepsExpired("container"),
        RateLimited("slow", wait=timedelta(minutes=3)),
        RateLimited("slow", until=NOW + timedelta(hours=1)),
        RateLimited("slow", until=NOW - timedelta(hours=1)),
        RateLimited("slow"),
        Misconfigured("scope", "missing", scope="account"),
        CredentialsExpired("reconnect"),
        Rejected("too_long", "shorten"),
        OutcomeUnknown("lost"),
        Unsettled("looked"),
        Transient("down", "again"),
        Transient("down", "again", retry_after=timedelta(minutes=9)),
        KeyError("a fault of ours"),
    ]
)
SITUATIONS = st.builds(
    Situation,
    attempts=st.integers(0, 10_000),
    publish_state=st.sampled_from(STATES),
    late=st.booleans(),
    now=st.just(NOW),
)
CHANCES = st.floats(0, 1, exclude_max=True)


@given(FAILURES, SITUATIONS, CHANCES)
def test_what_was_sent_never_becomes_failed_and_what_was_not_never_unconfirmed(
    failure: BaseException, situation: Situation, random: float
) -> None:
    decision = decided(failure, situation, random)
    if situation.publish_state in SENT:
        assert decision.status in {Status.queued, Status.unconfirmed}
    elif not isinstance(failure, Unsettled):  # only a journal with an open or lost commit raises it
        assert decision.status in {Status.queued, Status.failed}


@given(FAILURES, SITUATIONS, CHANCES)
def test_a_queued_delivery_is_due_now_or_later_and_a_final_one_never(
    failure: BaseException, situation: Situation, random: float
) -> None:
    decision = decided(failure, situation, random)
    if decision.status is Status.queued:
        assert decision.due_at is not None
        assert decision.due_at >= NOW
        assert decision.waiting_for
    else:
        assert decision.due_at is None


@given(FAILURES, SITUATIONS, CHANCES)
def test_no_new_generation_begins_while_something_is_sent(
    failure: BaseException, situation: Situation, random: float
) -> None:
    if situation.publish_state in SENT:
        assert not decided(failure, situation, random).new_generation


@given(st.integers(0, 10_000), CHANCES)
def test_backoff_is_within_its_doubling_bound_and_the_cap(attempts: int, random: float) -> None:
    pause = backoff(attempts, PATIENCE, lambda: random)
    assert timedelta() <= pause <= timedelta(seconds=900)
    assert pause <= timedelta(seconds=15) * 2 ** min(attempts, 10)


def test_backoff_uses_the_whole_of_its_bound() -> None:
    bounds = [backoff(n, PATIENCE, lambda: 1.0).total_seconds() for n in range(8)]
    assert bounds == [15, 30, 60, 120, 240, 480, 900, 900]


@given(st.integers(1, 10**6), CHANCES)
def test_a_rate_limit_is_waited_out_and_at_most_a_twentieth_longer(seconds: int, random: float) -> None:
    wait = timedelta(seconds=seconds)
    decision = decided(RateLimited("slow", until=NOW + wait), at(), random)
    assert decision.due_at is not None
    assert NOW + wait <= decision.due_at <= NOW + wait * 1.05
    assert decision.pause_account_until == NOW + wait
    assert not decision.counts


def test_a_rate_limit_in_the_past_or_without_a_time_still_pauses() -> None:
    assert decided(RateLimited("slow", until=NOW - timedelta(days=1)), at()).pause_account_until == NOW + timedelta(
        seconds=1
    )
    assert decided(RateLimited("slow"), at()).pause_account_until == NOW + timedelta(minutes=1)


def test_a_limit_that_concerns_one_post_leaves_its_account_alone() -> None:
    decision = decided(RateLimited("full", wait=timedelta(days=1), scope="post"), at())
    assert (decision.waiting_for, decision.counts, decision.pause_account_until) == ("rate_limit", False, None)
    assert decision.due_at is not None
    assert decision.due_at >= NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("failure", "state", "late", "status", "more"),
    [
        (Suspended("ready", timedelta(seconds=3)), None, False, "queued", {"waiting_for": "ready", "counts": False}),
        (Suspended("ready", timedelta(seconds=3)), "confirmed", True, "queued", {"waiting_for": "ready"}),
        (StepsExpired(), None, False, "queued", {"new_generation": True, "error_code": "steps_expired"}),
        (StepsExpired(), "refused", False, "queued", {"new_generation": True}),
        (StepsExpired(), "refuted", False, "queued", {"new_generation": True}),
        (StepsExpired(), "open", False, "unconfirmed", {"error_class": "unknown_outcome"}),
        (StepsExpired(), "confirmed", False, "unconfirmed", {}),
        (StepsExpired(), None, True, "failed", {}),
        (
            Misconfigured("x", "y", scope="app"),
            None,
            True,
            "queued",
            {"due_at": NOW + HOLD, "counts": False, "hold": "app"},
        ),
        (Misconfigured("x", "y", scope="app"), "refuted", False, "queued", {"new_generation": True}),
        (CredentialsExpired("r"), None, False, "failed", {"reconnect_account": "r", "error_class": "reauth"}),
        (CredentialsExpired("r"), "open", False, "unconfirmed", {"reconnect_account": "r"}),
        (Rejected("c", "m"), None, False, "failed", {"error_code": "c", "error_class": "rejected"}),
        (Rejected("c", "m"), "refused", False, "failed", {}),
        (Rejected("c", "m"), "refuted", False, "failed", {}),
        (Rejected("c", "m"), "confirmed", False, "unconfirmed", {}),
        (OutcomeUnknown("l"), "open", False, "queued", {"due_at": NOW + timedelta(seconds=5), "waiting_for": "look"}),
        (OutcomeUnknown("l"), "open", True, "queued", {}),
        (Unsettled("l"), "open", False, "unconfirmed", {"error_code": "outcome_unknown"}),
        (Transient("d", "m"), None, False, "queued", {"waiting_for": "retry", "counts": True}),
        (Transient("d", "m"), None, True, "failed", {"error_code": "d"}),
        (Transient("d", "m"), "confirmed", True, "unconfirmed", {}),
        (Transient("d", "m"), "refuted", False, "queued", {"new_generation": True}),
        (KeyError("k"), None, False, "queued", {"error_code": "internal_error", "error_class": "transient"}),
        (KeyError("k"), "open", True, "unconfirmed", {}),
    ],
)
def test_the_table(failure: BaseException, state: State | None, late: bool, status: str, more: dict[str, Any]) -> None:
    decision = decided(failure, at(state, late=late))
    assert decision.status == status
    assert {name: getattr(decision, name) for name in more} == more


def test_a_networks_own_wish_to_wait_is_a_floor_under_the_backoff() -> None:
    decision = decided(Transient("d", "m", retry_after=timedelta(minutes=9)), at(), random=0.0)
    assert decision.due_at == NOW + timedelta(minutes=9)


def test_an_exception_that_nobody_knows_shows_none_of_its_words() -> None:
    decision = decided(KeyError("secret words"), at())
    assert "secret words" not in str(decision)


@pytest.mark.parametrize("failure", [Transient("d", "m"), RateLimited("slow", wait=timedelta(seconds=30))])
def test_a_first_comment_is_tried_a_few_times_and_then_given_up(failure: Transient | RateLimited) -> None:
    for tried in range(COMMENT_TRIES - 1):
        assert comment_verdict(failure, tried, NOW, late=False) is failure
    given_up = comment_verdict(failure, COMMENT_TRIES - 1, NOW, late=False)
    assert isinstance(given_up, Rejected)
    assert given_up.code == failure.code


def test_a_late_delivery_has_no_time_for_its_first_comment() -> None:
    assert isinstance(comment_verdict(Transient("d", "m"), 0, NOW, late=True), Rejected)


def test_a_first_comment_does_not_wait_for_a_long_rate_limit() -> None:
    short = RateLimited("slow", wait=COMMENT_PATIENCE)
    assert comment_verdict(short, 0, NOW, late=False) is short
    long = RateLimited("slow", until=NOW + COMMENT_PATIENCE + timedelta(seconds=1))
    assert isinstance(comment_verdict(long, 0, NOW, late=False), Rejected)


@pytest.mark.parametrize("failure", [Rejected("c", "m"), CredentialsExpired("r")])
def test_other_refusals_of_a_first_comment_stay_what_they_are(failure: Rejected | CredentialsExpired) -> None:
    assert comment_verdict(failure, 0, NOW, late=False) is failure
