"""Facts that X and LinkedIn leave open: whatever turns out to be true, posts go out whole and once."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.cases import CASES, Case
from conformance.house import COMMENT, House, codes
from conformance.samples import large_video
from conformance.test_promises import lose_the_answer

BY_NAME = {case.name: case for case in CASES}
WORDS = "Reading (the docs) [twice] *is* ~fun_ny @ #noon\nhttps://example.com/a_b~c*d?(e)=[f] {ok} <b> \\o/ | a#b"
"""Everything that LinkedIn's little text gives a meaning to, in words, in a link and beside it."""

X_READINGS: list[tuple[str, dict[str, Any]]] = [
    ("x", {"x_simple_upload": "2.159"}),
    ("x", {"x_partial_errors": True}),
    ("x", {"x_long_text_in_answer": "whole"}),
    ("x", {"x_problem_host": "api.x.com"}),
    ("x-gif", {"x_gif_processing": False}),
    ("x-gif", {"x_finalize_twice": "refuse"}),
    ("x-video", {"x_segment_bytes": 4 * 1024 * 1024, "x_segment_refusal": 431}),
    ("x-video", {"x_finalize_twice": "refuse"}),
    ("x-video", {"x_bad_media": "at_processing"}),
    ("x-poll", {"x_duplicate_compares": "everything", "refuse_duplicates": True}),
]

LINKEDIN_READINGS: list[tuple[str, dict[str, Any]]] = [
    ("linkedin-member", {"linkedin_parentheses_reserved": False}),
    ("linkedin-member", {"linkedin_links_cut": True}),
    ("linkedin-member", {"linkedin_bad_text": "refuse", "linkedin_links_cut": True}),
    ("linkedin-member", {"linkedin_escapes_count": True}),
    ("linkedin-member", {"linkedin_length_unit": "graphemes"}),
    ("linkedin-member", {"linkedin_duplicate_by": "text", "refuse_duplicates": True}),
    ("linkedin-member", {"linkedin_activity_lag_seconds": 15.0}),
    ("linkedin-organization", {"linkedin_comments_per_minute": 1, "rate_limits": True}),
    ("linkedin-video", {"linkedin_missing_field_status": 422}),
    ("linkedin-video", {"linkedin_scope_separator": " "}),
]


@pytest.mark.parametrize(
    ("name", "reading"),
    X_READINGS + LINKEDIN_READINGS,
    ids=lambda value: value if isinstance(value, str) else str(value),
)
async def test_a_post_goes_out_whole_under_every_reading(house: House, name: str, reading: dict[str, Any]) -> None:
    await house.control.settings(**reading)
    posted = await house.post(BY_NAME[name], words=WORDS if name.startswith("linkedin") else "Words")
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ())
    (post,) = await house.control.effects(posted.profile)
    assert post["text"] == (WORDS if name.startswith("linkedin") else "Words")
    (comment,) = await house.control.effects(posted.profile, "comment")
    assert comment["text"] == COMMENT


@pytest.mark.parametrize("written", ["little", "plain"])
async def test_a_comment_is_whole_however_comments_are_read(house: House, written: str) -> None:
    """Here the deployment has to know: both ways of reading the same text cannot be met."""
    await house.control.settings(linkedin_comment_text=written)
    house.resources.settings.__dict__["linkedin_comment_text"] = written
    posted = await house.post(BY_NAME["linkedin-member"], comment_words=WORDS)
    assert codes(await house.until_final(posted)) == ()
    (comment,) = await house.control.effects(posted.profile, "comment")
    assert comment["text"] == WORDS


@pytest.mark.parametrize("names", ["tweet", "post", "both"])
@pytest.mark.parametrize("name", ["x", "x-video", "x-poll"])
async def test_a_lost_post_is_found_under_both_spellings(house: House, name: str, names: str) -> None:
    await house.control.settings(x_names=names)
    case: Case = BY_NAME[name]
    posted = await house.post(case)
    delivery = await house.until_final(posted, await lose_the_answer(house, case, "publishes"))
    assert delivery.status == "published"
    assert await house.effects(posted) == (1, 1)


async def test_a_comment_that_is_not_permitted_is_a_warning(house: House) -> None:
    await house.control.settings(linkedin_comment_permission="feed")
    posted = await house.post(BY_NAME["linkedin-member"])
    delivery = await house.until_final(posted)
    assert (delivery.status, codes(delivery)) == ("published", ("first_comment_forbidden",))
    assert "w_member_social_feed" in delivery.warnings[0]["message"]
    assert await house.effects(posted) == (1, 0)


@pytest.mark.parametrize(
    ("where", "code"), [("at_post", "media_refused"), ("at_processing", "media_processing_failed")]
)
async def test_a_video_that_x_cannot_use_is_refused_wherever_x_finds_out(house: House, where: str, code: str) -> None:
    """A deployment that trusts X with more pixels than its documentation does, and is wrong."""
    await house.control.settings(x_bad_media=where)
    house.resources.settings.__dict__.update(x_video_long_side=1920, x_video_short_side=1080)
    posted = await house.post(replace(BY_NAME["x-video"], media=(large_video,)))
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", code)
    assert await house.effects(posted) == (0, 0)


async def test_a_video_beyond_the_documentation_is_refused_before_anything_is_sent(house: House) -> None:
    posted = await house.post(replace(BY_NAME["x-video"], media=(large_video,)))
    delivery = await house.until_final(posted)
    assert (delivery.status, delivery.error_code) == ("failed", "resolution_not_supported")
    assert "1920x1080" in str(delivery.error_message)
    assert await house.control.calls("x") == []
