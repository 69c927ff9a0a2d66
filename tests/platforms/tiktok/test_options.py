from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dravo.platforms.tiktok.options import TikTokOptions

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
TOGGLES = (
    "disable_comment",
    "disable_duet",
    "disable_stitch",
    "is_aigc",
    "brand_content_toggle",
    "brand_organic_toggle",
    "auto_add_music",
)
NUMBERS = ("video_cover_timestamp_ms", "photo_cover_index")
CHOICES = {
    "post_mode": ["DIRECT_POST", "MEDIA_UPLOAD"],
    "privacy_level": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"],
}
VALID = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.none() | st.booleans() for name in TOGGLES},
        **{name: st.none() | st.integers(0, 2_147_483_647) for name in NUMBERS},
        **{name: st.none() | st.sampled_from(choices) for name, choices in CHOICES.items()},
        "first_comment": st.none() | st.text(max_size=5000),
    },
)


@given(VALID)
def test_valid_options_are_accepted_and_read_again(said: dict[str, Any]) -> None:
    options = TikTokOptions.model_validate(said)
    assert TikTokOptions.model_validate(said | {"retired": 1}, strict=False, extra="ignore") == options


@given(st.dictionaries(st.sampled_from([*TikTokOptions.model_fields, "privacyLevel"]), JSON, max_size=3))
def test_anything_else_is_refused_and_nothing_worse(said: dict[str, Any]) -> None:
    try:
        TikTokOptions.model_validate(said)
    except ValidationError:
        return
    assert set(said) <= set(TikTokOptions.model_fields)


@pytest.mark.parametrize(
    "said",
    [{name: wrong} for name in TOGGLES for wrong in ("true", 1)]
    + [{name: wrong} for name in NUMBERS for wrong in (-1, 1.0, "1", True, 2_147_483_648)]
    + [{"post_mode": "direct_post"}, {"privacy_level": "PRIVATE"}, {"first_comment": "a" * 5001}],
)
def test_wrong_types_and_sizes_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TikTokOptions.model_validate(said)


def test_what_is_not_said_is_a_direct_post_for_the_creator_alone() -> None:
    options = TikTokOptions()
    assert options.posts_directly()
    assert options.audience() == "SELF_ONLY"
