from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dravo.platforms.linkedin.options import LinkedInOptions

EXAMPLE = {
    "visibility": "PUBLIC",
    "disable_reshare": False,
    "alt_texts": ["Dashboard screenshot"],
    "article": {
        "source": "https://dravo.dev/blog/social-media-api-for-ai-agents",
        "title": "Social media APIs for AI agents",
        "description": "A practical guide to publishing from agents.",
        "thumbnail": "https://cdn.acme.com/article-thumb.jpg",
    },
    "author": "urn:li:person:abc123",
    "first_comment": "Extra implementation notes below.",
}
# The first text drawn builds Hypothesis' character tables, which takes a busy machine longer than its patience.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

texts = st.none() | st.text(max_size=100)
urls = st.sampled_from(["https://dravo.dev", "http://a.example:8080/x?y=1#z"])
articles = st.fixed_dictionaries(
    {"source": urls}, optional={"title": texts, "description": texts, "thumbnail": st.none() | urls}
)
valid = st.fixed_dictionaries(
    {},
    optional={
        "visibility": st.sampled_from([None, "PUBLIC", "CONNECTIONS"]),
        "disable_reshare": st.none() | st.booleans(),
        "alt_texts": st.none() | st.lists(st.text(max_size=100), max_size=25),
        "article": st.none() | articles,
        "author": st.none() | st.from_regex(r"\Aurn:li:(person|organization):[A-Za-z0-9_-]{1,20}\Z"),
        "first_comment": texts,
    },
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def test_example_of_the_specification_is_accepted() -> None:
    assert LinkedInOptions.model_validate(EXAMPLE).model_dump() == EXAMPLE


@patiently
@given(valid)
def test_every_documented_value_is_accepted_and_survives_storage(options: dict[str, Any]) -> None:
    parsed = LinkedInOptions.model_validate(options)
    assert LinkedInOptions.model_validate(options, strict=False, extra="ignore") == parsed


@patiently
@given(st.dictionaries(st.sampled_from(sorted(EXAMPLE)) | st.text(max_size=8), anything, max_size=4))
def test_nothing_but_a_validation_error_ever_comes_of_a_wrong_value(options: dict[str, Any]) -> None:
    try:
        parsed = LinkedInOptions.model_validate(options)
    except ValidationError:
        return
    assert set(options) <= set(LinkedInOptions.model_fields)
    assert parsed.model_dump(exclude_unset=True) == options


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"alt_text": "x"}, ("alt_text",)),
        ({"visibility": "LOGGED_IN"}, ("visibility",)),
        ({"disable_reshare": "false"}, ("disable_reshare",)),
        ({"alt_texts": "x"}, ("alt_texts",)),
        ({"alt_texts": ["x", 1]}, ("alt_texts", 1)),
        ({"alt_texts": ["x" * 5001]}, ("alt_texts", 0)),
        ({"article": {}}, ("article", "source")),
        ({"article": {"source": "dravo.dev"}}, ("article", "source")),
        ({"article": {"source": "https://a.example", "thumbnail": "ftp://a.example"}}, ("article", "thumbnail")),
        ({"article": {"source": "https://a.example", "image": "x"}}, ("article", "image")),
        ({"article": {"source": "https://a.example", "title": "x" * 5001}}, ("article", "title")),
        ({"author": "abc123"}, ("author",)),
        ({"author": "urn:li:company:1"}, ("author",)),
        ({"author": "urn:li:person:1\n"}, ("author",)),
        ({"first_comment": "x" * 5001}, ("first_comment",)),
    ],
)
def test_wrong_value_is_refused_at_its_place(options: dict[str, Any], where: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        LinkedInOptions.model_validate(options)
    assert where in [error["loc"] for error in caught.value.errors()]
