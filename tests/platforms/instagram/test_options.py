import json
from string import ascii_letters
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dravo.kit.schemas import field_errors
from dravo.platforms.instagram.options import InstagramOptions
from dravo.platforms.instagram.people import UserTag

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["username", "x", "y"]), inner),
    max_leaves=10,
)
NAMES = st.from_regex(r"@?[A-Za-z0-9._]{1,30}", fullmatch=True)
PLACES = st.floats(0, 1) | st.integers(0, 1)
TAGS = st.fixed_dictionaries({"username": NAMES, "x": PLACES, "y": PLACES})
VALID = st.fixed_dictionaries(
    {},
    optional={
        "story": st.booleans(),
        "share_to_feed": st.none() | st.booleans(),
        "first_comment": st.text(max_size=5000),
        "location_id": st.text(max_size=100),
        "alt_text": st.text(max_size=100),
        "audio_name": st.text(max_size=100),
        "thumb_offset": st.integers(0, 2_147_483_647),
        "cover_url": st.just("https://cdn.acme.com/cover.jpg"),
        "user_tags": TAGS
        | st.lists(TAGS, max_size=20)
        | st.lists(TAGS, max_size=5).map(json.dumps)
        | TAGS.map(json.dumps),
        "collaborators": st.lists(NAMES, max_size=3) | st.lists(NAMES, max_size=3).map(", ".join),
    },
)


def problems(said: dict[str, Any]) -> set[tuple[str, str]] | None:
    """Where and what is wrong, as the door would say it; None when it is accepted."""
    try:
        InstagramOptions.model_validate(said)
    except ValidationError as error:
        return {(found.pointer, found.code) for found in field_errors(InstagramOptions, error)}
    return None


@given(VALID)
def test_valid_options_are_accepted_in_one_shape(said: dict[str, Any]) -> None:
    options = InstagramOptions.model_validate(said)
    assert all(isinstance(tag, UserTag) and "@" not in tag.username for tag in options.user_tags or [])
    assert all("@" not in name for name in options.collaborators or [])


@given(VALID)
def test_stored_options_are_read_again_as_they_were_sent(said: dict[str, Any]) -> None:
    lenient = InstagramOptions.model_validate(said | {"retired": 1}, strict=False, extra="ignore")
    assert lenient == InstagramOptions.model_validate(said)


@given(st.dictionaries(st.sampled_from([*InstagramOptions.model_fields, "userTags"]), JSON, max_size=3))
def test_anything_else_is_refused_and_nothing_worse(said: dict[str, Any]) -> None:
    found = problems(said)
    assert found is None or found


@given(st.text(alphabet='[]{}",:ausernmxy01.@ \\', max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("user_tags", "collaborators"):
        assert {pointer for pointer, _ in problems({name: text}) or set()} <= {f"/{name}"}


def test_names_between_commas_are_placed_at_the_centre() -> None:
    options = InstagramOptions.model_validate({"user_tags": "@dravo, acme ,", "collaborators": '["@a.b", "c_d"]'})
    assert options.user_tags == [UserTag(username="dravo", x=0.5, y=0.5), UserTag(username="acme", x=0.5, y=0.5)]
    assert options.collaborators == ["a.b", "c_d"]


@pytest.mark.parametrize("names", [["a", "a", "@A", "b"], "a,@A,a,b", '["a", "a", "@A", "b"]', ["a", "b"] * 9])
def test_a_collaborator_who_is_named_twice_is_invited_once(names: Any) -> None:
    assert InstagramOptions.model_validate({"collaborators": names}).collaborators == ["a", "b"]


REPEATED = [{"username": name, "x": x, "y": 0.5} for name, x in (("a", 0.5), ("@A", 1), ("b", 0.5))]


@pytest.mark.parametrize("tags", [REPEATED, json.dumps(REPEATED), "a,@A,b", "a,b," + "A," * 30])
def test_who_is_tagged_twice_is_tagged_where_it_was_said_first(tags: Any) -> None:
    options = InstagramOptions.model_validate({"user_tags": tags})
    assert options.user_tags == [UserTag(username=name, x=0.5, y=0.5) for name in "ab"]


def test_problems_are_shown_where_the_client_wrote_them() -> None:
    tag = {"username": "a b", "x": 2, "z": 1}
    wrong = [("username", "invalid_username"), ("x", "out_of_range"), ("y", "required"), ("z", "unknown_option")]
    assert problems({"user_tags": tag}) == {(f"/user_tags/{name}", code) for name, code in wrong}
    assert problems({"user_tags": [tag]}) == {(f"/user_tags/0/{name}", code) for name, code in wrong}
    assert {pointer for pointer, _ in problems({"user_tags": json.dumps(tag)}) or set()} == {"/user_tags"}
    assert problems({"collaborators": ["ok", "not ok"]}) == {("/collaborators/1", "invalid_username")}


@pytest.mark.parametrize(
    "said",
    [
        {"user_tags": [{"username": f"a{number}", "x": 0, "y": 0} for number in range(21)]},
        {"user_tags": ",".join(ascii_letters[:21])},
        {"user_tags": '[{"username": "a", "x": NaN, "y": 0}]'},
        {"user_tags": "[" * 5000},
        {"user_tags": "a" * 5001},
        {"user_tags": [{"username": "a", "x": True, "y": 0}]},
        {"user_tags": [{"username": "a", "x": "0", "y": 0}]},
        {"user_tags": "a\ud800"},
        {"user_tags": 5},
        {"collaborators": ["a", "b", "c", "d"]},
        {"collaborators": '{"a": 1}'},
        {"collaborators": "a" * 31},
        {"story": "true"},
        {"thumb_offset": -1},
        {"thumb_offset": 1.0},
        {"thumb_offset": 2_147_483_648},
        {"cover_url": "ftp://e.com/a"},
        {"audio_name": "a" * 5001},
    ],
)
def test_wrong_types_and_sizes_are_refused(said: dict[str, Any]) -> None:
    assert problems(said)


def test_values_are_not_repeated() -> None:
    for said in ({"user_tags": "s3cret!"}, {"user_tags": '[{"s3cret": 1}]'}, {"user_tags": {"username": "s3cret!"}}):
        with pytest.raises(ValidationError) as raised:
            InstagramOptions.model_validate(said)
        assert "s3cret" not in " ".join(error.message for error in field_errors(InstagramOptions, raised.value))
