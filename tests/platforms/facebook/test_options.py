import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dravo.platforms.facebook.options import FacebookOptions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries({}, optional={"as_reel": st.none() | st.booleans(), "first_comment": st.text(max_size=5000)})
)
def test_valid_options_are_accepted(said: dict[str, object]) -> None:
    FacebookOptions.model_validate(said)


@given(st.dictionaries(st.sampled_from(["as_reel", "first_comment", "firstComent"]) | st.text(), JSON))
def test_anything_else_is_refused_and_nothing_worse(said: dict[str, object]) -> None:
    try:
        options = FacebookOptions.model_validate(said)
    except ValidationError:
        return
    assert set(said) <= {"as_reel", "first_comment"}
    assert options.as_reel in {None, True, False}


@pytest.mark.parametrize(
    "said", [{"as_reel": "true"}, {"as_reel": 1}, {"first_comment": 5}, {"first_comment": "a" * 5001}]
)
def test_wrong_types_and_sizes_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FacebookOptions.model_validate(said)


def test_stored_options_of_another_release_are_read() -> None:
    stored = {"as_reel": True, "retired": 1}
    assert FacebookOptions.model_validate(stored, strict=False, extra="ignore").as_reel
