from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dravo.platforms.x.options import XOptions

EXAMPLE = {
    "poll": {"options": ["Ship now", "Schedule it"], "duration_minutes": 60},
    "reply_settings": "following",
    "reply_to": "1890123456789012345",
    "place_id": "00a0000000000000",
    "first_comment": "Follow-up context.",
    "for_super_followers_only": False,
    "made_with_ai": True,
}

polls = st.fixed_dictionaries(
    {
        "options": st.lists(st.text(min_size=1, max_size=25), min_size=2, max_size=4),
        "duration_minutes": st.integers(5, 10_080),
    }
)
valid = st.fixed_dictionaries(
    {},
    optional={
        "poll": st.none() | polls,
        "first_comment": st.none() | st.text(max_size=200),
        "reply_settings": st.sampled_from([None, "following", "mentionedUsers", "subscribers", "verified"]),
        "reply_to": st.none() | st.from_regex(r"\A[0-9]{1,19}\Z"),
        "place_id": st.none() | st.text(max_size=50),
        "for_super_followers_only": st.none() | st.booleans(),
        "made_with_ai": st.none() | st.booleans(),
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


# The first text drawn builds Hypothesis' character tables, which takes a busy machine longer than its patience.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_example_of_the_specification_is_accepted() -> None:
    assert XOptions.model_validate(EXAMPLE).reply_to == "1890123456789012345"


@patiently
@given(valid)
def test_every_documented_value_is_accepted_and_survives_storage(options: dict[str, Any]) -> None:
    parsed = XOptions.model_validate(options)
    assert XOptions.model_validate(options, strict=False, extra="ignore") == parsed


@patiently
@given(st.dictionaries(st.sampled_from(sorted(EXAMPLE)) | st.text(max_size=8), anything, max_size=4))
def test_nothing_but_a_validation_error_ever_comes_of_a_wrong_value(options: dict[str, Any]) -> None:
    try:
        parsed = XOptions.model_validate(options)
    except ValidationError:
        return
    assert set(options) <= set(XOptions.model_fields)
    assert parsed.model_dump(exclude_unset=True) == options


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"firstComent": "x"}, ("firstComent",)),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 5, "more": 1}}, ("poll", "more")),
        ({"poll": {"options": ["a", "b"]}}, ("poll", "duration_minutes")),
        ({"poll": {"duration_minutes": 5}}, ("poll", "options")),
        ({"poll": {"options": ["a"], "duration_minutes": 5}}, ("poll", "options")),
        ({"poll": {"options": list("abcde"), "duration_minutes": 5}}, ("poll", "options")),
        ({"poll": {"options": ["a", "b" * 26], "duration_minutes": 5}}, ("poll", "options", 1)),
        ({"poll": {"options": ["", "b"], "duration_minutes": 5}}, ("poll", "options", 0)),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 4}}, ("poll", "duration_minutes")),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 10_081}}, ("poll", "duration_minutes")),
        ({"poll": {"options": ["a", "b"], "duration_minutes": 60.0}}, ("poll", "duration_minutes")),
        ({"reply_settings": "everyone"}, ("reply_settings",)),
        ({"reply_to": "12345678901234567890"}, ("reply_to",)),
        ({"reply_to": "123\n"}, ("reply_to",)),
        ({"reply_to": "١٢٣"}, ("reply_to",)),
        ({"reply_to": 123}, ("reply_to",)),
        ({"made_with_ai": "true"}, ("made_with_ai",)),
        ({"for_super_followers_only": 1}, ("for_super_followers_only",)),
        ({"first_comment": "x" * 5001}, ("first_comment",)),
        ({"place_id": "x" * 5001}, ("place_id",)),
    ],
)
def test_wrong_value_is_refused_at_its_place(options: dict[str, Any], where: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        XOptions.model_validate(options)
    assert where in [error["loc"] for error in caught.value.errors()]
