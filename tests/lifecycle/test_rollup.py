"""A post's one word, out of its deliveries'."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dravo.lifecycle.rollup import EVENT_OF, roll_up
from dravo.lifecycle.states import FINAL, Status
from dravo.models.posts import POST_STATUSES

STATUSES = st.lists(st.sampled_from([str(status) for status in Status]), min_size=1, max_size=8)
CLOSED = st.lists(st.sampled_from(sorted(FINAL)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("deliveries", "post"),
    [
        ("scheduled", "scheduled"),
        ("scheduled scheduled", "scheduled"),
        ("scheduled queued", "queued"),
        ("queued", "queued"),
        ("queued queued", "queued"),
        ("processing", "processing"),
        ("processing queued", "processing"),
        ("processing published", "processing"),
        ("queued published", "processing"),
        ("queued failed", "processing"),
        ("queued unconfirmed", "processing"),
        ("published", "published"),
        ("published published", "published"),
        ("published failed", "partial"),
        ("failed published failed", "partial"),
        ("failed", "failed"),
        ("failed failed", "failed"),
        ("canceled", "canceled"),
        ("canceled canceled", "canceled"),
        ("canceled published", "published"),
        ("canceled failed", "failed"),
        ("canceled published failed", "partial"),
        ("canceled unconfirmed", "unconfirmed"),
        ("unconfirmed", "unconfirmed"),
        ("unconfirmed published", "unconfirmed"),
        ("unconfirmed failed", "unconfirmed"),
        ("unconfirmed published failed canceled", "unconfirmed"),
    ],
)
def test_the_roll_up_of(deliveries: str, post: str) -> None:
    assert roll_up(deliveries.split()) == post


@given(STATUSES, st.randoms(use_true_random=False))
def test_the_order_of_the_deliveries_does_not_matter(statuses: list[str], chance: object) -> None:
    shuffled = list(statuses)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert roll_up(shuffled) == roll_up(statuses)


@given(CLOSED)
def test_canceled_deliveries_are_set_aside_unless_all_are(statuses: list[str]) -> None:
    counted = [status for status in statuses if status != "canceled"]
    assert roll_up(statuses) == (roll_up(counted) if counted else "canceled")


@given(STATUSES)
def test_a_post_is_final_exactly_when_all_its_deliveries_are(statuses: list[str]) -> None:
    assert (roll_up(statuses) in {*FINAL, "partial"}) == FINAL.issuperset(statuses)


@given(STATUSES)
def test_repeating_a_delivery_changes_nothing(statuses: list[str]) -> None:
    assert roll_up([*statuses, *statuses]) == roll_up(statuses)


@given(STATUSES)
def test_no_doubt_is_hidden(statuses: list[str]) -> None:
    """A post is called published only when every delivery that counts is; an unknown outcome is never covered up."""
    if roll_up(statuses) == "published":
        assert set(statuses) <= {"published", "canceled"}
    if "unconfirmed" in statuses:
        assert roll_up(statuses) not in {"published", "partial", "failed", "canceled"}


@given(STATUSES)
def test_the_word_is_one_that_a_post_may_hold(statuses: list[str]) -> None:
    assert roll_up(statuses) in POST_STATUSES


def test_every_final_word_has_an_event() -> None:
    assert {*FINAL, "partial"} <= set(EVENT_OF)
